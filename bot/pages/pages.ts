import type { Listener } from '../../cards/messages.ts';
import { asAccessError } from '../../src/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { isLoopback } from '../setting-kinds.ts';
import { browserReader } from './accept-language.ts';
import { makeSecrets, nonceOf, signInCookie } from './browser-secrets.ts';
import { type ExportAnswer, fetchExport, lookAtExport, type PageExports } from './exports.ts';
import type { ClosedLink, PageFlow, RefusedSignIn } from './flow.ts';
import { type CallbackInput, readCallback, readLink } from './input.ts';
import { ABOUT_PATHS, CALLBACK_PATH, EXPORT_PATH, SIGN_IN_PATH, STYLE_PATH } from './link.ts';
import {
  isOutcome,
  type OutcomeName,
  type PaintedPage,
  paintAbout,
  paintGoing,
  paintOutcome,
  paintSignedIn,
  paintStart,
  STYLE,
  STYLE_HASH,
} from './paint.ts';

/** What a page needs to know of a request. Names of headers are lower case. */
export interface PageRequest {
  readonly method: string;
  /** Path and query, as the request line has them. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Reads the form; it is read for the one request that has one, and for no other. */
  form(): Promise<FormInput>;
}

export type FormInput =
  | { readonly kind: 'form'; readonly parameters: URLSearchParams }
  | { readonly kind: 'too-large' | 'wrong-type' | 'too-slow' | 'too-many' | 'too-often' | 'busy' };

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The bot's own pages. */
export interface Pages {
  /** Answers everything under `/auth`, at `/export`, and what the app package links to; never throws. */
  answer(request: PageRequest): Promise<PageAnswer>;
  /** A page of its own for what was refused before anything was looked at, in a language that the browser likes. */
  refuse(name: OutcomeName, acceptLanguage: string | undefined): PageAnswer;
}

export interface PagesOptions {
  readonly flow: PageFlow;
  readonly exports: PageExports;
  readonly clock: Clock;
  readonly log: Log;
  /** The origin as browsers see it: known when the server listens, at the latest. */
  publicUrl(): string;
  /** Where Entra is: the only place that anybody is sent to. */
  readonly loginUrl: string;
}

const FEATURES = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb'];

