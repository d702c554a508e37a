import type { ApproverOutlook, LeftOut, UnreachableWhy } from '../domain/approver.ts';
import { nameApprovers } from '../domain/approver.ts';
import type { PrincipalId } from '../domain/ids.ts';
import type { ApproverPerson, ApproverReference, Person, RolePolicy } from '../domain/policy.ts';
import { findUnreachable } from './approver-reach.ts';
import type { Services } from './services.ts';
import { unlessHidden } from './unless-hidden.ts';

/** Somebody who may decide, and why the bot is known not to reach them. */
export interface AskableApprover extends Person {
  /** Whether the rule names the person, rather than a group that they are in. */
  readonly isNamed: boolean;
  /** Null: reached, or not tried yet. */
  readonly unreachable: UnreachableWhy | null;
}

/** Who may decide: `people` without the requester; `areKnown` is false when the tenant does not let us see them. */
export interface Approvers {
  readonly people: readonly AskableApprover[];
  readonly areKnown: boolean;
  /** What of the rule counts for nothing, and why; of many the first. */
  readonly leftOut: readonly LeftOut[];
}

export const NO_APPROVERS: Approvers = { people: [], areKnown: false, leftOut: [] };

const MOST_LEFT_OUT = 8;

/**
 * Finds who may decide an ask of this person, and whom of them the bot is known not to reach. The requester is never one of their
 * own approvers, and nobody decides with a disabled account. A rule that names nobody means PIM's default approvers, whom we do
 * not guess: unknown approvers are not no approvers. That nobody is left is said only after asking past the cache.
 */
export async function findApprovers(
  services: Services,
  policy: RolePolicy | null,
  requesterId: PrincipalId,
): Promise<Approvers> {
  if (policy === null || !policy.isApprovalRequired || policy.approvers.length === 0) {
    return NO_APPROVERS;
  }
  const kept = await readApprovers(services, policy.approvers, { requesterId, isFresh: false });
  // Nobody is refused for what an administrator has mended meanwhile.
  const isNobody = kept.areKnown && kept.people.length === 0;
  const read = isNobody ? await readApprovers(services, policy.approvers, { requesterId, isFresh: true }) : kept;
  const unreachable = await findUnreachable(services, read.people);
  const denied = await services.servedPeople.listDenied(read.people);
  return {
    people: read.people.map(({ id, name, userPrincipalName, isNamed: isByName }) => {
      const why = denied.has(id) ? 'not-served' : (unreachable.get(id) ?? null);
      return { id, name, userPrincipalName, isNamed: isByName, unreachable: why };
    }),
    areKnown: read.areKnown,
    leftOut: read.leftOut.slice(0, MOST_LEFT_OUT),
  };
}

interface ReadApprovers extends Pick<Approvers, 'areKnown' | 'leftOut'> {
  readonly people: readonly (ApproverPerson & Pick<AskableApprover, 'isNamed'>)[];
}

interface ReadingOf {
  readonly requesterId: PrincipalId;
  readonly isFresh: boolean;
}

async function readApprovers(
  services: Services,
  approvers: readonly ApproverReference[],
  { requesterId, isFresh }: ReadingOf,
): Promise<ReadApprovers> {
  const found = new Map<PrincipalId, ReadApprovers['people'][number]>();
  const leftOut = new Map<string, LeftOut>();
  for (const approver of approvers) {
    const people = await expand(services, approver, isFresh);
    for (const left of leftOutOf(approver, people, requesterId)) {
      leftOut.set(`${left.why} ${left.name}`, left);
    }
    for (const person of people ?? []) {
      if (person.isEnabled && person.id !== requesterId) {
        found.set(person.id, { ...person, isNamed: found.get(person.id)?.isNamed === true || isNamed(approver) });
      }
    }
  }
  const left = [...leftOut.values()];
  return { people: [...found.values()], areKnown: !left.some(({ why }) => why === 'hidden'), leftOut: left };
}

/** Who would be asked, as a card names them. */
export function outlookOf({ people, areKnown, leftOut }: Approvers): ApproverOutlook {
  const approvers = people.map(({ name, unreachable: why }) =>
    why === null ? ({ name, reach: 'asked' } as const) : ({ name, reach: 'unreachable', why } as const),
  );
  return { ...nameApprovers(approvers), areKnown, leftOut };
}

const isNamed = ({ kind }: ApproverReference): boolean => kind === 'person';

function leftOutOf(
  { kind, name }: ApproverReference,
  people: readonly ApproverPerson[] | null,
  requesterId: PrincipalId,
): readonly LeftOut[] {
  if (people === null) {
    return [{ name, why: 'hidden' }];
  }
  if (people.length === 0) {
    return [{ name, why: kind === 'group' ? 'empty' : 'gone' }];
  }
  return people.flatMap((person): readonly LeftOut[] => {
    if (person.id === requesterId) {
      return [{ name: person.name, why: 'requester' }];
    }
    return person.isEnabled ? [] : [{ name: person.name, why: 'disabled' }];
  });
}

/** The people behind one entry of the rule; null when the tenant does not show them. */
async function expand(
  services: Services,
  approver: ApproverReference,
  isFresh: boolean,
): Promise<readonly ApproverPerson[] | null> {
  return await unlessHidden(
    () => services.reader.expandApprovers([approver], { isFresh }),
    (code) => {
      services.log.warn('approvers.unknown', { approver: approver.id, code });
      return null;
    },
  );
}
