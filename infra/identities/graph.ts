import { setTimeout as pause } from 'node:timers/promises';
import { UsageError } from '../../cli/command.ts';

/** The directory, as somebody who may create app registrations. */
export interface Directory {
  /** The object, or null when it is not there. */
  read(path: string): Promise<GraphObject | null>;
  /** All pages of a list. */
  list(path: string): Promise<readonly GraphObject[]>;
  write(change: Change): Promise<GraphObject>;
}

export type GraphObject = Readonly<Record<string, unknown>>;

/** One write, with what it is for. */
export interface Change {
  readonly why: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

export interface DirectoryOptions {
  readonly graphUrl: string;
  readonly token: string;
  /** Waits between tries, in milliseconds; a test need not. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

const TRIES = 6;
const FIRST_WAIT_MS = 1_000;
const TIMEOUT_MS = 30_000;
const THROTTLED = 429;
const MISSING = 404;

/**
 * Speaks to Microsoft Graph. What was just created is not found everywhere at once: a write below it, answered 404, is tried
 * again, and so is what was throttled or failed at the far end. A write whose answer was lost is not: it may have been done.
 *
 * @throws {UsageError} with Graph's own code and words, for everything else
 */
export function openDirectory({ graphUrl, token, wait = pause }: DirectoryOptions): Directory {
  const send = async (method: string, path: string, body?: object): Promise<Response> => {
    // Links to further pages come from Graph, and the token goes along only to where it belongs.
    const url = new URL(path.startsWith('https:') || path.startsWith('http:') ? path : `${graphUrl}/v1.0${path}`);
    if (url.origin !== new URL(graphUrl).origin) {
      throw new UsageError(`Graph pointed to another host: ${url.origin}`);
    }
    return await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  };
  const call = async (method: string, path: string, body?: object): Promise<Response> => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await send(method, path, body);
      const isLate = method !== 'GET' && response.status === MISSING;
      const isBusy = response.status === THROTTLED || (method === 'GET' && response.status >= 500);
      if (attempt === TRIES || !(isLate || isBusy)) {
        return response;
      }
      const asked = Number(response.headers.get('retry-after'));
      await response.body?.cancel();
      await wait(asked > 0 ? asked * 1_000 : FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  };
  const read = async (path: string): Promise<GraphObject | null> => {
    const response = await call('GET', path);
    if (response.status === MISSING) {
      await response.body?.cancel();
      return null;
    }
    return await answerOf(response, `GET ${path}`);
  };
  return {
    read,
    async list(path) {
      const found: GraphObject[] = [];
      for (let next: string | null = path; next !== null; ) {
        const page: GraphObject | null = await read(next);
        found.push(...((page?.value ?? []) as readonly GraphObject[]));
        next = typeof page?.['@odata.nextLink'] === 'string' ? page['@odata.nextLink'] : null;
      }
      return found;
    },
    async write({ method, path, body, why }) {
      return await answerOf(await call(method, path, body), `${why} (${method} ${path})`);
    },
  };
}

async function answerOf(response: Response, what: string): Promise<GraphObject> {
  const text = await response.text();
  if (response.ok) {
    return text === '' ? {} : (JSON.parse(text) as GraphObject);
  }
  throw new UsageError(`${what}: Graph answered ${response.status} ${reasonOf(text)}`.trim());
}

/** Graph's code and message; what is not JSON is not repeated. */
function reasonOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    return `${error?.code ?? ''} ${error?.message ?? ''}`.trim();
  } catch {
    return '';
  }
}
