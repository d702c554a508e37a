import type { Sighting } from '../../sandbox/teams/sightings.ts';

/** The JSON line of `npm run sandbox`, as far as we use it. */
export interface SandboxInfo {
  readonly login: string;
  readonly graph: string;
  readonly arm: string;
  readonly connector: string;
  readonly openid: string;
  readonly control: string;
  readonly ca: string;
  readonly tenantId: string;
  readonly botAppId: string;
  readonly people: Readonly<Record<string, { readonly id: string; readonly upn: string }>>;
  readonly apps: Readonly<Record<string, { readonly clientId: string; readonly secret: string }>>;
}

type Json = Readonly<Record<string, unknown>>;

/** A refusal of the sandbox: a wrong name, or no card with that button. */
export class ControlRefusal extends Error {
  readonly status: number;
  readonly details: Json;

  constructor(status: number, details: Json) {
    const { message } = (details.error ?? {}) as { readonly message?: string };
    super(message ?? `the sandbox answered ${status}`);
    this.status = status;
    this.details = details;
  }
}

/** Steers a running sandbox over its control address. */
export class Control {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base.replace(/\/$/, '');
  }

  async send(method: string, path: string, body?: Json, signal?: AbortSignal): Promise<Json> {
    const answer = await fetch(`${this.#base}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await answer.text();
    const json = text === '' ? {} : (JSON.parse(text) as Json);
    if (!answer.ok) {
      throw new ControlRefusal(answer.status, json);
    }
    return json;
  }

  async now(): Promise<Temporal.Instant> {
    const { now } = await this.send('GET', '/clock');
    return Temporal.Instant.from(String(now));
  }

  /** When PIM's log next shows something that it did not show at `after`; null when nothing more has happened. */
  async nextLogged(after: Temporal.Instant | null): Promise<Temporal.Instant | null> {
    const query = after === null ? '' : `?after=${encodeURIComponent(after.toString())}`;
    const { at } = await this.send('GET', `/pim/log/next${query}`);
    return typeof at === 'string' ? Temporal.Instant.from(at) : null;
  }

  async setClock(now: Temporal.Instant): Promise<void> {
    await this.send('POST', '/clock', { now: now.toString() });
  }

  /** Waits until everything that was said to the bot is answered, and gives the time then. */
  async idle(): Promise<Temporal.Instant> {
    const { now } = await this.send('GET', '/teams/idle?wait=1');
    return Temporal.Instant.from(String(now));
  }

  async seenAfter(seq: number): Promise<readonly Sighting[]> {
    const { events } = await this.send('GET', `/teams/seen?after=${seq}`);
    return events as readonly Sighting[];
  }
}
