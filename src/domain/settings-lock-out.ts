import type { RoleSettings, SettingsApprover } from './role-settings.ts';
import { approverKey } from './settings-canonical.ts';

/** What is known of the people who would approve, and of those who would ask. */
export interface Approving {
  /** Who approves when nobody is named; null where PIM then has nobody. */
  readonly defaultApprovers: string | null;
  /** The people behind each approver that could be looked up, by {@link approverKey}; who is missing here is unknown. */
  readonly peopleBehind: ReadonlyMap<string, readonly string[]>;
  /** Ids of the people who may activate the role; null when they could not be listed. */
  readonly eligibleIds: readonly string[] | null;
  /** Who proposes the change. */
  readonly proposerId: string;
}

export interface LockOuts {
  readonly refusals: readonly LockOut[];
  readonly warnings: readonly LockOut[];
}

interface LockOut {
  readonly code: 'settings.locks_out';
  readonly facts: Readonly<Record<string, string>>;
}

const PATH = 'activation.approval.approvers';
const NONE: LockOuts = { refusals: [], warnings: [] };

/**
 * Finds what would leave nobody who can be let in: nobody may approve their own request (pim-api §7.1), so that a role whose only
 * approver is the only one who asks is closed. A change of something else is never refused for it, only warned about.
 */
export function lockOuts(known: Approving, before: RoleSettings, after: RoleSettings): LockOuts {
  const { isRequired, approvers } = after.activation.approval;
  if (!isRequired) {
    return NONE;
  }
  const found = approvers.length === 0 ? byNobody(known) : bySomebody(known, approvers);
  const isOld = approvalKey(before) === approvalKey(after);
  return isOld ? { refusals: [], warnings: [...found.refusals, ...found.warnings] } : found;
}

function byNobody({ defaultApprovers }: Approving): LockOuts {
  if (defaultApprovers === null) {
    return refuse('no-approver', 'Approval is required and nobody is named who could give it.');
  }
  return warn('default-approvers', `Nobody is named to approve: PIM asks its default approvers, ${defaultApprovers}.`);
}

function bySomebody(known: Approving, approvers: readonly SettingsApprover[]): LockOuts {
  const behind = approvers.map((approver) => ({ approver, people: known.peopleBehind.get(approverKey(approver)) }));
  const empty = behind.filter(({ people }) => people?.length === 0).map(({ approver }) => approver.name);
  const areAllKnown = behind.every(({ people }) => people !== undefined);
  const people = new Set(behind.flatMap((one) => one.people ?? []).map((id) => id.toLowerCase()));
  if (areAllKnown && people.size === 0) {
    return refuse('approvers-are-nobody', `Nobody is behind the approvers: ${empty.join(', ')}.`);
  }
  const emptyOnes =
    empty.length === 0 ? NONE : warn('approver-is-nobody', `Nobody is behind this approver: ${empty.join(', ')}.`);
  const [only, second] = [...people];
  if (!areAllKnown || only === undefined || second !== undefined) {
    return emptyOnes;
  }
  const own = onlyOne(known, only);
  return { refusals: own.refusals, warnings: [...emptyOnes.warnings, ...own.warnings] };
}

/** Exactly one person could approve. */
function onlyOne({ eligibleIds, proposerId }: Approving, only: string): LockOuts {
  if (eligibleIds === null) {
    return only === proposerId.toLowerCase()
      ? refuse(
          'proposer-is-only-approver',
          'You would be the only approver, and nobody may approve their own request. Name somebody else as well.',
        )
      : NONE;
  }
  const others = eligibleIds.filter((id) => id.toLowerCase() !== only);
  if (others.length === eligibleIds.length) {
    return NONE;
  }
  return others.length === 0
    ? refuse(
        'only-approver-is-requester',
        'The only approver is the only person who may activate the role, and nobody may approve their own request.',
      )
    : warn(
        'approver-cannot-activate',
        'The only approver may activate the role too, but nobody else could approve that.',
      );
}

function refuse(kind: string, reason: string): LockOuts {
  return { refusals: [lockOut(kind, reason)], warnings: [] };
}

function warn(kind: string, reason: string): LockOuts {
  return { refusals: [], warnings: [lockOut(kind, reason)] };
}

function lockOut(kind: string, reason: string): LockOut {
  return { code: 'settings.locks_out', facts: { kind, path: PATH, reason } };
}

function approvalKey({ activation: { approval } }: RoleSettings): string {
  return JSON.stringify([approval.isRequired, approval.approvers.map(approverKey)]);
}
