import type { ShownIn } from './channel.ts';

/**
 * Why the bot cannot write to an approver: they have no bot; they blocked it; they took it away; the tenant's app policy does not
 * let them have it; a guest has no chat with bots of this tenant; it failed for a reason that is not known. `not-served`: the
 * rulebook denies them, so that their yes counts in the portal only and they are not asked here.
 */
export const UNREACHABLE_WHYS = [
  'no-bot',
  'blocked',
  'removed',
  'not-allowed',
  'guest',
  'not-served',
  'failed',
] as const;
export type UnreachableWhy = (typeof UNREACHABLE_WHYS)[number];

/** What is noted of a chat whose person took the bot away themselves. */
export const UNINSTALLED = 'uninstalled';

/** One approver of one ask and whether the bot could reach them. */
export interface ApproverReach {
  readonly name: string;
  /**
   * asked: the card is on its way or arrived; waiting: they are asked later, if it is still undecided; unreachable: the bot cannot
   * write to them (PIM mails them all the same).
   */
  readonly reach: 'asked' | 'waiting' | 'unreachable';
  /** Only of somebody unreachable, as far as it is known. */
  readonly why?: UnreachableWhy;
}

/**
 * Stand where requesters are not to see names: for one approver who is only counted, and for all of them where not even that is
 * said. Nobody is called so: these characters have no meaning of their own.
 */
export const COUNTED_APPROVER = '\u{E000}';
export const HIDDEN_APPROVERS = '\u{E001}';

/**
 * Why a name of the approval rule counts for nothing: nobody decides on their own request; the account is disabled; the person is
 * not in the tenant any more; nobody is in the group; its members are not shown, so that they may be anybody.
 */
export type LeftOutWhy = 'requester' | 'disabled' | 'gone' | 'empty' | 'hidden';

export interface LeftOut {
  readonly name: string;
  readonly why: LeftOutWhy;
}

/** Approvers as cards name them: the first of each kind by name, the rest by number. */
export interface NamedApprovers {
  readonly approvers: readonly ApproverReach[];
  readonly further?: FurtherApprovers;
}

/** The same, as the requester's card tells who is asked. */
export interface AskedApprovers extends NamedApprovers {
  /** Where they find the request together as well; left out where they do not. */
  readonly channel?: ShownIn;
}

export type FurtherApprovers = Readonly<Partial<Record<ApproverReach['reach'], number>>>;

/** Who would decide an ask that was not sent yet, as far as it can be seen. */
export interface ApproverOutlook extends NamedApprovers {
  /** False when somebody is behind the rule whom the tenant does not let us see. */
  readonly areKnown: boolean;
  readonly leftOut: readonly LeftOut[];
}

/** So many of each kind are named: with all of them, the card of a large group would grow too large to be sent. */
export const MOST_NAMED = 30;

/** Names the first of each kind, and counts the rest. */
export function nameApprovers(all: readonly ApproverReach[]): NamedApprovers {
  const counts: Record<ApproverReach['reach'], number> = { asked: 0, waiting: 0, unreachable: 0 };
  const approvers: ApproverReach[] = [];
  for (const { name, reach, why } of all) {
    counts[reach] += 1;
    if (counts[reach] <= MOST_NAMED) {
      approvers.push({ name, reach, ...(why !== undefined && { why }) });
    }
  }
  return namedOf(approvers, counts);
}

/** The same where they were counted already. */
export function namedOf(
  approvers: readonly ApproverReach[],
  counts: Readonly<Record<ApproverReach['reach'], number>>,
): NamedApprovers {
  const left = Object.entries(counts).filter(([, count]) => count > MOST_NAMED);
  const further: FurtherApprovers = Object.fromEntries(left.map(([reach, count]) => [reach, count - MOST_NAMED]));
  return left.length === 0 ? { approvers } : { approvers, further };
}
