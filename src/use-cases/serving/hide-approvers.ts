import { type ApproverReach, COUNTED_APPROVER, HIDDEN_APPROVERS } from '../../domain/approver.ts';
import { isPerson, type RecipientId } from '../../domain/ids.ts';
import type { CardName, Notice } from '../../domain/notice.ts';
import type { ErrorCode } from '../../errors.ts';

/** What requesters are shown of approvers: their names, how many there are, or nothing. */
export const APPROVER_NAMES = ['names', 'count', 'none'] as const;
export type ApproverNames = (typeof APPROVER_NAMES)[number];

/**
 * Cards of approvers among themselves, on which they see each other; and those of break-glass, where on-call leads know who is on
 * call. In a channel, where requesters read along, the first of these name no approver either.
 */
const AMONG_APPROVERS: ReadonlySet<CardName> = new Set(['approval-request', 'approval-decided']);
const OF_EMERGENCIES: ReadonlySet<CardName> = new Set([
  'break-glass-active',
  'break-glass-confirm',
  'break-glass-packs',
  'break-glass-review',
  'break-glass-reviews',
]);

/** Facts of errors that name approvers. */
const NAMING_FACTS: Partial<Record<ErrorCode, readonly string[]>> = {
  'activation.nobody_can_approve': ['approvers', 'why'],
  // Whoever knows the number of a request can ask to decide it.
  'approval.already_decided': ['by'],
};

/** What a history tells of decisions, also of those that failed: who made them is an approver's name. */
const DECISION = /^(?:approved|denied)(?: \(failed\))?$/;

/**
 * Takes approvers' names out of what somebody is told who is not one of them, wherever in it they stand. What is kept of the
 * card then holds none either.
 */
export function hideApprovers(notice: Notice, recipient: RecipientId, shown: ApproverNames): Notice {
  const isTheirs = OF_EMERGENCIES.has(notice.card) || (isPerson(recipient) && AMONG_APPROVERS.has(notice.card));
  return shown === 'names' || isTheirs ? notice : (withoutNames(notice, shown) as Notice);
}

type Hidden = Exclude<ApproverNames, 'names'>;
type Fields = Readonly<Record<string, unknown>>;

function withoutNames(value: unknown, shown: Hidden): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => withoutNames(item, shown));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const fields = value as Fields;
  const told = Object.entries(fields).map(([key, field]) => [key, fieldOf(fields, [key, field], shown)] as const);
  return Object.fromEntries(told.filter(([, field]) => field !== undefined));
}

/** One field of an object; undefined leaves it out. */
function fieldOf(within: Fields, [key, field]: readonly [key: string, field: unknown], shown: Hidden): unknown {
  switch (key) {
    case 'approvers':
      return isReach(field) ? unnamed(field, shown) : field;
    // How many stand so beside those that are named.
    case 'further':
      return shown === 'count' ? field : undefined;
    case 'leftOut':
    case 'otherApprovers':
      return [];
    case 'furtherApprovers':
      return undefined;
    case 'approvedBy':
    case 'decidedBy':
      return null;
    case 'byName':
      return typeof within.what === 'string' && DECISION.test(within.what) ? null : field;
    // Of how many approvers one is waited for, where a channel reads along.
    case 'asked':
      return typeof field === 'number' && shown === 'none' ? 0 : withoutNames(field, shown);
    case 'facts':
      return withoutFacts(field, NAMING_FACTS[within.code as ErrorCode] ?? []);
    default:
      return withoutNames(field, shown);
  }
}

function isReach(field: unknown): field is readonly ApproverReach[] {
  return Array.isArray(field) && field.every((item) => typeof item === 'object' && item !== null && 'reach' in item);
}

/** That nobody at all can be reached is said all the same: the requester has to do something about it. */
function unnamed(approvers: readonly ApproverReach[], shown: Hidden): readonly ApproverReach[] {
  if (shown === 'count') {
    return approvers.map((approver) => ({ ...approver, name: COUNTED_APPROVER }));
  }
  const isAnyReached = approvers.some(({ reach }) => reach !== 'unreachable');
  return approvers.length === 0 ? [] : [{ name: HIDDEN_APPROVERS, reach: isAnyReached ? 'asked' : 'unreachable' }];
}

function withoutFacts(facts: unknown, naming: readonly string[]): unknown {
  if (typeof facts !== 'object' || facts === null || naming.length === 0) {
    return facts;
  }
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !naming.includes(name)));
}
