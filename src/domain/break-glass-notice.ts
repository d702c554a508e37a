import type { Mention, ProblemFacts, RoleFacts } from './card-facts.ts';
import type { PullState } from './pull.ts';

/*
 * What is told about break-glass. Instants are ISO 8601 UTC with seconds, durations ISO 8601.
 */

/** What every card about one use of a pack says. */
export interface PullFacts {
  readonly pack: string;
  readonly purpose: string;
  readonly pullerName: string;
  readonly roles: readonly RoleFacts[];
  readonly window: string;
  readonly incident: string | null;
  readonly severity: string | null;
  readonly reason: string;
  readonly isDrill: boolean;
  readonly needsSecondPerson: boolean;
}

/** Packs that the asker may pull now. */
export interface BreakGlassPacksNotice {
  readonly card: 'break-glass-packs';
  readonly packs: readonly {
    readonly name: string;
    readonly purpose: string;
    readonly window: string;
    readonly needsSecondPerson: boolean;
    /** The sentence that pulls it. */
    readonly example: string;
  }[];
  /** Packs whose on-call source could not be read. */
  readonly unread: readonly string[];
  /** What the asker has pulled and is not over. */
  readonly underWay: readonly { readonly pack: string; readonly until: string | null }[];
}

/** Reads back what a pull will do, to its puller; or asks the second person to confirm it. */
export interface BreakGlassConfirmNotice {
  readonly card: 'break-glass-confirm';
  readonly view: 'puller' | 'second';
  /** sign-in: the client did not answer, so there is a link; late: nobody confirmed in time. */
  readonly phase: 'confirm' | 'sign-in' | 'confirmed' | 'dropped' | 'late';
  readonly pull: PullFacts;
  /** Until when Confirm works. */
  readonly until: string;
  /** Who will be told: people by name, beside the channel. */
  readonly alarmed: readonly string[];
  /** Who else is on call and will be asked to confirm. */
  readonly seconds: readonly string[];
  /** Names the sign-in page in the phase sign-in. */
  readonly pageSignInId: string | null;
}

/** A use of a pack as it goes on: to its puller, to the channel that was alarmed and to the people that were. */
export interface BreakGlassActiveNotice {
  readonly card: 'break-glass-active';
  readonly view: 'puller' | 'channel' | 'person';
  readonly phase: Exclude<PullState, 'planned'>;
  readonly pull: PullFacts;
  readonly pulledAt: string;
  readonly secondName: string | null;
  /** Who is asked to confirm it, while that is waited for, and until when. */
  readonly seconds: readonly string[];
  readonly secondBy: string | null;
  readonly activeFrom: string | null;
  readonly activeUntil: string | null;
  readonly endedAt: string | null;
  /** When what was stood down is given back: PIM allows that only five minutes after the start. */
  readonly standDownAt: string | null;
  /** Whether it was stood down while PIM still put it in place: it ends as soon as it may. */
  readonly isStandingDown: boolean;
  readonly problem: ProblemFacts | null;
  /** Whom a message in a channel calls by name. */
  readonly mentions: readonly Mention[];
}

/** Something the puller did, as the tenant's log calls it. */
export interface LoggedOperation {
  readonly at: string;
  readonly what: string;
  readonly target: string | null;
}

/** What is to be said about a use when it is over. */
export interface BreakGlassReviewNotice {
  readonly card: 'break-glass-review';
  readonly view: 'puller' | 'owner' | 'channel';
  readonly phase: 'open' | 'overdue' | 'done';
  readonly pull: PullFacts;
  readonly timeline: readonly {
    readonly at: string;
    readonly what: 'asked' | 'pulled' | 'confirmed' | 'active' | 'over';
    readonly who: string | null;
  }[];
  /** What the tenant's log says the puller did meanwhile. */
  readonly operations: readonly LoggedOperation[];
  /** Why that is not, or not all, there; null when it is. */
  readonly withoutLog: ProblemFacts | null;
  /** Whose part is still open, when the reader's own is done. */
  readonly waitsFor: string | null;
  /** What the puller has said about it. */
  readonly account: string | null;
  readonly dueAt: string;
  readonly done: { readonly byName: string; readonly at: string; readonly text: string } | null;
}

/** Uses whose review is still open. */
export interface BreakGlassReviewsNotice {
  readonly card: 'break-glass-reviews';
  readonly reviews: readonly {
    readonly pack: string;
    readonly pullerName: string;
    readonly isDrill: boolean;
    readonly endedAt: string;
    readonly dueAt: string;
  }[];
}

export type BreakGlassNotice =
  | BreakGlassPacksNotice
  | BreakGlassConfirmNotice
  | BreakGlassActiveNotice
  | BreakGlassReviewNotice
  | BreakGlassReviewsNotice;

/** Buttons of these cards. */
export const BREAK_GLASS_VERBS = [
  'confirm-pull',
  'drop-pull',
  'confirm-second',
  'refuse-second',
  'stand-down',
  'stop-access',
  'complete-review',
] as const;
