import type { RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleDrift } from '../../domain/role-files-notice.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { DefinitionUse, RoleDefinitions } from '../../ports/role-definitions.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** The part of the tenant that keeps roles of this kind. */
export function definitionsOf(
  { definitions }: Pick<Services, 'definitions'>,
  { kind }: Pick<RoleDefinition, 'kind'>,
): RoleDefinitions {
  const part = definitions.find((one) => one.kind === kind);
  if (part === undefined) {
    throw new AccessError('internal.unexpected', `nobody keeps roles of ${kind}`);
  }
  return part;
}

/** Who has a role, where the asker can see it. @throws what the port throws */
export async function listUses(
  services: Services,
  asker: Asker,
  held: RoleDefinition,
): Promise<readonly DefinitionUse[]> {
  return await definitionsOf(services, held).listUses(actorOf(asker), held);
}

/** How many hold a role; null when nobody could look. @throws identity.sign_in_required */
export async function countHolders(
  services: Services,
  asker: Asker,
  held: RoleDefinition,
): Promise<RoleDrift['holders']> {
  try {
    const uses = await listUses(services, asker, held);
    const eligible = uses.filter(({ kind }) => kind === 'eligible').length;
    return { eligible, active: uses.length - eligible };
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'identity.sign_in_required' || error.code === 'internal.unexpected') {
      throw error;
    }
    services.log.warn('roles.holders_unread', { code: error.code });
    return null;
  }
}
