import type { Answer, ServiceName } from './types.ts';

/** What nobody but its two ends should ever see. */
export type SecretKind =
  | 'access-token'
  | 'assertion'
  | 'channel-token'
  | 'client-secret'
  | 'code'
  | 'code-verifier'
  | 'id-token'
  | 'nonce'
  | 'refresh-token'
  | 'sso-token'
  | 'state';

/** A secret that passed the sandbox. */
export interface Secret {
  readonly kind: SecretKind;
  readonly value: string;
}

/** A body that the bot wrote: to the connector, or as its answer to an activity. */
export interface WrittenBody {
  readonly to: 'connector' | 'client';
  /** Method and path, or type and name of the activity. */
  readonly about: string;
  readonly text: string;
}

/** One request as evidence looks at it. */
export interface Observed {
  readonly service: ServiceName;
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly authorization: string | undefined;
  readonly text: string;
  readonly answer: Answer | null;
}

const IN_AUTHORIZE: Readonly<Record<string, SecretKind>> = { state: 'state', nonce: 'nonce' };
const IN_TOKEN_REQUEST: Readonly<Record<string, SecretKind>> = {
  assertion: 'assertion',
  client_assertion: 'assertion',
  client_secret: 'client-secret',
  code: 'code',
  code_verifier: 'code-verifier',
  refresh_token: 'refresh-token',
};
const IN_TOKEN_ANSWER: Readonly<Record<string, SecretKind>> = {
  access_token: 'access-token',
  id_token: 'id-token',
  refresh_token: 'refresh-token',
};

/**
 * Keeps every secret that passes the sandbox and every body that the bot writes, so that a test can look for the ones in the
 * others. It keeps nothing until somebody asks for it, and then everything: not for long runs.
 */
export class Evidence {
  #isOn = false;
  readonly #secrets = new Map<string, Secret>();
  #bodies: WrittenBody[] = [];

  /** Forgets what there is, and keeps what comes, or not. */
  collect(isOn: boolean): void {
    this.#isOn = isOn;
    this.#secrets.clear();
    this.#bodies = [];
  }

  get secrets(): readonly Secret[] {
    return [...this.#secrets.values()];
  }

  get bodies(): readonly WrittenBody[] {
    return this.#bodies;
  }

  add(kind: SecretKind, value: unknown): void {
    if (this.#isOn && typeof value === 'string' && value !== '' && !this.#secrets.has(value)) {
      this.#secrets.set(value, { kind, value });
    }
  }

  write(body: WrittenBody): void {
    if (this.#isOn && body.text !== '') this.#bodies.push(body);
  }

  observe(seen: Observed): void {
    if (!this.#isOn) return;
    const { service, method, path, text, authorization } = seen;
    if (authorization?.startsWith('Bearer ') === true) this.add('access-token', authorization.slice(7).trim());
    if (service === 'connector') this.write({ to: 'connector', about: `${method} ${path}`, text });
    if (service === 'login') this.#observeLogin(seen);
  }

  #observeLogin({ rawQuery, text, answer }: Observed): void {
    const query = new URLSearchParams(rawQuery);
    for (const [name, kind] of Object.entries(IN_AUTHORIZE)) this.add(kind, query.get(name));
    const form = new URLSearchParams(text);
    for (const [name, kind] of Object.entries(IN_TOKEN_REQUEST)) this.add(kind, form.get(name));
    const location = answer?.headers?.location;
    if (location !== undefined && URL.canParse(location)) this.add('code', new URL(location).searchParams.get('code'));
    const body = (typeof answer?.body === 'object' ? answer.body : null) as Readonly<Record<string, unknown>> | null;
    for (const [name, kind] of Object.entries(IN_TOKEN_ANSWER)) this.add(kind, body?.[name]);
  }
}