/** On every answer. There is no script, so none can be let in; nothing is kept, framed or told to others. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': FEATURES.map((feature) => `${feature}=()`).join(', '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

const HALF_A_YEAR_SECONDS = 15_768_000;

const METHODS: Readonly<Record<string, readonly string[]>> = {
  [SIGN_IN_PATH]: ['GET', 'HEAD', 'POST'],
  // Not HEAD: it must not change anything, and coming back does.
  [CALLBACK_PATH]: ['GET'],
  [STYLE_PATH]: ['GET', 'HEAD'],
  [EXPORT_PATH]: ['GET', 'HEAD', 'POST'],
  ...Object.fromEntries(Object.keys(ABOUT_PATHS).map((path) => [path, ['GET', 'HEAD']])),
};

/** Makes the pages. What happens behind them is the flow's; here is what reaches it, and what people see. */
export function createPages(options: PagesOptions): Pages {
  const isSecure = (): boolean => options.publicUrl().startsWith('https:');
  const sent = ({ status, markup }: PaintedPage, headers: Readonly<Record<string, string>> = {}): PageAnswer => ({
    status,
    headers: {
      ...HEADERS,
      ...(isSecure() && { 'strict-transport-security': `max-age=${HALF_A_YEAR_SECONDS}` }),
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
    body: markup,
  });
  return {
    refuse: (name, acceptLanguage) => sent(paintOutcome(name, browserReader(acceptLanguage))),
    async answer(request) {
      const reader = browserReader(request.headers['accept-language']);
      const said: Desk['said'] = (name, headers) => sent(paintOutcome(name, reader), headers);
      try {
        return await routed({ options, isSecure, reader, sent, said }, request);
      } catch (thrown) {
        const { code } = asAccessError(thrown);
        options.log.error('page.failed', { code, error: thrown });
        return said(isOutcome(code) ? code : 'failed');
      }
    },
  };
}

/** What answers one request. */
interface Desk {
  readonly options: PagesOptions;
  /** Who reads, as far as the browser says. */
  readonly reader: Listener;
  isSecure(): boolean;
  sent(page: PaintedPage, headers?: Readonly<Record<string, string>>): PageAnswer;
  /** For whoever is at the browser; nobody else is known. */
  said(name: OutcomeName, headers?: Readonly<Record<string, string>>): PageAnswer;
}

async function routed(desk: Desk, request: PageRequest): Promise<PageAnswer> {
  if (!isOurHost(request.headers.host ?? '', desk.options.publicUrl())) {
    return desk.said('wrong-host');
  }
  const { path, query } = partsOf(request.target);
  const methods = Object.hasOwn(METHODS, path) ? METHODS[path] : undefined;
  if (methods === undefined) {
    return desk.said('not-found');
  }
  if (!methods.includes(request.method)) {
    return desk.said('wrong-method', { allow: methods.join(', ') });
  }
  const parameters = new URLSearchParams(query);
  if (isAbout(path)) {
    return desk.sent(paintAbout(ABOUT_PATHS[path], desk.reader));
  }
  switch (path) {
    case STYLE_PATH:
      return style(desk, request, parameters);
    case CALLBACK_PATH:
      return await callback(desk, request, parameters);
    case EXPORT_PATH:
      return exported(desk, await exportOf(desk, request, parameters));
    default:
      return request.method === 'POST' ? await start(desk, request) : await look(desk, parameters);
  }
}

function isAbout(path: string): path is keyof typeof ABOUT_PATHS {
  return Object.hasOwn(ABOUT_PATHS, path);
}

function partsOf(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Under another name the page could be reached through a name that an attacker points at this machine (DNS rebinding). */
function isOurHost(host: string, publicUrl: string): boolean {
  const { protocol, host: ours } = new URL(publicUrl);
  const isPlain = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i.test(host);
  return isPlain && URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === ours;
}

function style(desk: Desk, request: PageRequest, parameters: URLSearchParams): PageAnswer {
  const tag = `"${STYLE_HASH}"`;
  const isByHash = parameters.get('h') === STYLE_HASH;
  const isKnown = request.headers['if-none-match'] === tag;
  return desk.sent(
    { status: isKnown ? 304 : 200, markup: isKnown ? '' : STYLE },
    {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': isByHash ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: tag,
    },
  );
}

async function look(desk: Desk, parameters: URLSearchParams): Promise<PageAnswer> {
  const link = readLink(parameters);
  if (link.kind === 'unreadable') {
    return desk.said('unreadable');
  }
  if (link.id === null) {
    return desk.said('unknown');
  }
  const view = await desk.options.flow.look(link.id);
  return view.kind === 'open'
    ? desk.sent(paintStart(view, link.id, desk.options.clock.now()))
    : desk.sent(paintOutcome(outcomeOf(view), await readerOf(desk, link.id)));
}

/** Whom a link is for decides the language; the browser does where the link is nobody's. */
async function readerOf({ options, reader }: Desk, id: string): Promise<Listener> {
  const locale = await options.flow.localeOf(id);
  return locale === null ? reader : { locale };
}

async function start(desk: Desk, request: PageRequest): Promise<PageAnswer> {
  const { flow, loginUrl, log } = desk.options;
  if (isFromElsewhere(request.headers, desk.options.publicUrl())) {
    log.warn('page.refused', { reason: 'from-elsewhere' });
    return desk.said('from-elsewhere');
  }
  const form = await request.form();
  if (form.kind !== 'form') {
    return desk.said(form.kind);
  }
  const link = readLink(form.parameters);
  if (link.kind === 'unreadable') {
    return desk.said('unreadable');
  }
  if (link.id === null) {
    return desk.said('unknown');
  }
  const reader = await readerOf(desk, link.id);
  const { verifier, ...secrets } = makeSecrets();
  const result = await flow.start(link.id, secrets);
  if (result.kind !== 'go') {
    return desk.sent(paintOutcome(outcomeOf(result), reader));
  }
  const url = loginAddress(result.url, loginUrl);
  if (url === null) {
    log.error('page.failed', { reason: 'not-the-login-host' });
    return desk.sent(paintOutcome('failed', reader));
  }
  return desk.sent(paintGoing(url, reader), {
    'set-cookie': signInCookie(result.signInId, desk.isSecure()).set(verifier),
  });
}

/** The page asks with its link; the file comes only with the form, so that scanners and previews fetch nothing. */
async function exportOf(desk: Desk, request: PageRequest, parameters: URLSearchParams): Promise<ExportAnswer> {
  const { exports, clock, log, publicUrl } = desk.options;
  if (request.method !== 'POST') {
    return await lookAtExport(exports, parameters, clock.now());
  }
  if (isFromElsewhere(request.headers, publicUrl())) {
    log.warn('page.refused', { reason: 'from-elsewhere' });
    return { kind: 'outcome', name: 'export.from-elsewhere' };
  }
  const form = await request.form();
  return form.kind === 'form' ? await fetchExport(exports, form.parameters) : { kind: 'outcome', name: form.kind };
}

function exported(desk: Desk, answer: ExportAnswer): PageAnswer {
  switch (answer.kind) {
    case 'outcome':
      return desk.said(answer.name);
    case 'page':
      return desk.sent(answer.page);
    case 'file':
      return desk.sent({ status: 200, markup: answer.body }, answer.headers);
  }
}

/** A form of another site. Old browsers say nothing; `null` is what our own referrer policy makes of the origin. */
function isFromElsewhere(headers: PageRequest['headers'], publicUrl: string): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOurOrigin = origin === undefined || origin === 'null' || origin.toLowerCase() === publicUrl;
  return !isOurOrigin || (site !== undefined && site !== 'same-origin');
}

/** The only address that anybody is ever sent to: at the login host, and safe on the way. */
function loginAddress(text: string, loginUrl: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const login = new URL(loginUrl);
  const isSafe = login.protocol === 'https:' || isLoopback(login.hostname);
  const isAtLogin = isSafe && url?.protocol === login.protocol && url.host === login.host;
  return isAtLogin && url.username === '' && url.password === '' ? url : null;
}

async function callback(desk: Desk, request: PageRequest, parameters: URLSearchParams): Promise<PageAnswer> {
  const input = readCallback(parameters);
  if (input === null) {
    return desk.said('unreadable');
  }
  const begun = await desk.options.flow.identify(input.state);
  if (begun === null) {
    return desk.said('unknown');
  }
  const cookie = signInCookie(begun.signInId, desk.isSecure());
  const verifier = cookie.read(request.headers.cookie ?? '');
  const reader = await readerOf(desk, begun.signInId);
  const page = await finished({ ...desk, reader }, input, verifier);
  // Nothing to clear in a browser that had none: it may be another one's turn still.
  return desk.sent(page, verifier === null ? {} : { 'set-cookie': cookie.clear() });
}

/** The cookie has served, also when something goes wrong: what is thrown becomes its page here. */
async function finished(
  { options: { flow, log }, reader }: Desk,
  input: CallbackInput,
  codeVerifier: string | null,
): Promise<PaintedPage> {
  const nonce = codeVerifier === null ? null : nonceOf(codeVerifier);
  try {
    const result = await flow.finish({ ...input, nonce, codeVerifier });
    return result.kind === 'signed-in'
      ? paintSignedIn(result.purpose, reader)
      : paintOutcome(outcomeOf(result), reader);
  } catch (thrown) {
    const { code } = asAccessError(thrown);
    log.error('page.failed', { code, error: thrown });
    return paintOutcome(isOutcome(code) ? code : 'failed', reader);
  }
}

function outcomeOf(result: ClosedLink | RefusedSignIn | { readonly kind: 'cancelled' | 'wrong-person' }): OutcomeName {
  switch (result.kind) {
    case 'closed':
      return result.why;
    case 'refused':
      return isOutcome(result.code) ? result.code : 'refused';
    default:
      return result.kind;
  }
}
