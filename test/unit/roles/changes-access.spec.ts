import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import table from '../../../src/roles/access-changing.json' with { type: 'json' };
import { changesAccess } from '../../../src/roles/changes-access.ts';

const DIRECTORY = 'microsoft.directory';

/** Actions of which one alone makes a role one that changes access, and such that do not. */
const GRID: readonly (readonly [expected: boolean, actions: readonly string[]])[] = [
  [true, [`${DIRECTORY}/roleAssignments/allProperties/allTasks`, `${DIRECTORY}/roleAssignmentScheduleRequests/create`]],
  [
    true,
    [`${DIRECTORY}/roleDefinitions/basic/update`, `${DIRECTORY}/privilegedIdentityManagement/allProperties/allTasks`],
  ],
  [true, [`${DIRECTORY}/oAuth2PermissionGrants/createAsOwner`, `${DIRECTORY}/conditionalAccessPolicies/basic/update`]],
  [true, [`${DIRECTORY}/servicePrincipals/appRoleAssignedTo/update`, `${DIRECTORY}/users/password/update`]],
  [
    true,
    [`${DIRECTORY}/users/authenticationMethods/create`, `${DIRECTORY}/groupsAssignableToRoles/allProperties/update`],
  ],
  // A subtype narrows, an id of a consent policy names; both are still access.
  [true, [`${DIRECTORY}/applications.myOrganization/credentials/update`, `${DIRECTORY}/groups.security/owners/update`]],
  [true, [`${DIRECTORY}/servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin`]],
  [true, [`${DIRECTORY}/servicePrincipals/synchronization.cloudTenantToExternalSystem/credentials/manage`]],
  // Everything of an entity, of one of its parts, of a service.
  [true, [`${DIRECTORY}/users/allProperties/allTasks`, `${DIRECTORY}/users/allProperties/update`]],
  [true, [`${DIRECTORY}/users/authenticationMethods/allProperties/allTasks`, `${DIRECTORY}/users/password/allTasks`]],
  [true, [`${DIRECTORY}/organization/strongAuthentication/allTasks`, `${DIRECTORY}/allEntities/allTasks`]],
  [true, ['microsoft.office365.lockbox/allEntities/allTasks', `${DIRECTORY}/*/update`]],
  [true, [' MICROSOFT.DIRECTORY/Users/Password/Update ']],
  [false, [`${DIRECTORY}/roleAssignments/allProperties/read`, `${DIRECTORY}/conditionalAccessPolicies/standard/read`]],
  [
    false,
    [`${DIRECTORY}/users/authenticationMethods/standard/restrictedRead`, `${DIRECTORY}/users/standard/limitedRead`],
  ],
  [false, [`${DIRECTORY}/allEntities/allProperties/read`, `${DIRECTORY}/users`]],
  // The same last word, another property; part of a name is not the name.
  [false, [`${DIRECTORY}/users/photo/update`, `${DIRECTORY}/users/assignLicense`, `${DIRECTORY}/users/basic/allTasks`]],
  [false, [`${DIRECTORY}/usersOfNothing/password/update`, `${DIRECTORY}/groupsAssignableToRoles/assignLicense`]],
  [false, [`${DIRECTORY}/users/allProperties/assignLicense`, `${DIRECTORY}/deletedItems.devices/restore`]],
  [false, ['microsoft.intune/allEntities/allTasks', 'microsoft.azure.supportTickets/allEntities/allTasks']],

  [true, ['*', 'Microsoft.Authorization/*', 'Microsoft.Authorization/roleAssignments/*', '*/write', '*/action']],
  [true, ['Microsoft.Authorization/*/Write', 'microsoft.authorization/ROLEASSIGNMENTS/write']],
  // Between two slashes a wildcard may stand for nothing.
  [true, ['Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action', 'Microsoft.KeyVault/vaults/*/write']],
  [true, ['Microsoft.Compute/virtualMachines/extensions/write ', 'Microsoft.Storage/storageAccounts/listKeys/action']],
  [true, ['Microsoft.*/*/write']],
  [false, ['*/read', 'Microsoft.Authorization/*/read', 'Microsoft.Compute/virtualMachines/restart/action']],
  [false, ['Microsoft.Authorization/roleAssignments', 'Microsoft.Authorization/roleAssignmentsX/*']],
  [false, ['Microsoft.Compute/*/delete', 'Microsoft.KeyVault/vaults/secrets/*', 'Microsoft.Network/*']],
  // The end of the head may not serve as the beginning of the tail.
  [false, ['Microsoft.Authorization/locks/delete*s/delete']],
  [false, ['', '/', 'read', 'write']],
];

