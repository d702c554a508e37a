import type { Notice } from '../../../../src/domain/notice.ts';
import type { RoleDefinition } from '../../../../src/domain/role-definition.ts';
import type { RolesChangeNotice, RolesDriftNotice } from '../../../../src/domain/role-files-notice.ts';
import type { RoleFileProblem, RoleFiles } from '../../../../src/ports/role-files.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { only, press } from '../administration/administration-bench.ts';
import { DefinitionsInMemory } from './definitions-in-memory.ts';

export const PAYMENTS = '/subscriptions/3b7a5c1e-0f4d-4b7e-9a52-5d0c8f3e2a10/resourceGroups/rg-payments';
export const WEB = '/subscriptions/3b7a5c1e-0f4d-4b7e-9a52-5d0c8f3e2a10/resourceGroups/rg-web';
export const STARTER_ID = '5f1c1f0a-6a0e-4f3b-9d6e-1b2c3d4e5f60';
export const SUPPORT_ID = '0d2c7a7e-3c0b-4a44-8f3a-7d1a2b3c4d5e';
const RIGHTS_FREE = {
  actions: ['Microsoft.Authorization/*'],
  notActions: [],
  dataActions: [],
  notDataActions: [],
  condition: null,
  conditionVersion: null,
};

/** A custom role of Azure as the tenant holds it. */
export function anAzureRole(
  changes: { readonly name?: string; readonly id?: string; readonly actions?: readonly string[] } = {},
): RoleDefinition {
  const { name = 'VM Starter', id = STARTER_ID, actions = [START] } = changes;
  return {
    kind: 'azure',
    id,
    name,
    description: 'Starts virtual machines.',
    isCustom: true,
    assignableScopes: [PAYMENTS],
    permissions: [{ ...RIGHTS_FREE, actions }],
  };
}

export function aDirectoryRole(actions: readonly string[]): RoleDefinition {
  return {
    kind: 'directory',
    id: SUPPORT_ID,
    name: 'App Support',
    description: 'Looks at applications.',
    isCustom: true,
    isEnabled: true,
    isPrivileged: null,
    inheritsFrom: [],
    permissions: [{ actions, condition: null }],
  };
}

export const START = 'Microsoft.Compute/virtualMachines/start/action';
export const RESTART = 'Microsoft.Compute/virtualMachines/restart/action';
export const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';
export const READ_APPS = 'microsoft.directory/applications/standard/read';

/** The REST shape of a role file. */
export function azureFile(
  changes: {
    readonly name?: string;
    readonly id?: string | null;
    readonly actions?: readonly string[];
    readonly scopes?: readonly string[];
    readonly description?: string;
  } = {},
): string {
  const { name = 'VM Starter', id = STARTER_ID, actions = [START], scopes = [PAYMENTS] } = changes;
  const { description = 'Starts virtual machines.' } = changes;
  return JSON.stringify({
    ...(id === null ? {} : { name: id }),
    properties: {
      roleName: name,
      description,
      type: 'CustomRole',
      assignableScopes: scopes,
      permissions: [{ actions }],
    },
  });
}

export function directoryFile(actions: readonly string[], id: string | null = SUPPORT_ID): string {
  return JSON.stringify({
    ...(id === null ? {} : { id }),
    displayName: 'App Support',
    description: 'Looks at applications.',
    isEnabled: true,
    rolePermissions: [{ allowedResourceActions: actions }],
  });
}

export interface RoleFilesBench {
  readonly product: Product;
  readonly azure: DefinitionsInMemory;
  readonly directory: DefinitionsInMemory;
  /** Files of the folder by their paths, to be changed. */
  readonly files: Map<string, string>;
  readonly problems: RoleFileProblem[];
  /** Says it and, where that is asked for, signs in to the admin app; what it then led to. */
  asks(text: string): Promise<readonly Notice[]>;
  drift(text?: string): Promise<RolesDriftNotice>;
  plan(text?: string): Promise<RolesChangeNotice>;
  /** The change as its card says it now. */
  shown(): Promise<RolesChangeNotice>;
  confirms(isAdmin?: boolean): Promise<readonly Notice[]>;
  /** What each role of the card came to. */
  outcomes(): Promise<readonly string[]>;
}

export async function roleFilesBench(convention: string | null = null): Promise<RoleFilesBench> {
  const files = new Map<string, string>();
  const problems: RoleFileProblem[] = [];
  const azure = new DefinitionsInMemory('azure', [anAzureRole()]);
  const directory = new DefinitionsInMemory('directory', [aDirectoryRole([READ_APPS])]);
  const roleFiles: RoleFiles = {
    namePattern: convention === null ? null : { text: convention, matches: (name) => name.startsWith(convention) },
    read: async () => ({
      files: [...files]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
      problems,
    }),
  };
  const product = await aProduct({ roleFiles, definitions: [azure, directory] });
  product.page.behave({ appRoles: [] });
  for (const scope of [PAYMENTS, WEB]) {
    product.probe.permissions.set(scope.toLowerCase(), [RIGHTS_FREE]);
  }
  const shown = async () => only([(await product.card('admin', 'roles-change')).notice], 'roles-change');
  const asks: RoleFilesBench['asks'] = async (text) => {
    await product.passes('PT1S');
    const notices = await product.says('admin', text);
    if (notices[0]?.card !== 'step-up') {
      return notices;
    }
    await product.signsIn('admin');
    const newest = (await product.cards('admin')).findLast(({ notice }) => notice.card !== 'step-up');
    return newest === undefined ? [] : [newest.notice];
  };
  return {
    product,
    azure,
    directory,
    files,
    problems,
    asks,
    drift: async (text = 'roles drift') => only(await asks(text), 'roles-drift'),
    plan: async (text = 'roles apply') => only(await asks(text), 'roles-change'),
    shown,
    confirms: async (isAdmin = true) =>
      await press(product, 'admin', [await product.card('admin', 'roles-change'), 'confirm-roles'], { isAdmin }),
    outcomes: async () =>
      (await shown()).items.map(({ name, action, outcome, problem }) =>
        `${action} ${name}: ${outcome} ${problem?.code ?? ''}`.trim(),
      ),
  };
}
