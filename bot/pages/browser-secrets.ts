import { createHash, randomBytes } from 'node:crypto';

/** 256 bits each, in base64url. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

const random = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Says whether a text can be one of our state parameters or verifiers. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** What stands in the id token of a sign-in that the browser with this verifier began: no second secret to keep. */
export function nonceOf(verifier: string): string {
  return digest(`nonce:${verifier}`);
}

/** Secrets of one sign-in in one browser: `verifier` goes into its cookie, the others to Entra. */
export function makeSecrets() {
  const verifier = random();
  return { verifier, state: random(), nonce: nonceOf(verifier), codeChallenge: digest(verifier) };
}

/** As long as the link itself. */
const LIFETIME_SECONDS = 300;

/** The cookie that ties one sign-in to the browser that began it. */
export interface SignInCookie {
  set(verifier: string): string;
  clear(): string;
  /** The verifier in a `Cookie` header; null when there is none, or two. */
  read(header: string): string | null;
}

/** Names the cookie after its sign-in, so that two of them side by side do not meet. */
export function signInCookie(signInId: string, isSecure: boolean): SignInCookie {
  // With the prefix the browser itself refuses one that another host or plain HTTP set.
  const name = `${isSecure ? '__Host-' : ''}pimlico-${signInId.slice(0, 16)}`;
  const attributes = `HttpOnly; SameSite=Lax; ${isSecure ? 'Path=/; Secure' : 'Path=/auth'}`;
  return {
    set: (verifier) => `${name}=${verifier}; ${attributes}; Max-Age=${LIFETIME_SECONDS}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
    read(header) {
      const values = header
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1));
      const [value = ''] = values;
      return values.length === 1 && isSecret(value) ? value : null;
    },
  };
}
