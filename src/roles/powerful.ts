import { comparable, type OperationPattern, operationPattern } from '../domain/operation-pattern.ts';
import type { DirectoryRoleDefinition, PermissionBlock } from '../domain/role-definition.ts';
import type { PowerfulOperation, WithheldOperation } from '../domain/role-notice.ts';
import table from './access-changing.json' with { type: 'json' };
import { changesAccess } from './changes-access.ts';
import { decide } from './evaluate.ts';
import type { GrantedOperation } from './granted.ts';

const AZURE_OPERATIONS: readonly string[] = Object.values(table.azure).flat();

/** What a role has of the operations that reach further than they say, and what it has of them but for a `NotAction`. */
export interface PowerfulParts {
  readonly has: readonly PowerfulOperation[];
  readonly withheld: readonly WithheldOperation[];
}

/**
 * Of a role of Azure: what is granted under a condition only counts, and is marked. The heaviest come first, and what gives keys
 * and passwords away last, as far as the list of operations names it.
 */
export function powerfulInAzure(
  role: { readonly permissions: readonly PermissionBlock[] },
  granted: readonly GrantedOperation[],
): PowerfulParts {
  const has: PowerfulOperation[] = [];
  const withheld: WithheldOperation[] = [];
  for (const operation of AZURE_OPERATIONS) {
    const { answer, why } = decide(role, { operation, plane: 'control' });
    const [by] = why.flatMap(({ subtractedBy }) => subtractedBy);
    if (answer !== 'denied') {
      has.push({ operation, isConditional: answer === 'conditional' });
    } else if (by !== undefined) {
      withheld.push({ operation, by });
    }
  }
  const named = new Set(has.map(({ operation }) => comparable(operation)));
  const secrets = granted.filter((one) => !named.has(comparable(one.name)) && isPowerful(one));
  return { has: [...has, ...secrets.map(({ name, isConditional }) => ({ operation: name, isConditional }))], withheld };
}

const NAMED: ReadonlySet<string> = new Set(AZURE_OPERATIONS.map(comparable));
const SECRETS: readonly OperationPattern[] = table.azureSecrets.map((pattern) => operationPattern(pattern));

/** Whether one operation reaches further than it says. On data none is marked: data is what such a role is for. */
export function isPowerful({ name, plane }: Pick<GrantedOperation, 'name' | 'plane'>): boolean {
  const operation = comparable(name);
  switch (plane) {
    case 'data':
      return false;
    case 'control':
      return NAMED.has(operation) || SECRETS.some((pattern) => pattern.fits(operation));
    case null:
      return changesAccess([name]);
  }
}

const GROUPS = 'microsoft.directory/groups';
const ROLE_GROUPS = 'microsoft.directory/groupsAssignableToRoles';

/**
 * Of a role of Entra, without what it inherits. Who may change groups does not thereby change those that roles are given to
 * (rbac.md §6.2), which is often expected.
 */
export function powerfulInDirectory({ permissions }: Pick<DirectoryRoleDefinition, 'permissions'>): PowerfulParts {
  const named = permissions.flatMap(({ actions, condition }) =>
    actions.map((operation) => ({ operation, isConditional: condition !== null })),
  );
  const has = named.filter(({ operation }) => changesAccess([operation]));
  const isOf = (start: string): boolean =>
    has.some(({ operation }) => {
      const [space, entity = ''] = operation.toLowerCase().split('/');
      return `${space}/${entity.split('.')[0]}` === start.toLowerCase();
    });
  const isExpected = isOf(GROUPS) && !isOf(ROLE_GROUPS);
  return { has, withheld: isExpected ? [{ operation: `${ROLE_GROUPS}/members/update`, by: null }] : [] };
}