describe('changesAccess', () => {
  for (const [expected, actions] of GRID) {
    for (const action of actions) {
      it(`${expected ? 'takes' : 'does not take'} "${action}" for a change of access`, () => {
        assert.equal(changesAccess([action]), expected);
      });
    }
  }

  it('needs one action out of many, and none is none', () => {
    assert.equal(changesAccess([]), false);
    assert.equal(changesAccess([`${DIRECTORY}/users/standard/read`, `${DIRECTORY}/users/password/update`]), true);
  });

  it('knows the roles of an application team for what they are', () => {
    const operator = ['appRoleAssignedTo/read', 'appRoleAssignedTo/update', 'standard/read'];
    assert.equal(changesAccess(operator.map((tail) => `${DIRECTORY}/servicePrincipals/${tail}`)), true);
    const reports = ['auditLogs', 'signInReports', 'provisioningLogs'];
    assert.equal(changesAccess(reports.map((entity) => `${DIRECTORY}/${entity}/allProperties/read`)), false);
  });
});

const DATA = new URL('../../../../shared/data/', import.meta.url);
const isThere = existsSync(DATA);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, DATA), 'utf8'));

describe(`changesAccess on Microsoft's roles${isThere ? '' : ' (skipped: no ../shared/data beside the checkout)'}`, () => {
  before(function skipWithoutData() {
    if (!isThere) {
      this.skip();
    }
  });

  describe('of the directory', () => {
    interface DirectoryRole {
      readonly displayName: string;
      readonly isPrivileged: boolean;
      readonly allowedResourceActions: readonly string[];
    }
    let roles: readonly DirectoryRole[] = [];
    before(() => {
      roles = read('entra-builtin-roles.json').roles;
    });
    const named = (name: string): DirectoryRole => {
      const role = roles.find(({ displayName }) => displayName === name);
      assert.ok(role, name);
      return role;
    };

    const KNOWN: readonly (readonly [string, boolean])[] = [
      ['Global Administrator', true],
      ['Privileged Role Administrator', true],
      ['Privileged Authentication Administrator', true],
      ['User Administrator', true],
      ['Helpdesk Administrator', true],
      ['Password Administrator', true],
      ['Authentication Policy Administrator', true],
      ['Conditional Access Administrator', true],
      ['Security Administrator', true],
      ['Application Administrator', true],
      ['Cloud Application Administrator', true],
      ['Groups Administrator', true],
      ['Global Reader', false],
      ['Security Reader', false],
      ['Reports Reader', false],
      ['Directory Readers', false],
      ['License Administrator', false],
      ['Billing Administrator', false],
      ['Message Center Reader', false],
      ['Attribute Definition Administrator', false],
    ];
    for (const [name, expected] of KNOWN) {
      it(`${expected ? 'counts' : 'does not count'} ${name}`, () => {
        assert.equal(changesAccess(named(name).allowedResourceActions), expected);
      });
    }

    it('agrees with the privileged label but where the label is about reading or devices', () => {
      assert.deepEqual(
        roles
          .filter((role) => role.isPrivileged && !changesAccess(role.allowedResourceActions))
          .map((role) => role.displayName)
          .sort(),
        [
          'AI Reader',
          'Attribute Provisioning Reader',
          // Reads recovery keys, and decides which devices may join.
          'Cloud Device Administrator',
          'Global Reader',
          'Security Reader',
        ],
      );
    });

    it('goes beyond the label where memberships, consent, attributes, invitations and ways to sign in are not labelled', () => {
      assert.deepEqual(
        roles
          .filter((role) => !role.isPrivileged && changesAccess(role.allowedResourceActions))
          .map((role) => role.displayName)
          .sort(),
        [
          'Attribute Assignment Administrator',
          'Authentication Policy Administrator',
          'B2C IEF Policy Administrator',
          'Customer Delegated Admin Relationship Administrator',
          'Customer LockBox Access Approver',
          'Entra Backup Administrator',
          'Entra Customer Lockbox Approver',
          'Exchange Administrator',
          'External ID User Flow Administrator',
          'Groups Administrator',
          'Guest Inviter',
          'Guest User',
          'Knowledge Administrator',
          'Knowledge Manager',
          'Permissions Management Administrator',
          'SharePoint Administrator',
          'SharePoint Advanced Management Administrator',
          'Teams Administrator',
          'Tenant Governance Relationship Administrator',
          'User',
          'Windows 365 Administrator',
          'Yammer Administrator',
        ],
      );
    });

    it('names only entities that occur in the roles, or in PIM', () => {
      const known = new Set(
        roles
          .flatMap((role) => role.allowedResourceActions)
          .flatMap((action) => {
            const [namespace = '', entity = ''] = action.toLowerCase().split('/');
            return [`${namespace}/${entity}`, `${namespace}/${entity.split('.')[0]}`];
          }),
      );
      const named = [...table.directory.everyChangeOf, ...Object.keys(table.directory.changes)];
      assert.deepEqual(
        named.filter((entity) => !known.has(entity.toLowerCase())),
        [
          'microsoft.directory/roleAssignmentSchedules',
          'microsoft.directory/roleAssignmentScheduleRequests',
          'microsoft.directory/roleEligibilitySchedules',
          'microsoft.directory/roleEligibilityScheduleRequests',
          'microsoft.directory/roleManagementPolicies',
        ],
      );
    });
  });

  describe('of Azure', () => {
    interface Block {
      readonly actions: readonly string[];
      readonly notActions: readonly string[];
    }
    interface AzureRole {
      readonly roleName: string;
      readonly permissions: readonly Block[];
    }
    let roles: readonly AzureRole[] = [];
    before(() => {
      roles = read('azure-builtin-roles.json').roles;
    });
    const actionsOf = (role: AzureRole): readonly string[] => role.permissions.flatMap(({ actions }) => actions);
    const named = (name: string): AzureRole => {
      const role = roles.find(({ roleName }) => roleName === name);
      assert.ok(role, name);
      return role;
    };
    /** rbac.md §3, by a pattern of its own: `*` is anything, and `/` + `*` + `/` may be one slash. */
    const fits = (pattern: string, operation: string): boolean => {
      const source = pattern
        .trim()
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('/*/', '/(.*/)?')
        .replace(/(?<!\.)\*/g, '.*');
      return new RegExp(`^${source}$`, 'i').test(operation);
    };
    const remaining = ({ permissions }: AzureRole, operations: readonly string[]): readonly string[] =>
      operations.filter((operation) =>
        permissions.some(
          ({ actions, notActions }) =>
            actions.some((action) => fits(action, operation)) && !notActions.some((action) => fits(action, operation)),
        ),
      );

    const KNOWN: readonly (readonly [string, boolean])[] = [
      ['Owner', true],
      ['User Access Administrator', true],
      ['Role Based Access Control Administrator', true],
      ['Virtual Machine Contributor', true],
      // Reaches them only through a wildcard that stands for nothing.
      ['Managed Identity Operator', true],
      ['Locks Contributor', true],
      ['Reader', false],
      ['Monitoring Reader', false],
      ['Key Vault Reader', false],
      ['Network Contributor', false],
      ['Desktop Virtualization Power On Off Contributor', false],
    ];
    for (const [name, expected] of KNOWN) {
      it(`${expected ? 'counts' : 'does not count'} ${name}`, () => {
        assert.equal(changesAccess(actionsOf(named(name))), expected);
      });
    }

    it('counts Contributor: it may assign nobody a role, but act as identities that hold some', () => {
      const contributor = named('Contributor');
      assert.equal(changesAccess(actionsOf(contributor)), true);
      assert.deepEqual(remaining(contributor, table.azure.givesOrTakesAccess), [
        'Microsoft.Authorization/roleManagementPolicies/approvalRule/action',
        'Microsoft.Authorization/roleEligibilityScheduleRequests/cancel/action',
        'Microsoft.Authorization/roleAssignmentScheduleRequests/cancel/action',
        'Microsoft.Management/managementGroups/subscriptions/write',
        'Microsoft.KeyVault/vaults/write',
        'Microsoft.KeyVault/vaults/accessPolicies/write',
      ]);
      assert.deepEqual(remaining(contributor, table.azure.actsAsSomebodyElse), table.azure.actsAsSomebodyElse);
    });

    it('answers for every role as if NotActions were subtracted', () => {
      const operations = Object.values(table.azure).flat();
      const different = roles.filter(
        (role) => changesAccess(actionsOf(role)) !== remaining(role, operations).length > 0,
      );
      assert.deepEqual(
        different.map(({ roleName }) => roleName),
        [],
      );
      assert.equal(roles.filter((role) => changesAccess(actionsOf(role))).length, 91);
    }).timeout(60_000);

    it('names only operations that exist', () => {
      const { operations } = read('azure-operations.json') as { operations: readonly { name: string }[] };
      const known = new Set(operations.map(({ name }) => name.toLowerCase()));
      assert.deepEqual(
        Object.values(table.azure)
          .flat()
          .filter((operation) => !known.has(operation.toLowerCase())),
        [],
      );
    });
  });
});
