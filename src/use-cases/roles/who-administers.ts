import type { ListedAssignment } from '../../domain/administration.ts';
import { definitionKey, type RoleAtScope, type Scope, WHOLE_TENANT } from '../../domain/assignment.ts';
import { roleDefinitionId } from '../../domain/ids.ts';
import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { AdministratorFacts } from '../../domain/which-role-notice.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import { listAssignments } from '../administration/list-assignments.ts';
import type { Asker, Services } from '../services.ts';

/** Owner, User Access Administrator, Role Based Access Control Administrator; the ids are the same in every cloud. */
const AZURE_ADMINISTRATORS: ReadonlySet<string> = new Set([
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
]);

const PRIVILEGED_ROLE_ADMINISTRATOR: RoleAtScope = {
  surface: 'directory',
  roleDefinitionId: roleDefinitionId('e8611ab8-c189-46e8-94e1-60213ab1f814'),
  roleName: 'Privileged Role Administrator',
  scope: { id: '/', name: WHOLE_TENANT },
};

const MOST_NAMED = 5;

/** Who can make somebody eligible, with the names that the asker's own token shows; without any where it shows none. */
export async function whoAdministers(
  services: Services,
  asker: Asker,
  { kind, scope }: { readonly kind: RoleDefinition['kind']; readonly scope: Scope | null },
): Promise<AdministratorFacts> {
  const rows = kind === 'azure' && scope === null ? null : await readHolders(services, asker, { kind, scope });
  if (rows === null) {
    return { kind, names: [], total: 0, areKnown: false };
  }
  const names = [...new Set(rows.map(({ principal }) => principal.name))];
  return { kind, names: names.slice(0, MOST_NAMED), total: names.length, areKnown: true };
}

async function readHolders(
  services: Services,
  asker: Asker,
  { kind, scope }: { readonly kind: RoleDefinition['kind']; readonly scope: Scope | null },
): Promise<readonly ListedAssignment[] | null> {
  try {
    if (kind === 'directory' || scope === null) {
      const role = PRIVILEGED_ROLE_ADMINISTRATOR;
      return await listAssignments(services, asker, { surface: 'directory', role, scope: role.scope });
    }
    const all = await listAssignments(services, asker, { surface: 'azure', role: null, scope });
    return all.filter(({ roleDefinitionId: id }) => AZURE_ADMINISTRATORS.has(definitionKey(id)));
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (!(thrown instanceof AccessError) || error.code === 'identity.sign_in_required') {
      throw error;
    }
    services.log.warn('role.administrators_unknown', { code: error.code });
    return null;
  }
}
