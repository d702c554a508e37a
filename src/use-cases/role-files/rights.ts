import { scopeKey } from '../../domain/assignment.ts';
import type { PermissionBlock, RoleDefinition } from '../../domain/role-definition.ts';
import type { RoleRights } from '../../domain/role-files-notice.ts';
import { asAccessError } from '../../errors.ts';
import { decide } from '../../roles/evaluate.ts';
import { type Asker, actorOf, type Services } from '../services.ts';

/** What somebody wants of a custom role: creating is writing. */
export type WantedRight = 'write' | 'delete';

/** Beyond these nobody looks: each scope is a call. */
const MOST_LOOKED_AT = 20;

/** Privileged Role Administrator and Global Administrator, by their templates: the same in every tenant (pim-api.md §15.1). */
const DIRECTORY_ADMINISTRATORS: ReadonlySet<string> = new Set([
  'e8611ab8-c189-46e8-94e1-60213ab1f814',
  '62e90394-69f5-4237-9190-012177145e10',
]);
const DIRECTORY_RIGHT = 'Privileged Role Administrator';

/** Looks up what the asker may do about custom roles; one scope is asked about once. */
export interface RightsReader {
  /**
   * What it takes to write or delete a role, and what of that the asker has now. Azure asks for the operation on every assignable
   * scope, those of before and those to come (rbac.md §4.2); Entra for one directory role.
   * @throws identity.sign_in_required; what else keeps it from looking is counted as unknown
   */
  read(right: WantedRight, definitions: readonly RoleDefinition[]): Promise<RoleRights>;
}

export function createRightsReader(services: Services, asker: Asker): RightsReader {
  const looked = new Map<string, Promise<readonly PermissionBlock[] | null>>();
  let directory: Promise<boolean | null> | null = null;

  const permissionsOn = (scope: string): Promise<readonly PermissionBlock[] | null> => {
    const key = scopeKey(scope);
    const known = looked.get(key);
    if (known !== undefined) {
      return known;
    }
    const asked =
      looked.size < MOST_LOOKED_AT
        ? unlessHidden(async () => await services.probe.readPermissions(actorOf(asker), scope))
        : Promise.resolve(null);
    looked.set(key, asked);
    return asked;
  };

  return {
    async read(right, definitions) {
      if (definitions.some(({ kind }) => kind === 'directory')) {
        directory ??= unlessHidden(async () => await isDirectoryAdministrator(services, asker));
        return directoryRights(await directory);
      }
      const scopes = scopesOf(definitions);
      const needs = `Microsoft.Authorization/roleDefinitions/${right}`;
      const blocks = await Promise.all(scopes.map(permissionsOn));
      const answers = blocks.map((permissions) =>
        permissions === null
          ? null
          : decide({ permissions }, { operation: needs, plane: 'control' }).answer !== 'denied',
      );
      return {
        needs,
        on: scopes,
        held: scopes.filter((_, index) => answers[index] === true),
        missing: scopes.filter((_, index) => answers[index] === false),
        unknown: answers.filter((answer) => answer === null).length,
      };
    },
  };
}

function scopesOf(definitions: readonly RoleDefinition[]): readonly string[] {
  const scopes = definitions.flatMap((role) => (role.kind === 'azure' ? role.assignableScopes : []));
  return [...new Map(scopes.map((scope) => [scopeKey(scope), scope])).values()];
}

function directoryRights(isHeld: boolean | null): RoleRights {
  const everywhere = ['/'];
  return {
    needs: DIRECTORY_RIGHT,
    on: everywhere,
    held: isHeld === true ? everywhere : [],
    missing: isHeld === false ? everywhere : [],
    unknown: isHeld === null ? 1 : 0,
  };
}

async function isDirectoryAdministrator(services: Services, asker: Asker): Promise<boolean> {
  const active = await services.roles.of({ surface: 'directory' }).listActive(actorOf(asker));
  return active.some(
    ({ roleDefinitionId, scope }) =>
      DIRECTORY_ADMINISTRATORS.has(roleDefinitionId.toLowerCase()) && scopeKey(scope.id) === '/',
  );
}

async function unlessHidden<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'identity.sign_in_required' || error.code === 'internal.unexpected') {
      throw error;
    }
    return null;
  }
}
