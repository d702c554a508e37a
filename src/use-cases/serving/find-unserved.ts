import type { Principal } from '../../domain/administration.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
import { type PrincipalId, principalId as toPrincipalId } from '../../domain/ids.ts';
import { judgeDenied, judgeServed, type UnservedWhy } from '../../domain/served.ts';
import { AccessError, type ErrorCode } from '../../errors.ts';
import { heldBy } from '../activation-target.ts';
import { roleFacts } from '../facts.ts';
import type { Services } from '../services.ts';
import type { Deed } from './demand-running.ts';

const CODES = {
  off: 'serving.role_off',
  role: 'serving.role_not_served',
  scope: 'serving.scope_not_served',
} as const satisfies Record<UnservedWhy, ErrorCode>;

/** What the rulebook is asked with, and the reader for what groups give. */
type Rulings = Pick<Services, 'rules' | 'reader' | 'log'>;

/**
 * Says why the bot does not act on a role: serving.role_off, serving.role_not_served, serving.scope_not_served; null when it does.
 * A group counts for what it gives to its members, as far as the reader may see that; who owns one can become a member.
 */
export async function findUnservedRole(services: Rulings, role: RoleAtScope): Promise<AccessError | null> {
  const { served } = services.rules.current();
  const why = judgeServed(served, role);
  if (why !== null) {
    return unserved(why, role, role);
  }
  const held = role.surface === 'group' ? await heldBy(services, role) : [];
  for (const one of held) {
    const denied = judgeDenied(served, one);
    if (denied !== null) {
      return unserved(denied, role, one);
    }
  }
  return null;
}

/** The same for somebody who wants the role. Who may pull a pack the on-call source says, and nobody else. */
export async function findUnserved(
  services: Rulings & Pick<Services, 'servedPeople'>,
  { principalId, role, deed }: { readonly principalId: PrincipalId; readonly role: RoleAtScope; readonly deed: Deed },
): Promise<AccessError | null> {
  const person = deed === 'break-glass' ? null : await services.servedPeople.judge(principalId);
  return person ?? (await findUnservedRole(services, role));
}

/** Somebody who is to get access by another one's hand. */
interface Recipient extends Pick<Principal, 'id' | 'name' | 'kind'> {}

/**
 * Why nobody may give them access here: serving.other_not_served, serving.people_unknown; null when it may be given. Of a group all
 * members count; an application is nobody of whom the lists of people speak.
 */
export async function findUnservedRecipient(
  { servedPeople }: Pick<Services, 'servedPeople'>,
  { id, name, kind }: Recipient,
): Promise<AccessError | null> {
  if (kind === 'service-principal') {
    return null;
  }
  const error = kind === 'group' ? await servedPeople.judgeGroup(id) : await servedPeople.judge(toPrincipalId(id));
  return error?.code === 'serving.person_not_served'
    ? new AccessError('serving.other_not_served', 'whom it is for is not among the people who are served', {
        cause: error,
        facts: { name },
      })
    : error;
}

/** @throws {AccessError} serving.* when the bot does not act on the role, or for this person */
export async function demandServed(services: Services, principalId: PrincipalId, role: RoleAtScope): Promise<void> {
  const error = await findUnserved(services, { principalId, role, deed: 'usual' });
  if (error !== null) {
    throw error;
  }
}

/** Those of one's roles that may be offered; what groups give is looked at when one is asked for. */
export function onlyServed<Role extends RoleAtScope>({ rules }: Pick<Services, 'rules'>, roles: readonly Role[]) {
  const { served } = rules.current();
  return roles.filter((role) => judgeServed(served, role) === null);
}

function unserved(why: UnservedWhy, role: RoleAtScope, about: RoleAtScope): AccessError {
  const given = about === role ? {} : { given: about.roleName };
  return new AccessError(CODES[why], `not served: ${why}`, { facts: { ...roleFacts(role), ...given } });
}
