interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
  readonly path: string;
  readonly sameSite: 'lax' | 'strict' | 'none';
  /** Null: until the browser is closed. */
  readonly expiresAt: Temporal.Instant | null;
}

/** What a browser knows about a request when it chooses its cookies. */
export interface CookieOccasion {
  readonly url: URL;
  readonly method: string;
  /** Everything on the way here, the page that began it included, has the same origin. */
  readonly isSameSite: boolean;
}

const MAX_LENGTH = 4096;

/**
 * The cookies of one browser, by RFC 6265bis, always top-level navigation. Every host of the sandbox is 127.0.0.1, so an origin
 * stands here for what is a domain of its own in the real world.
 */
export class CookieJar {
  readonly #now: () => Temporal.Instant;
  #cookies: readonly Cookie[] = [];

  constructor(now: () => Temporal.Instant) {
    this.#now = now;
  }

  /** Takes a `Set-Cookie` header, or not: a browser says nothing about one that it refuses. */
  store(url: URL, header: string): void {
    const cookie = readCookie(url, header, this.#now());
    if (cookie === null) return;
    const others = this.#cookies.filter(({ name, origin, path }) => {
      return name !== cookie.name || origin !== cookie.origin || path !== cookie.path;
    });
    this.#cookies = this.#isOver(cookie) ? others : [...others, cookie];
  }

  /** The `Cookie` header of a request; empty without one. HttpOnly makes no difference, as pages have no script here. */
  header({ url, method, isSameSite }: CookieOccasion): string {
    return this.#cookies
      .filter((cookie) => cookie.origin === url.origin && isUnder(url.pathname, cookie.path) && !this.#isOver(cookie))
      .filter(({ sameSite }) => isSameSite || sameSite === 'none' || (sameSite === 'lax' && method === 'GET'))
      .toSorted((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #isOver({ expiresAt }: Cookie): boolean {
    return expiresAt !== null && Temporal.Instant.compare(expiresAt, this.#now()) <= 0;
  }
}

function readCookie(url: URL, header: string, now: Temporal.Instant): Cookie | null {
  const [pair = '', ...rest] = header.split(';');
  const split = pair.indexOf('=');
  const name = pair.slice(0, Math.max(0, split)).trim();
  if (name === '' || header.length > MAX_LENGTH || hasControlCharacter(header)) return null;
  const attributes = new Map(rest.map(readAttribute));
  const path = attributes.get('path') ?? '';
  const isSecure = attributes.has('secure');
  const domain = attributes.get('domain') ?? '';
  // An address is no domain that has hosts below it: only its own name will do.
  if (domain !== '' && domain !== url.hostname) return null;
  // Browsers that trust plain HTTP on loopback take it all the same; production has no such exception.
  if (isSecure && url.protocol !== 'https:') return null;
  const prefix = /^__(host|secure)-/i.exec(name)?.[1]?.toLowerCase();
  if (prefix !== undefined && !isSecure) return null;
  if (prefix === 'host' && (attributes.has('domain') || path !== '/')) return null;
  const sameSite = readSameSite(attributes.get('samesite'));
  if (sameSite === 'none' && !isSecure) return null;
  return {
    name,
    value: pair.slice(split + 1).trim(),
    origin: url.origin,
    path: path.startsWith('/') ? path : folderOf(url.pathname),
    sameSite,
    expiresAt: readEnd(attributes, now),
  };
}

function readAttribute(text: string): [name: string, value: string] {
  const split = text.indexOf('=');
  if (split < 0) return [text.trim().toLowerCase(), ''];
  return [text.slice(0, split).trim().toLowerCase(), text.slice(split + 1).trim()];
}

function readSameSite(text: string | undefined): Cookie['sameSite'] {
  const word = text?.toLowerCase();
  return word === 'strict' || word === 'none' ? word : 'lax';
}

/** `Max-Age` wins over `Expires`. */
function readEnd(attributes: ReadonlyMap<string, string>, now: Temporal.Instant): Temporal.Instant | null {
  const age = attributes.get('max-age');
  if (age !== undefined && /^-?\d{1,10}$/.test(age)) return now.add({ seconds: Number(age) });
  const at = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(at) ? null : Temporal.Instant.fromEpochMilliseconds(at);
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => (character.codePointAt(0) ?? 0) < 0x20 || character === '\x7f');
}
