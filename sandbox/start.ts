import { armRoom } from './arm/room.ts';
import { graphRoom } from './graph/room.ts';
import { openKeys } from './identity/keys.ts';
import { loginRoutes } from './identity/login-routes.ts';
import { openIdRoutes } from './identity/openid-routes.ts';
import { createTenant, findPerson, SUBSCRIPTIONS } from './identity/tenant.ts';
import { createTokenIssuer, type EntraTokenIssuer } from './identity/token-issuer.ts';
import { makeToken } from './identity/token-maker.ts';
import { RingCallLog } from './platform/call-log.ts';
import { openCertificateAuthority } from './platform/certificates.ts';
import { ControlledClock } from './platform/clock.ts';
import { controlRoutes } from './platform/control.ts';
import { Evidence } from './platform/evidence.ts';
import { FaultList } from './platform/faults.ts';
import { HoldList } from './platform/holds.ts';
import { type Listener, listen } from './platform/listener.ts';
import { createPipeline } from './platform/pipeline.ts';
import { createRouter } from './platform/router.ts';
import { defaultSettings } from './platform/settings.ts';
import type { Room, RoomParts, Route, SandboxSettings, ServiceName, Tenant, World } from './platform/types.ts';
import { teamsRoom } from './teams/room.ts';

export interface SandboxOptions {
  /** Where the clock starts; the wall clock, cut to the second, when not given. */
  readonly now?: Temporal.Instant;
  /** Lets the clock run; otherwise it stands still until somebody moves it. */
  readonly running?: boolean;
  /** 127.0.0.1 or localhost. */
  readonly host?: '127.0.0.1' | 'localhost';
  /** Fixed ports; a service without one takes a free one. */
  readonly ports?: Partial<Record<ServiceName, number>>;
  readonly settings?: Partial<SandboxSettings>;
  /** The rooms beside login; all of them when not given. */
  readonly rooms?: readonly Room[];
}

/** A sandbox that is up. */
export interface RunningSandbox {
  /** Origins without a trailing slash. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** The file with the certificate authority, for `NODE_EXTRA_CA_CERTS`; its text. */
  readonly ca: string;
  readonly caPem: string;
  readonly tenantId: string;
  readonly botAppId: string;
  readonly apps: Tenant['apps'];
  readonly people: Readonly<Record<string, { readonly id: string; readonly upn: string }>>;
  readonly subscriptions: Readonly<Record<string, string>>;
  readonly world: World;
  readonly issuer: EntraTokenIssuer;
  readonly clock: ControlledClock;
  readonly calls: RingCallLog;
  readonly faults: FaultList;
  close(): Promise<void>;
}

/** The rooms beside login; each adds its routes to the services. */
const ROOMS: readonly Room[] = [graphRoom, armRoom, teamsRoom];

const SERVICES: readonly ServiceName[] = ['login', 'graph', 'arm', 'connector', 'openid', 'control'];
const SECURE: ReadonlySet<ServiceName> = new Set(['login', 'graph', 'arm']);

/** Starts a simulated Microsoft cloud on loopback. Everything it holds is in memory and gone with `close()`. */
export async function startSandbox(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const clock = new ControlledClock({
    ...(options.now && { now: options.now }),
    ...(options.running !== undefined && { running: options.running }),
  });
  const tenant = createTenant();
  const settings = { ...defaultSettings(), ...options.settings };
  const [authority, { entraKey, channelKey }] = await Promise.all([openCertificateAuthority(), openKeys()]);
  const listeners = await openListeners(options, authority);
  const urls = mapServices((service) => listeners[service].url);
  const calls = new RingCallLog(clock);
  const faults = new FaultList(clock);
  const holds = new HoldList();
  const evidence = new Evidence();
  const issuer = createTokenIssuer({ clock, tenant, loginUrl: urls.login, entraKey, channelKey });
  const world: World = { clock, tenant, settings };
  const tools = { issuer, calls, faults, urls, caPem: authority.caPem, evidence };
  const rooms = (options.rooms ?? ROOMS).map((room) => room(world, tools));
  const own: RoomParts = {
    routes: {
      login: loginRoutes({ world, issuer, faults, loginUrl: urls.login, entraKey }),
      openid: openIdRoutes(urls.openid, channelKey),
      control: controlRoutes({
        clock,
        calls,
        faults,
        holds,
        evidence,
        settings,
        tenant,
        urls,
        faultNames: rooms.flatMap((room) => room.faultNames ?? []),
        findPerson: (name) => findPerson(tenant, name),
        makeToken: (body) => makeToken(tenant, issuer, body),
      }),
    },
  };
  const shared = { bearer: issuer, clock, calls, faults, holds, evidence, tenant, loginUrl: urls.login };
  for (const service of SERVICES) {
    const router = createRouter(collectRoutes([own, ...rooms], service), { ignoreCase: service === 'arm' });
    listeners[service].handle(createPipeline({ ...shared, service, router }));
  }
  return {
    urls,
    ca: authority.caFile,
    caPem: authority.caPem,
    tenantId: tenant.id,
    botAppId: tenant.apps.connector.clientId,
    apps: tenant.apps,
    people: Object.fromEntries(
      [...tenant.users.values()].map(({ handle, id, userPrincipalName }) => [handle, { id, upn: userPrincipalName }]),
    ),
    subscriptions: SUBSCRIPTIONS,
    world,
    issuer,
    clock,
    calls,
    faults,
    async close() {
      clock.close();
      calls.close();
      holds.close();
      for (const room of rooms) await room.close?.();
      await Promise.all(SERVICES.map((service) => listeners[service].close()));
      await authority.close();
    },
  };
}

async function openListeners(
  { host = '127.0.0.1', ports = {} }: SandboxOptions,
  authority: { readonly cert: string; readonly key: string; close(): Promise<void> },
): Promise<Record<ServiceName, Listener>> {
  const tls = { cert: authority.cert, key: authority.key };
  const opened = await Promise.allSettled(
    SERVICES.map((service) => listen({ host, port: ports[service] ?? 0, ...(SECURE.has(service) && { tls }) })),
  );
  const failed = opened.find((result) => result.status === 'rejected');
  if (failed) {
    await Promise.all(opened.map((result) => result.status === 'fulfilled' && result.value.close()));
    await authority.close();
    throw failed.reason;
  }
  const listeners = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return mapServices((service) => listeners[SERVICES.indexOf(service)] as Listener);
}

function mapServices<T>(make: (service: ServiceName) => T): Record<ServiceName, T> {
  return Object.fromEntries(SERVICES.map((service) => [service, make(service)])) as Record<ServiceName, T>;
}

function collectRoutes(parts: readonly RoomParts[], service: ServiceName): Route[] {
  return parts.flatMap((part) => part.routes[service] ?? []);
}
