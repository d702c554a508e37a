import type { ErrorCode } from '../errors.ts';
import type { Surface } from './assignment.ts';
import type { RoleFacts } from './card-facts.ts';
import type { RiskClass } from './role-notice.ts';

/** What became of one request among several that were decided together. */
export interface DecisionLine extends RoleFacts {
  readonly requestId: string;
  /** Empty, as is the name of the role, where no such request is known. */
  readonly requesterName: string;
  /** `sign-in`: it goes on by itself once its approver has signed in once more; `refused`: nothing came of it, for `problem`. */
  readonly outcome: 'approved' | 'denied' | 'refused' | 'sign-in';
  readonly problem: {
    readonly code: ErrorCode;
    readonly facts: Readonly<Record<string, string>>;
    /** What can be quoted to an operator; null where there is nothing to look up. */
    readonly reference: string | null;
  } | null;
}

/** What a list of requests says beside them. */
export interface ChosenApprovals {
  /** Which of them stand chosen: all of them after `approve all`, and those that are decided in the second step. */
  readonly chosen?: readonly string[];
  /** What the approver said already, for the second step. */
  readonly justification?: string;
  /** How many are being decided. */
  readonly underWay?: number;
  /** What became of those that were just decided together. */
  readonly results?: readonly DecisionLine[];
}

/** How far a role reaches, with the first thing it can do that reaches further than its name says. */
export interface RiskFacts {
  readonly class: RiskClass;
  readonly kind: 'azure' | 'directory';
  /** An operation of Azure or an action of the directory; null where none of them is to be named. */
  readonly operation: string | null;
}

/** A part of the place where a role applies, from the top down. */
export interface ScopePart {
  readonly kind: 'management-group' | 'subscription' | 'resource-group' | 'resource' | 'administrative-unit';
  readonly name: string;
}

/**
 * What a careful approver wants to know besides, as the reader saw it when the request was shown. What could not be read is null or
 * named as unread: it is never said to be nothing.
 */
export interface AskBackground {
  readonly lookedAt: string;
  readonly surface: Surface;
  /** The heaviest of what it gives; null when its definition is not known. */
  readonly risk: RiskFacts | null;
  /** What membership of the group gives, the heaviest first; only of a group, and null when that could not be read. */
  readonly group?: {
    readonly access: 'member' | 'owner';
    readonly roles: readonly (RoleFacts & { readonly gives: 'eligible' | 'active' })[] | null;
    readonly further: number;
    /** Whether it may give more than `risk` says: a surface could not be read, or there is a role whose definition is not known. */
    readonly isRiskPartial: boolean;
  };
  readonly scope: { readonly id: string; readonly path: readonly ScopePart[] };
  /** What else gives the requester access now, not counting what groups give. */
  readonly active: {
    readonly roles: readonly (RoleFacts & { readonly endsAt: string | null })[];
    readonly further: number;
    readonly unread: readonly Surface[];
  };
  /** The requester's own requests before this one, as far as they are recorded here. */
  readonly past: PastAsks;
}

/** Of thirty days. Instants ISO 8601. */
export interface PastAsks {
  readonly asked: number;
  readonly approved: number;
  readonly denied: number;
  /** When this role was last asked for. */
  readonly lastForRole: string | null;
}
