import type { IncomingMessage, ServerResponse } from 'node:http';

import { addressOf, type PageLimits } from './address-limit.ts';
import { readCallback, readExport, readLink } from './input.ts';
import { ABOUT_PATHS, CALLBACK_PATH, EXPORT_PATH, SIGN_IN_PATH } from './link.ts';
import type { FormInput, PageAnswer, Pages } from './pages.ts';

/** Largest form taken; ours has one short field. */
const LARGEST_FORM = 4_096;

/** Requests that are looked at side by side; each may ask the database. A form counts when it has arrived, not before. */
const MOST_AT_ONCE = 64;

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** Says whether a request is for the pages, by its path. */
export function isForPages(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return path === '/auth' || path.startsWith('/auth/') || path === EXPORT_PATH || Object.hasOwn(ABOUT_PATHS, path);
}

/** Answers one request for a page; never throws. */
export type ServePage = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Brings the pages onto Node's HTTP: limits first, then the page, then its bytes. */
export function createPageServer(pages: Pages, limits: PageLimits): ServePage {
  let underWay = 0;
  const answered = async (req: IncomingMessage): Promise<PageAnswer> => {
    const { method = '', url = '', headers } = req;
    const address = addressOf(req.socket.remoteAddress ?? '', single(headers['x-forwarded-for']));
    if (!limits.mayPass(address)) {
      return pages.refuse('too-many', single(headers['accept-language']));
    }
    let isInside = false;
    const enter = (link: string | null): 'too-often' | 'busy' | null => {
      if (link !== null && !limits.mayUse(link)) {
        return 'too-often';
      }
      if (underWay >= MOST_AT_ONCE) {
        return 'busy';
      }
      underWay += 1;
      isInside = true;
      return null;
    };
    const form = async (): Promise<FormInput> => {
      const read = await receiveForm(req, limits, address);
      const refusal = read.kind === 'form' ? enter(linkIn(url, read.parameters)) : null;
      return refusal === null ? read : { kind: refusal };
    };
    // Without its form a POST is not looked at any further.
    const refusal = method === 'POST' ? null : enter(subjectOf(url));
    if (refusal !== null) {
      return pages.refuse(refusal, single(headers['accept-language']));
    }
    try {
      const names = ['host', 'origin', 'cookie', 'if-none-match', 'sec-fetch-site', 'accept-language'] as const;
      const read = Object.fromEntries(names.map((name) => [name, single(headers[name])]));
      return await pages.answer({ method, target: url, headers: read, form });
    } finally {
      underWay -= isInside ? 1 : 0;
    }
  };
  return async (req, res) => send(req, res, await answered(req));
}

/** What an address is about: a link, or the state that Entra sends back; null when it cannot be one. */
function subjectOf(url: string): string | null {
  const [path = '', ...rest] = url.split('?');
  const parameters = new URLSearchParams(rest.join('?'));
  return path === CALLBACK_PATH ? (readCallback(parameters)?.state ?? null) : linkIn(url, parameters);
}

/** Which link the parameters name: they are those of the address, or of the form that was sent there. */
function linkIn(url: string, parameters: URLSearchParams): string | null {
  const [path = ''] = url.split('?', 1);
  if (path === EXPORT_PATH) {
    return readExport(parameters).id;
  }
  const link = path === SIGN_IN_PATH ? readLink(parameters) : null;
  return link?.kind === 'link' ? link.id : null;
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

/** Takes a form in, when it is one of ours and there is room for it. */
async function receiveForm(req: IncomingMessage, limits: PageLimits, address: string): Promise<FormInput> {
  if (!FORM_TYPE.test(req.headers['content-type'] ?? '') || req.headers['content-encoding'] !== undefined) {
    return { kind: 'wrong-type' };
  }
  if (Number(req.headers['content-length'] ?? 0) > LARGEST_FORM) {
    return { kind: 'too-large' };
  }
  const place = limits.openForm(address);
  if (place.kind !== 'open') {
    return place;
  }
  try {
    return await readForm(req, limits.formWithinMs);
  } finally {
    place.close();
  }
}

/** Reads a form as it arrives and stops at the limits, whatever the length that was announced. */
async function readForm(req: IncomingMessage, withinMs: number): Promise<FormInput> {
  const parts: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<FormInput>();
  let size = 0;
  const take = (part: Buffer): void => {
    size += part.length;
    parts.push(part);
    if (size > LARGEST_FORM) {
      resolve({ kind: 'too-large' });
    }
  };
  req.on('data', take);
  req.on('end', () =>
    resolve({ kind: 'form', parameters: new URLSearchParams(Buffer.concat(parts).toString('utf8')) }),
  );
  // Who hangs up is not waited for, and is not a failure of ours.
  for (const end of ['close', 'error']) {
    req.on(end, () => resolve({ kind: 'wrong-type' }));
  }
  const timer = setTimeout(() => resolve({ kind: 'too-slow' }), withinMs);
  const form = await promise;
  clearTimeout(timer);
  // Nothing more of it is taken in: where there is more, the connection ends with the answer.
  req.off('data', take);
  req.pause();
  return form;
}
