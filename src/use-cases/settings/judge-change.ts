import type { RoleAtScope } from '../../domain/assignment.ts';
import { principalId } from '../../domain/ids.ts';
import type { ApproverReference } from '../../domain/policy.ts';
import type { RoleSettings, SettingsApprover } from '../../domain/role-settings.ts';
import { approverKey } from '../../domain/settings-canonical.ts';
import { checkSettings, type SettingsVerdict } from '../../domain/settings-checks.ts';
import { SETTINGS_WORDS } from '../../domain/settings-words.ts';
import { asAccessError } from '../../errors.ts';
import type { Actor } from '../../ports/role-management.ts';
import type { Services } from '../services.ts';
import { backingOf } from './read-settings.ts';

export interface ChangeToJudge {
  readonly role: RoleAtScope;
  readonly before: RoleSettings;
  readonly after: RoleSettings;
  readonly proposerId: string;
}

/**
 * Judges a change for the tenant as it is now. What nobody lets us see is unknown, which is neither a reason to refuse nor taken
 * for empty.
 */
export async function judgeChange(services: Services, actor: Actor, change: ChangeToJudge): Promise<SettingsVerdict> {
  const { role, before, after, proposerId } = change;
  const { approval } = after.activation;
  const [contextBacking, peopleBehind, eligibleIds] = await Promise.all([
    backingOf(services, actor, after),
    approval.isRequired ? lookBehind(services, approval.approvers) : new Map(),
    approval.isRequired ? listEligibleIds(services, actor, role) : null,
  ]);
  const { defaultApprovers } = SETTINGS_WORDS[role.surface];
  return checkSettings({
    before,
    after,
    contextBacking,
    peopleBehind,
    eligibleIds,
    defaultApprovers,
    proposerId,
  });
}

async function lookBehind(
  services: Services,
  approvers: readonly SettingsApprover[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await Promise.all(
    approvers.map(async (approver) => {
      const people = await unlessUnseen(async () => await peopleOf(services, approver));
      return people === null ? [] : [[approverKey(approver), people] as const];
    }),
  );
  return new Map(found.flat());
}

async function peopleOf(services: Services, { kind, id, name }: SettingsApprover): Promise<readonly string[]> {
  const reference: ApproverReference =
    kind === 'person' ? { kind, id: principalId(id), name } : { kind, id: id.toLowerCase(), name };
  const people = await services.reader.expandApprovers([reference]);
  return people.filter(({ isEnabled }) => isEnabled).map(({ id: person }) => person);
}

/** Everybody who may activate the role, members of eligible groups included; null when somebody of them cannot be seen. */
async function listEligibleIds(services: Services, actor: Actor, role: RoleAtScope): Promise<readonly string[] | null> {
  return await unlessUnseen(async () => {
    const rows = await services.roles.administrationOf(role).listAssignments(actor, { role });
    const holders = rows.filter(({ kind }) => kind === 'eligible').map(({ principal }) => principal);
    const ids = await Promise.all(
      holders.map(async ({ id, name, kind }) =>
        kind === 'group' ? await peopleOf(services, { kind: 'group', id, name }) : [id],
      ),
    );
    return [...new Set(ids.flat())];
  });
}

async function unlessUnseen<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code.startsWith('graph.') || error.code === 'identity.consent_missing') {
      return null;
    }
    throw error;
  }
}
