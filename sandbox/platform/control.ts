import { noteSignIn } from '../identity/sign-in-log.ts';
import type { RingCallLog } from './call-log.ts';
import type { ControlledClock } from './clock.ts';
import type { Evidence } from './evidence.ts';
import { readFault } from './fault-reader.ts';
import type { FaultList } from './faults.ts';
import type { HoldList } from './holds.ts';
import { readSettings } from './settings.ts';
import type { Answer, Exchange, Method, Route, SandboxSettings, ServiceName, Tenant, User } from './types.ts';

/** How long a long poll waits, in real milliseconds. */
const POLL_MS = 25_000;
const NOTHING_NEW: Answer = { status: 204 };

export interface ControlOptions {
  readonly clock: ControlledClock;
  readonly calls: RingCallLog;
  readonly faults: FaultList;
  readonly holds: HoldList;
  readonly evidence: Evidence;
  readonly settings: SandboxSettings;
  readonly tenant: Tenant;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Names of faults that rooms understand beside the platform's own. */
  readonly faultNames: readonly string[];
  findPerson(name: string): User | undefined;
  /** Makes the token a body of `POST /tokens` asks for; refuses with a `RangeError`. */
  makeToken(body: Body): Promise<string>;
}

/** A JSON object that somebody sent. */
export type Body = Readonly<Record<string, unknown>>;

type Handler = Route['handle'];

/** The routes by which tests, benches and scripts steer the sandbox. */
export function controlRoutes(options: ControlOptions): Route[] {
  return [
    route('GET', '/', () => ok(overview(options))),
    ...clockRoutes(options.clock),
    ...callRoutes(options.calls),
    ...faultRoutes(options),
    ...holdRoutes(options.holds),
    ...evidenceRoutes(options.evidence),
    ...tenantRoutes(options),
  ];
}

function clockRoutes(clock: ControlledClock): Route[] {
  return [
    route('GET', '/clock', async ({ query, socket }) => {
      const after = query.get('after');
      if (after === null) return ok(clock.read());
      const name = query.get('subscriber');
      const follower = { ...(name !== null && { name }), ...(socket && { socket }) };
      const reading = await clock.next(readNumber(after, 'after'), POLL_MS, follower);
      return reading ? ok(reading) : NOTHING_NEW;
    }),
    route('POST', '/clock', async (exchange) => {
      const { now, advance } = readBody(exchange);
      if ((now === undefined) === (advance === undefined)) throw new RangeError('Give either "now" or "advance".');
      const to =
        now === undefined
          ? clock.now().add(Temporal.Duration.from(String(advance)))
          : Temporal.Instant.from(String(now));
      await clock.set(to);
      return ok(clock.read());
    }),
  ];
}

function callRoutes(calls: RingCallLog): Route[] {
  return [
    route('GET', '/calls', ({ query }) => {
      const since = readNumber(query.get('since') ?? '0', 'since');
      return ok({ calls: calls.since(since), lastSeq: calls.lastSeq });
    }),
    route('GET', '/calls/next', async ({ query, socket }) => {
      const after = readNumber(query.get('after') ?? String(calls.lastSeq), 'after');
      const added = await calls.next(after, POLL_MS, socket);
      return added.length > 0 ? ok({ calls: added, lastSeq: calls.lastSeq }) : NOTHING_NEW;
    }),
  ];
}

function faultRoutes({ faults, faultNames, findPerson }: ControlOptions): Route[] {
  return [
    route('GET', '/faults', () => ok({ faults: faults.list() })),
    route('POST', '/faults', (exchange) => {
      const fault = readFault(readBody(exchange), faultNames);
      if (fault.person === undefined) return created(faults.add(fault));
      const user = findPerson(String(fault.person));
      if (!user) throw new RangeError(`There is nobody "${String(fault.person)}".`);
      return created(faults.add({ ...fault, person: user.handle }));
    }),
    route('DELETE', '/faults', ({ query }) => {
      faults.clear(query.get('name') ?? undefined);
      return NOTHING_NEW;
    }),
  ];
}

