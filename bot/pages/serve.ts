import type { IncomingMessage, ServerResponse } from 'node:http';

import { type AddressLimit, addressOf } from './address-limit.ts';
import type { FormInput, PageAnswer, Pages } from './pages.ts';

/** Largest form taken; ours has one short field. */
const LARGEST_FORM = 4_096;

/** Requests for pages that are looked at side by side; each may ask the database. */
const MOST_AT_ONCE = 64;

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** Says whether a request is for the pages, by its path. */
export function isForPages(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return path === '/auth' || path.startsWith('/auth/');
}

/** Answers one request for a page; never throws. */
export type ServePage = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Brings the pages onto Node's HTTP: limits first, then the page, then its bytes. */
export function createPageServer(pages: Pages, limit: AddressLimit): ServePage {
  let underWay = 0;
  const answered = async (req: IncomingMessage): Promise<PageAnswer> => {
    const remote = req.socket.remoteAddress ?? '';
    if (!limit.mayPass(addressOf(remote, single(req.headers['x-forwarded-for'])))) {
      return pages.refuse('too-many');
    }
    if (underWay >= MOST_AT_ONCE) {
      return pages.refuse('busy');
    }
    underWay += 1;
    try {
      const { method = '', url = '', headers } = req;
      const names = ['host', 'origin', 'cookie', 'if-none-match', 'sec-fetch-site'] as const;
      const read = Object.fromEntries(names.map((name) => [name, single(headers[name])]));
      return await pages.answer({ method, target: url, headers: read, form: () => readForm(req) });
    } finally {
      underWay -= 1;
    }
  };
  return async (req, res) => send(req, res, await answered(req));
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value;

function send(req: IncomingMessage, res: ServerResponse, { status, headers, body }: PageAnswer): void {
  for (const [name, value] of Object.entries(headers)) {
    res.setHeader(name, value);
  }
  if (status !== 304) {
    res.setHeader('content-length', Buffer.byteLength(body));
  }
  const hasBody = req.headers['content-length'] !== undefined || req.headers['transfer-encoding'] !== undefined;
  if (hasBody && !req.complete) {
    // The rest is not read: the connection cannot be used again.
    res.setHeader('connection', 'close');
  }
  res.statusCode = status;
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** Reads a form as it arrives and stops at the limit, whatever the length that was announced. */
async function readForm(req: IncomingMessage): Promise<FormInput> {
  if (!FORM_TYPE.test(req.headers['content-type'] ?? '') || req.headers['content-encoding'] !== undefined) {
    return { kind: 'wrong-type' };
  }
  if (Number(req.headers['content-length'] ?? 0) > LARGEST_FORM) {
    return { kind: 'too-large' };
  }
  const parts: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<FormInput>();
  let size = 0;
  req.on('data', (part: Buffer) => {
    size += part.length;
    if (size > LARGEST_FORM) {
      req.pause();
      resolve({ kind: 'too-large' });
      return;
    }
    parts.push(part);
  });
  req.on('end', () =>
    resolve({ kind: 'form', parameters: new URLSearchParams(Buffer.concat(parts).toString('utf8')) }),
  );
  // Who hangs up is not waited for, and is not a failure of ours.
  for (const end of ['close', 'error']) {
    req.on(end, () => resolve({ kind: 'wrong-type' }));
  }
  return await promise;
}
