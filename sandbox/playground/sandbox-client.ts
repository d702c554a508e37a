/** A JSON object whose shape is somebody else's. */
export type Json = Readonly<Record<string, unknown>>;

export interface Face {
  readonly teamsId: string;
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly upn: string;
  readonly mail: string;
}

/** Whose window a Playground is, and everybody else in it. */
export interface Cast {
  readonly person: Face;
  readonly conversationId: string;
  readonly others: readonly Face[];
  readonly bot: { readonly id: string; readonly name: string };
  readonly team: { readonly id: string; readonly name: string; readonly aadGroupId: string };
  readonly tenantId: string;
}

export interface FeedEvent {
  readonly seq: number;
  readonly event: 'send' | 'update' | 'delete';
  readonly activityId: string;
  /** What the message holds now; null when it was removed since. */
  readonly content: { readonly text: string; readonly card: Json | null; readonly signIn: Json | null } | null;
}

/** What came of a press, and the number of the last thing seen by then. */
export interface ActOutcome {
  readonly outcome: string;
  readonly status: number | null;
  readonly body: unknown;
  readonly error?: string;
  readonly last: number;
}

/** One person of a running sandbox, over its control address: what their Teams client would do and see. */
export class SandboxClient {
  readonly #control: string;
  readonly person: string;

  constructor(control: string, person: string) {
    this.#control = control.replace(/\/$/, '');
    this.person = person;
  }

  async cast(): Promise<Cast> {
    return (await this.#get('/teams/client', {})) as unknown as Cast;
  }

  /** Waits for news a while; the answer may be empty. */
  async feed(after: number, signal: AbortSignal): Promise<{ events: readonly FeedEvent[]; last: number }> {
    const answer = await this.#get('/teams/client/feed', { after: String(after) }, signal);
    return answer as unknown as { events: readonly FeedEvent[]; last: number };
  }

  async say(said: { text: string; textFormat: string }): Promise<void> {
    await this.#post('/teams/say', said);
  }

  async install(): Promise<void> {
    await this.#post('/teams/install', {});
  }

  async uninstall(): Promise<void> {
    await this.#post('/teams/uninstall', {});
  }

  async act(activityId: string, action: Json): Promise<ActOutcome> {
    return (await this.#post('/teams/client/act', { activityId, action })) as unknown as ActOutcome;
  }

  async #get(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Json> {
    const search = new URLSearchParams({ person: this.person, ...query });
    return read(await fetch(`${this.#control}${path}?${search}`, signal === undefined ? {} : { signal }));
  }

  async #post(path: string, body: Json): Promise<Json> {
    const answer = await fetch(`${this.#control}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ person: this.person, ...body }),
    });
    return read(answer);
  }
}

async function read(answer: Response): Promise<Json> {
  const body = (await answer.json()) as Json;
  if (answer.ok) return body;
  const { message } = (body.error ?? {}) as { message?: string };
  throw new Error(message ?? `the sandbox answered ${answer.status}`);
}