function holdRoutes(holds: HoldList): Route[] {
  return [
    route('GET', '/holds', () => ok({ holds: holds.list() })),
    route('GET', '/holds/next', async ({ query, socket }) => {
      const held = await holds.next(readNumber(query.get('after') ?? '0', 'after'), POLL_MS, socket);
      return held.length > 0 ? ok({ holds: held }) : NOTHING_NEW;
    }),
    route('DELETE', '/holds/:id', (_exchange, { id = '' }) =>
      holds.release(readNumber(id, 'id')) ? NOTHING_NEW : refuse(404, `Nothing is held as ${id}.`),
    ),
  ];
}

function evidenceRoutes(evidence: Evidence): Route[] {
  return [
    route('GET', '/evidence', () => ok({ secrets: evidence.secrets, bodies: evidence.bodies })),
    route('PUT', '/evidence', (exchange) => {
      const { on } = readBody(exchange);
      if (typeof on !== 'boolean') throw new RangeError('"on" is true or false.');
      evidence.collect(on);
      return ok({ on });
    }),
  ];
}

function tenantRoutes({ clock, settings, tenant, findPerson, makeToken }: ControlOptions): Route[] {
  return [
    route('GET', '/settings', () => ok(settings)),
    route('POST', '/settings', (exchange) => {
      Object.assign(settings, readSettings(readBody(exchange)));
      return ok(settings);
    }),
    route('POST', '/consent', (exchange) => {
      const { person, consented, app = 'self-service' } = readBody(exchange);
      const user = findPerson(String(person));
      if (!user) throw new RangeError(`There is nobody "${String(person)}".`);
      if (typeof consented !== 'boolean') throw new RangeError('"consented" is true or false.');
      if (app !== 'self-service' && app !== 'admin') throw new RangeError('"app" is "self-service" or "admin".');
      const without = app === 'admin' ? tenant.withoutAdminConsent : tenant.withoutConsent;
      if (consented) without.delete(user.id);
      if (!consented) without.add(user.id);
      return ok({ person: user.handle, app, consented });
    }),
    route('POST', '/sign-ins', (exchange) => {
      const { person, app = 'Azure Portal', errorCode = 0 } = readBody(exchange);
      const user = findPerson(String(person));
      if (!user) throw new RangeError(`There is nobody "${String(person)}".`);
      if (typeof app !== 'string' || app === '') throw new RangeError('"app" is the name of an app.');
      if (!Number.isInteger(errorCode) || Number(errorCode) < 0)
        throw new RangeError('"errorCode" is 0 or what follows AADSTS.');
      const appId = '00000000-0000-0000-0000-000000000000';
      return created(noteSignIn({ tenant, clock }, user, { appId, appName: app, errorCode: Number(errorCode) }));
    }),
    route('POST', '/tokens', async (exchange) => ok({ token: await makeToken(readBody(exchange)) })),
  ];
}

function overview({ clock, calls, faults, holds, settings, tenant, urls }: ControlOptions): unknown {
  return {
    ...clock.read(),
    running: clock.running,
    urls,
    tenantId: tenant.id,
    people: [...tenant.users.values()].map(({ handle, id, displayName }) => ({ handle, id, displayName })),
    withoutConsent: [...tenant.withoutConsent],
    settings,
    faults: faults.list(),
    holds: holds.list(),
    calls: calls.lastSeq,
  };
}

/** A control route: what it refuses with a `RangeError` is the sender's mistake. */
function route(method: Method, pattern: string, handler: Handler): Route {
  return {
    method,
    pattern,
    async handle(exchange, params) {
      try {
        return await handler(exchange, params);
      } catch (error) {
        if (error instanceof RangeError) return refuse(400, error.message);
        throw error;
      }
    },
  };
}

function readBody({ json }: Exchange): Body {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new RangeError('Send a JSON object.');
  return json as Body;
}

function readNumber(text: string, name: string): number {
  const number = Number(text);
  if (text === '' || !Number.isInteger(number) || number < 0) throw new RangeError(`"${name}" is a whole number.`);
  return number;
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function created(body: unknown): Answer {
  return { status: 201, body };
}

function refuse(status: number, message: string): Answer {
  return { status, body: { error: { code: status === 404 ? 'NotFound' : 'BadRequest', message } } };
}
