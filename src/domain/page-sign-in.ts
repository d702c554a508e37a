import type { RoleAtScope } from './assignment.ts';
import type { PrincipalId, PullId, RequestId } from './ids.ts';
import type { Verb } from './notice.ts';

/** Where one sign-in on the bot's own page stands. `offered` and `started` can still succeed, each of the others is an end. */
export const PAGE_SIGN_IN_STATES = [
  'offered',
  'started',
  // The browser is back and the code is being redeemed: nobody else can redeem it any more.
  'redeeming',
  'done',
  'cancelled',
  'expired',
  'wrong-person',
  'refused',
  'replaced',
] as const;
export type PageSignInState = (typeof PAGE_SIGN_IN_STATES)[number];

/** Microsoft's services that a sign-in brings a token for, each its own. */
export type TokenResource = 'graph' | 'arm';

/** The services that keep these roles, each of which wants a token of its own. */
export function tokenResourcesOf(roles: readonly Pick<RoleAtScope, 'surface'>[]): readonly TokenResource[] {
  const isAzure = roles.map(({ surface }) => surface === 'azure');
  return [
    ...(isAzure.includes(false) ? (['graph'] as const) : []),
    ...(isAzure.includes(true) ? (['arm'] as const) : []),
  ];
}

/** The bot's app registrations that people sign in to. */
export type PageApp = 'self-service' | 'admin';

/** App roles of the bot itself, as the verified token names them. */
export const APP_ROLES = ['Pimlico.Admin', 'Pimlico.Auditor'] as const;
export type AppRole = (typeof APP_ROLES)[number];

/** What goes on when the person has signed in. */
export type PageSignInPurpose =
  /** Activations that wait in the state `stepping-up`. */
  | { readonly kind: 'requests'; readonly requestIds: readonly RequestId[] }
  /** A sentence that is kept under this id among those that wait for a sign-in. */
  | { readonly kind: 'sentence'; readonly signInId: string }
  /** A break-glass pack that its puller confirms, or that was confirmed and waits for a stronger sign-in. */
  | { readonly kind: 'pull'; readonly pullId: PullId }
  /** The press of a button, as it was made; the card is looked up and judged again. */
  | { readonly kind: 'press'; readonly press: RepeatedPress };

/** A press that waits for its person to sign in. */
export interface RepeatedPress {
  readonly verb: Verb;
  readonly story: string;
  readonly slot: string;
  readonly version: number;
  readonly nonce: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** One sign-in on the bot's own page: for whom, what for, and what Entra is asked to prove. */
export interface PageSignIn {
  /** Names the link. Random; no secret by itself, as only the person it is for can sign in with it. */
  readonly id: string;
  readonly principalId: PrincipalId;
  readonly app: PageApp;
  /** JSON of the `claims` parameter; null asks for nothing beyond an ordinary sign-in. */
  readonly claims: string | null;
  /** Authentication context that we, not PIM, demand; null when PIM judges by itself. */
  readonly requiredContext: string | null;
  readonly resources: readonly TokenResource[];
  /** `turn`: the tokens serve what goes on and are dropped with it; `session`: they are an ordinary sign-in. */
  readonly keep: 'turn' | 'session';
  readonly purpose: PageSignInPurpose;
  /** Story of the card that offers the link (slot `step-up` or `sign-in`); null when no card does. */
  readonly story: string | null;
  readonly state: PageSignInState;
  readonly createdAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
}

/** A link works this long, and so does the sign-in it began. */
export const PAGE_SIGN_IN_LIFETIME = Temporal.Duration.from({ minutes: 5 });

/** Asks Entra for a token that PIM takes for a role with this authentication context (pim-api §12.2). */
export function contextClaims(context: string): string {
  return JSON.stringify({ access_token: { acrs: { essential: true, value: context } } });
}

/** As {@link contextClaims}, with the proof in the id token as well, where we are the ones who judge. */
export function provenContextClaims(context: string): string {
  const acrs = { essential: true, value: context };
  return JSON.stringify({ access_token: { acrs }, id_token: { acrs } });
}

/** Asks for plain MFA: not documented as supported by Entra (pim-api §12.3), so that one try must be enough. */
export const MFA_CLAIMS = JSON.stringify({ access_token: { amr: { essential: true, values: ['mfa'] } } });
