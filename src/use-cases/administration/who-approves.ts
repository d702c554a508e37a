import type { WhoApprovesNotice } from '../../domain/administration-notice.ts';
import { type ApproverReach, nameApprovers } from '../../domain/approver.ts';
import { type RoleAtScope, roleKey } from '../../domain/assignment.ts';
import { principalId } from '../../domain/ids.ts';
import type { SettingsApprover } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import { matchRoles } from '../../language/match.ts';
import { candidate } from '../activation-target.ts';
import { findUnreachable } from '../approver-reach.ts';
import { findApprovers, outlookOf } from '../approvers.ts';
import { postAnswer, postError } from '../error-card.ts';
import { roleFacts } from '../facts.ts';
import { readPolicy } from '../plan-activation.ts';
import { type Asker, actorOf, type Posted, type Services } from '../services.ts';
import { unlessHidden } from '../unless-hidden.ts';
import type { SpokenSubject } from './list-assignments.ts';
import { type NamedRole, nameRole, oneRoleOnly, unclearRole } from './name-role.ts';

/**
 * Shows who may approve a role and whom of them the bot can write to. For what the asker may activate, the reader knows, as it
 * does on the card of a pending request; of any other role only what the asker's own token sees is said.
 *
 * @throws {AccessError} identity.sign_in_required, command.problem, graph.*
 */
export async function whoApproves(services: Services, asker: Asker, spoken: SpokenSubject): Promise<Posted> {
  const [words, second] = spoken.roles;
  if (second !== undefined) {
    throw oneRoleOnly('who approves User Administrator');
  }
  if (words === undefined) {
    const text = 'Say which role: "who approves User Administrator".';
    throw new AccessError('command.problem', 'no role', { facts: { text } });
  }
  const own = await nameOwn(services, asker, words, spoken.scope);
  if (own?.kind === 'one') {
    return await post(services, asker, await approversOfOwn(services, asker, own.role));
  }
  const named = own ?? (await nameRole(services, asker, words, spoken.scope));
  if (named.kind === 'unclear') {
    return await postError(services, asker, named.error, named.suggestions);
  }
  return await post(services, asker, await approversOfOther(services, asker, named.role));
}

/** What the words mean among what the asker may activate; null when they mean nothing there. */
async function nameOwn(
  services: Services,
  asker: Asker,
  words: string,
  scope: string | null,
): Promise<NamedRole | null> {
  const { rows } = await services.eligibility.read(actorOf(asker));
  const found = matchRoles(words, rows.map(candidate), scope);
  if (found.kind === 'none') {
    return null;
  }
  const ids = new Set((found.kind === 'one' ? [found.match] : found.matches).map(({ id }) => id));
  const meant = rows.filter((row) => ids.has(roleKey(row)));
  const [role] = meant;
  return found.kind === 'one' && role !== undefined ? { kind: 'one', role } : unclearRole(words, scope, meant);
}

async function approversOfOwn(services: Services, asker: Asker, role: RoleAtScope): Promise<WhoApprovesNotice> {
  const policy = await readPolicy(services, role);
  const outlook = outlookOf(await findApprovers(services, policy, asker.person.id));
  return {
    card: 'who-approves',
    role: roleFacts(role),
    isApprovalRequired: policy?.isApprovalRequired ?? null,
    ...outlook,
  };
}

async function approversOfOther(services: Services, asker: Asker, role: RoleAtScope): Promise<WhoApprovesNotice> {
  const card = 'who-approves';
  const read = await unlessHidden(
    () => services.roles.administrationOf(role).readSettings(actorOf(asker), role),
    (code) => {
      services.log.warn('policy.unreadable', { code, role: roleKey(role) });
      return null;
    },
  );
  if (read === null) {
    return { card, role: roleFacts(role), isApprovalRequired: null, approvers: [], areKnown: false, leftOut: [] };
  }
  const { isRequired, approvers: named } = read.settings.activation.approval;
  const outlook = nameApprovers(isRequired ? await namedReach(services, named) : []);
  // Who the members of a group are is not seen with these eyes.
  const areKnown = isRequired && named.length > 0 && named.every(({ kind }) => kind === 'person');
  return { card, role: roleFacts(role), isApprovalRequired: isRequired, ...outlook, areKnown, leftOut: [] };
}

/** A group has no chat with the bot. */
async function namedReach(services: Services, named: readonly SettingsApprover[]): Promise<readonly ApproverReach[]> {
  const people = named.flatMap(({ kind, id }) => (kind === 'person' ? [{ id: principalId(id), isGuest: false }] : []));
  const unreachable = await findUnreachable(services, people);
  return named.map(({ kind, id, name }) => {
    const why = kind === 'person' ? (unreachable.get(principalId(id)) ?? null) : null;
    if (kind === 'group') {
      return { name, reach: 'unreachable' };
    }
    return why === null ? { name, reach: 'asked' } : { name, reach: 'unreachable', why };
  });
}

async function post(services: Services, asker: Asker, notice: WhoApprovesNotice): Promise<Posted> {
  return await postAnswer(services, asker, notice);
}
