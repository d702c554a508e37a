import type { RoleFacts } from './card-facts.ts';
import type { CheckVerdict, RoleStanding } from './judge-check.ts';
import type { RunbookStep } from './runbook.ts';

/*
 * What is told about runbooks and about whether a role is usable. Instants are ISO 8601 UTC with seconds, durations ISO 8601.
 */

/** Runbooks to choose from. */
export interface RunbooksNotice {
  readonly card: 'runbooks';
  /** What was said, when several fit it; null when all are listed. */
  readonly words: string | null;
  readonly runbooks: readonly (RoleFacts & {
    readonly name: string;
    readonly title: string;
    /** Whether the asker may activate the role, as far as that was read. */
    readonly isEligible: boolean;
  })[];
}

/** How one task is done, and what the asker has of its role. */
export interface RunbookNotice {
  readonly card: 'runbook';
  readonly name: string;
  readonly title: string;
  readonly role: RoleFacts;
  /** `unknown`: the part of PIM that keeps the role could not be read. */
  readonly standing: 'active' | 'eligible' | 'waiting' | 'not-eligible' | 'unknown';
  readonly activeUntil: string | null;
  /** The group that has to be activated first. */
  readonly through: string | null;
  /** Names what Activate opens the form of; null when there is nothing to activate. */
  readonly key: string | null;
  /** What the form suggests. */
  readonly duration: string | null;
  readonly maximumDuration: string | null;
  readonly needsApproval: boolean | null;
  readonly steps: readonly RunbookStep[];
  readonly checks: readonly { readonly name: string; readonly expects: 'works' | 'refused' }[];
  readonly owner: string | null;
}

/** What is looked at: something of a runbook by its name, what Azure lists of the role, or nothing that could be. */
export type CheckSubject =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'definition' | 'effect' };

export interface CheckResult {
  readonly subject: CheckSubject;
  readonly verdict: CheckVerdict;
}

/** Whether a role is usable: what works, and what correctly does not. */
export interface CheckNotice {
  readonly card: 'check';
  /** `working` until the last answer is there. */
  readonly phase: 'working' | 'done';
  readonly role: RoleFacts;
  /** Names the role when it is checked again, or activated. */
  readonly key: string;
  readonly standing: RoleStanding;
  readonly activeUntil: string | null;
  readonly isEligible: boolean;
  readonly results: readonly CheckResult[];
  /** Checks that there were too many of. */
  readonly left: number;
  /** The runbook of the role, when there is one. */
  readonly runbook: { readonly name: string; readonly title: string } | null;
}

export type RunbookCardNotice = RunbooksNotice | RunbookNotice | CheckNotice;

/** What buttons of these cards ask for; a check can be asked for on an activation as well. */
export const RUNBOOK_VERBS = ['show-runbook', 'show-check', 'open-role-form'] as const;
