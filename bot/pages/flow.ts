import type { ErrorCode } from '../../src/errors.ts';

/** What goes on after a sign-in on the page, in words that the page can say. */
export type PagePurpose = 'activate' | 'approve' | 'sentence' | 'press' | 'admin' | 'sign-in';

/** One role that the sign-in is for. */
export interface PageSubject {
  readonly roleName: string;
  readonly scopeName: string;
  /** ISO 8601. */
  readonly duration: string | null;
  /** Who asked for it, where somebody else decides. */
  readonly requesterName: string | null;
}

/** A list that can be fetched, as the page needs it. */
export interface PageExport {
  readonly fileName: string;
  readonly ownerName: string;
  readonly rows: number;
  readonly csv: string;
  readonly ndjson: string;
  readonly expiresAt: Temporal.Instant;
  /** Of the owner: the page is in their language, and times are shown in their zone. */
  readonly timeZone: string;
  readonly locale: string;
}

/** Why a link leads nowhere any more. `not-started`: this browser did not begin what it came back from. */
export type PageClosed = 'unknown' | 'used' | 'expired' | 'replaced' | 'not-started';

export interface OpenLink {
  readonly kind: 'open';
  readonly personName: string;
  readonly purpose: PagePurpose;
  readonly subjects: readonly PageSubject[];
  readonly expiresAt: Temporal.Instant;
  /** Of the person: the page is in their language, and times are shown in their zone. */
  readonly timeZone: string;
  readonly locale: string;
}

export interface ClosedLink {
  readonly kind: 'closed';
  readonly why: PageClosed;
}

export interface RefusedSignIn {
  readonly kind: 'refused';
  readonly code: ErrorCode;
}

export type LinkView = OpenLink | ClosedLink;

/** What Entra is given of this browser; the verifier behind nonce and challenge stays in its cookie. */
export interface BrowserSecrets {
  /** Random; to be kept as a hash only. */
  readonly state: string;
  readonly nonce: string;
  /** PKCE, S256. */
  readonly codeChallenge: string;
}

/** Where the browser goes: a page at the login host, which the pages check before they send anybody there. */
export interface GoToLogin {
  readonly kind: 'go';
  readonly url: string;
  readonly signInId: string;
}

export type StartResult = GoToLogin | ClosedLink | RefusedSignIn;

/** What a browser came back with. All of it is bounded in length and alphabet, and nothing else is known about it. */
export interface PageCallback {
  readonly state: string;
  readonly code: string | null;
  /** Entra's error, such as `access_denied`; null beside a code. */
  readonly error: string | null;
  /** From this browser's cookie of this sign-in; both null when there is none. */
  readonly nonce: string | null;
  readonly codeVerifier: string | null;
}

export type PageResult =
  | { readonly kind: 'signed-in'; readonly purpose: PagePurpose }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'wrong-person' }
  | ClosedLink
  | RefusedSignIn;

/** The sign-ins behind the bot's own pages. Expected refusals are values; whatever is thrown becomes a page without details. */
export interface PageFlow {
  /** What a link is for. Changes nothing: link scanners and previews ask, too. */
  look(id: string): Promise<LinkView>;
  /** The locale of whom a link is for, also when it is over; null when there is no such link. Changes nothing. */
  localeOf(id: string): Promise<string | null>;
  /** Begins the sign-in behind a link, once. `closed` for the second of two. */
  start(id: string, secrets: BrowserSecrets): Promise<StartResult>;
  /** Finds which sign-in a callback belongs to, so that the right cookie can be read; null when none does. Changes nothing. */
  identify(state: string): Promise<{ readonly signInId: string } | null>;
  /**
   * Ends the sign-in that was begun with this state: `closed` (`not-started`) without the secrets of the browser that began it,
   * `closed` (`used`) for the second of two. What the sign-in was for goes on behind it; the page does not wait for that.
   */
  finish(callback: PageCallback): Promise<PageResult>;
}
