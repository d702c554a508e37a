import assert from 'node:assert/strict';
import type { LintOptions, LintRuleId } from '../../../../src/roles/lint/finding.ts';
import { readNamePattern } from '../../../../src/roles/name-pattern.ts';
import type { RoleFileReading } from '../../../../src/roles/role-file/role-file.ts';
import { SUBSCRIPTION } from '../role-file/role-fixture.ts';
import { BASIC, CREATE, flat, GROUP, graph, START } from './lint-fixture.ts';

interface Case {
  readonly bad: unknown;
  readonly says: readonly string[];
  readonly good: unknown;
  readonly options?: Partial<LintOptions>;
}

function conventional(text: string): LintOptions['namePattern'] {
  const reading = readNamePattern(text);
  return reading.isValid ? reading.pattern : assert.fail(reading.problem);
}

const manyScopes = (number: number): readonly string[] =>
  Array.from({ length: number }, (_, index) => `${SUBSCRIPTION}/resourceGroups/rg-${index}`);
const strings = (number: number): readonly string[] =>
  Array.from({ length: number }, (_, index) => `A.B/c${index}/read`);
const twoBlocks = { properties: { roleName: 'Two', assignableScopes: [SUBSCRIPTION], permissions: [{}, {}] } };

/** At least one file that each rule objects to, with what it says, and one that is like it and fine. */
export const CASES: Readonly<Record<LintRuleId, Case>> = {
  unreadable: {
    bad: {
      roles: [],
      problems: [{ rule: 'unreadable', text: 'It cannot be read (EACCES).', spot: null, isUnderstood: false }],
    } satisfies RoleFileReading,
    says: ['error -: It cannot be read (EACCES).'],
    good: flat(),
  },
  'file-size': {
    bad: new Uint8Array(10 * 1024 * 1024),
    says: ['error -: the file is larger than 4 MiB: no role definition is'],
    good: flat({ Description: 'x'.repeat(100) }),
  },
  encoding: {
    bad: new Uint8Array([0x22, 0xff, 0x22]),
    says: ['error $: this is no valid UTF-8: save the file as UTF-8'],
    good: new TextEncoder().encode(JSON.stringify(flat({ Name: 'Größe' }))),
  },
  json: { bad: '{"Name": ', says: ['error $: a value is expected'], good: flat() },
  nesting: {
    bad: '['.repeat(100_000),
    says: ['error $: more than 32 levels of { and ['],
    good: '[[[[]]]]',
  },
  'duplicate-key': {
    bad: '{"Name": "a", "Actions": [], "actions": []}',
    says: ['error $.actions: the key “actions” is “Actions” again: the first is in line 1, column 15'],
    good: flat({ NotActions: [] }),
  },
  shape: {
    bad: flat({ NOTACTIONS: [], Scopes: [] }),
    says: [
      'error $.NOTACTIONS: Azure CLI leaves out “NOTACTIONS” without a word: it knows this key as NotActions only',
      'error $.Scopes: there is no key “Scopes” here',
    ],
    good: flat({ notActions: [] }),
  },
  'multi-block-flat': {
    bad: twoBlocks,
    options: { target: 'powershell' },
    says: [
      'error $.properties.permissions: it has 2 permission blocks, and the PowerShell shape holds one; put together, what one block takes away would be taken from the others too. Keep it in the REST shape, or make a role of each block',
    ],
    good: flat(),
  },
  'no-name': { bad: flat({ Name: ' ' }), says: ['error $.Name: the role has no name'], good: flat() },
  'name-length': {
    bad: flat({ Name: 'x'.repeat(513) }),
    says: ['error $.Name: the name has 513 characters; 512 characters are the most'],
    good: flat({ Name: 'x'.repeat(512) }),
  },
  'name-recommended': {
    bad: flat({ Name: 'x'.repeat(257) }),
    says: ['warning $.Name: the name has 257 characters; Microsoft recommends no more than 256'],
    good: flat({ Name: 'x'.repeat(256) }),
  },
  'desc-length': {
    bad: flat({ Description: 'x'.repeat(2_049) }),
    says: ['error $.Description: the description has 2,049 characters; 2,048 characters are the most'],
    good: flat({ Description: 'x'.repeat(2_048) }),
  },
  'desc-recommended': {
    bad: flat({ Description: 'x'.repeat(513) }),
    says: ['warning $.Description: the description has 513 characters; Microsoft recommends no more than 512'],
    good: flat({ Description: 'x'.repeat(512) }),
  },
  'name-pattern': {
    bad: flat({ Name: 'My Contoso-Starter' }),
    options: { namePattern: conventional('Contoso-.+') },
    says: ['error $.Name: the name does not match the naming convention Contoso-.+'],
    good: flat({ Name: 'Contoso-Starter' }),
  },
  'name-taken': {
    bad: [flat({ Name: 'READER' }), flat({ Name: 'Twin' }), flat({ Name: 'twin' })],
    says: [
      'error $[0].Name: a built-in role has this name already',
      'error $[2].Name: a role in role.json has this name already',
    ],
    good: [flat({ Name: 'One' }), flat({ Name: 'Other' })],
  },
  'too-many-strings': {
    bad: flat({ Actions: strings(5_001) }),
    says: ['error $: the role lists 5,001 strings; 5,000 strings are the most that are looked at'],
    good: flat({ Actions: strings(100) }),
  },
  empty: {
    bad: flat({ Actions: ['Microsoft.Compute/virtualMachines/read'], NotActions: ['*/read'] }),
    says: ['error $: the role grants nothing'],
    good: flat({ Actions: ['Microsoft.Compute/virtualMachines/*'], NotActions: ['*/read'] }),
  },
  duplicate: {
    bad: flat({ Actions: [START, START.toUpperCase()], AssignableScopes: [SUBSCRIPTION, `${SUBSCRIPTION}/`] }),
    says: [
      `info $.Actions[1]: “${START.toUpperCase()}” stands here twice`,
      `info $.AssignableScopes[1]: “${SUBSCRIPTION}/” is named twice`,
    ],
    good: flat({ NotActions: [START] }),
  },
  blank: {
    bad: flat({ Actions: [`${START} `, 'Microsoft.Compute/virtual machines/read', ''] }),
    says: [
      `warning $.Actions[0]: “${START} ” has blanks at its ends`,
      'warning $.Actions[1]: “Microsoft.Compute/virtual machines/read” has blanks inside',
      'warning $.Actions[2]: the string is empty',
    ],
    good: flat(),
  },
  'slash-end': {
    bad: flat({ Actions: ['Microsoft.Insights/alertRules/'], AssignableScopes: [`${SUBSCRIPTION}/`] }),
    says: [
      'warning $.Actions[0]: “Microsoft.Insights/alertRules/” begins or ends with a slash',
      `warning $.AssignableScopes[0]: “${SUBSCRIPTION}/” ends with a slash`,
    ],
    good: flat(),
  },
  'double-slash': {
    bad: flat({ Actions: ['Microsoft.Compute//read'] }),
    says: ['warning $.Actions[0]: “Microsoft.Compute//read” has two slashes in a row'],
    good: flat(),
  },
  escalation: {
    bad: flat({ Actions: ['Microsoft.Compute/virtualMachines/*'] }),
    says: [
      'warning $.Actions[0]: “Microsoft.Compute/virtualMachines/*” reaches past the role: Microsoft.Compute/virtualMachines/runCommand/action, Microsoft.Compute/virtualMachines/runCommands/write, Microsoft.Compute/virtualMachines/extensions/write',
    ],
    good: flat({
      Actions: ['Microsoft.Compute/virtualMachines/*'],
      NotActions: ['Microsoft.Compute/virtualMachines/runCommand*', '*/extensions/write'],
    }),
  },
  'multi-wildcard': {
    bad: flat({ Actions: ['Microsoft.CostManagement/*/query/*'] }),
    says: ['error $.Actions[0]: “Microsoft.CostManagement/*/query/*” has more than one *: Azure takes one'],
    good: flat({ Actions: ['Microsoft.Compute/*/read'] }),
  },
  'partial-segment': {
    bad: flat({ Actions: ['Microsoft.Compute/virtual*/read'] }),
    says: ['warning $.Actions[0]: “Microsoft.Compute/virtual*/read”: nobody says what * means as a part of a word'],
    good: flat({ Actions: ['Microsoft.Compute/*/read'] }),
  },
  broad: {
    bad: flat({ Actions: ['*', '*/write', 'Microsoft.Compute/*'], NotActions: ['Microsoft.Storage/*'] }),
    says: [
      'warning $.Actions[0]: “*” is every provider, also what Azure adds later: list what is needed',
      'warning $.Actions[1]: “*/write” is every provider, also what Azure adds later: list what is needed',
      'warning $.Actions[2]: “Microsoft.Compute/*” is everything of Microsoft.Compute, also what Azure adds later: list what is needed',
    ],
    good: flat({ Actions: ['*/read', 'Microsoft.Compute/virtualMachines/*'], NotActions: ['Microsoft.Compute/*'] }),
  },
  'unknown-op': {
    bad: flat({ Actions: ['Microsoft.Compute/virtualMachines/strat/action', 'Microsoft.Compute/disks/*'] }),
    says: [
      `error $.Actions[0]: there is no operation “Microsoft.Compute/virtualMachines/strat/action”; did you mean “${START}”?`,
      'warning $.Actions[1]: “Microsoft.Compute/disks/*” fits no operation there is',
    ],
    good: flat({ Actions: [START.toUpperCase(), 'Microsoft.Compute/virtualMachines/*/read'] }),
  },
  'unknown-provider': {
    bad: flat({ Actions: ['Microsoft.Compote/virtualMachines/read', 'Contoso.Nothing/like/read'] }),
    says: [
      'error $.Actions[0]: there is no provider “Microsoft.Compote”; did you mean “Microsoft.Compute”?',
      'error $.Actions[1]: there is no provider “Contoso.Nothing”',
    ],
    good: flat(),
  },
  'wrong-plane': {
    bad: flat({
      Actions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'],
      DataActions: [START],
    }),
    says: [
      'error $.Actions[0]: “Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read” is a data operation only: it belongs among DataActions',
      `error $.DataActions[0]: “${START}” is an operation on resources only: it belongs among Actions`,
    ],
    // It exists in both planes, and so belongs in either.
    good: flat({
      Actions: ['Microsoft.KeyVault/vaults/keys/read'],
      DataActions: ['Microsoft.KeyVault/vaults/keys/read'],
    }),
  },
  'dead-not': {
    bad: flat({
      Actions: ['Microsoft.Compute/virtualMachines/*/action'],
      NotActions: ['Microsoft.Compute/virtualMachines/read', 'Microsoft.Storage/*', '*/delete'],
      NotDataActions: ['*/read'],
    }),
    says: [
      'warning $.NotActions[0]: “Microsoft.Compute/virtualMachines/read” takes nothing away: no string of its block grants it',
      'warning $.NotActions[1]: “Microsoft.Storage/*” takes nothing away: no string of its block grants it',
      'warning $.NotActions[2]: “*/delete” takes nothing away: no string of its block grants it',
      'warning $.NotDataActions[0]: “*/read” takes nothing away: no string of its block grants it',
    ],
    // Between two slashes a wildcard may stand for nothing: the first grants what the second takes away.
    good: flat({
      Actions: ['Microsoft.Compute/virtualMachines/*/read', START],
      NotActions: ['Microsoft.Compute/virtualMachines/read'],
    }),
  },
  redundant: {
    bad: flat({ Actions: ['Microsoft.Compute/virtualMachines/read', 'Microsoft.Compute/*/read', '*/read'] }),
    says: [
      'info $.Actions[0]: “Microsoft.Compute/virtualMachines/read” is in “Microsoft.Compute/*/read” already',
      'info $.Actions[1]: “Microsoft.Compute/*/read” is in “*/read” already',
    ],
    good: flat({ Actions: ['Microsoft.Compute/*/read', START] }),
  },
  'not-is-no-deny': {
    bad: flat({ Actions: ['Microsoft.Compute/*/read'], NotActions: ['Microsoft.Compute/virtualMachines/read'] }),
    says: ['info $.NotActions: NotActions deny nothing: another role may grant what they take away'],
    good: flat(),
  },
  'keys-are-data': {
    bad: flat({ Actions: ['Microsoft.Storage/storageAccounts/*'] }),
    says: [
      'warning $.Actions[0]: “Microsoft.Storage/storageAccounts/*” hands out keys or secrets (microsoft.storage/storageaccounts/listkeys/action): with them the data is reached, DataActions or not',
    ],
    good: flat({
      Actions: ['Microsoft.Storage/storageAccounts/*'],
      NotActions: ['Microsoft.Storage/storageAccounts/listKeys/action'],
    }),
  },
  'condition-version': {
    bad: [
      flat({ Condition: 'true' }),
      flat({ Name: 'B', Condition: 'true', ConditionVersion: '3' }),
      flat({ Name: 'C', ConditionVersion: '2.0' }),
    ],
    says: [
      'error $[0].Condition: the condition has no ConditionVersion: say "2.0"',
      'error $[1].ConditionVersion: there is no version “3”: say "2.0"',
      'warning $[2].ConditionVersion: there is a ConditionVersion without a condition',
    ],
    good: flat({ Condition: 'true', ConditionVersion: '2.0' }),
  },
  'scope-root': {
    bad: flat({ AssignableScopes: ['/'] }),
    says: ['error $.AssignableScopes[0]: a custom role cannot be assigned at the root, /'],
    good: flat({ Name: 'Owner', IsCustom: false, AssignableScopes: ['/'] }),
  },
  'scope-wildcard': {
    bad: flat({ AssignableScopes: [`${SUBSCRIPTION}/resourceGroups/*`] }),
    says: [`error $.AssignableScopes[0]: “${SUBSCRIPTION}/resourceGroups/*”: a scope has no wildcard; name each one`],
    good: flat(),
  },
  'scope-format': {
    bad: flat({ AssignableScopes: ['/subscriptions/{subscriptionId}', 'rg-payments', '/subscriptions'] }),
    says: [
      'error $.AssignableScopes[0]: “/subscriptions/{subscriptionId}” is no management group, subscription, resource group or resource',
      'error $.AssignableScopes[1]: “rg-payments” is no management group, subscription, resource group or resource',
      'error $.AssignableScopes[2]: “/subscriptions” is no management group, subscription, resource group or resource',
    ],
    good: flat({ AssignableScopes: [GROUP, SUBSCRIPTION.toUpperCase(), `${SUBSCRIPTION}/resourcegroups/rg-web`] }),
  },
  'no-scope': {
    bad: flat({ AssignableScopes: [] }),
    says: ['error $.AssignableScopes: the role names no scope where it can be assigned: AssignableScopes is empty'],
    good: flat(),
  },
  'too-many-scopes': {
    bad: flat({ AssignableScopes: manyScopes(2_001) }),
    says: ['error $.AssignableScopes: the role names 2,001 scopes; 2,000 scopes are the most'],
    good: flat({ AssignableScopes: manyScopes(2_000) }),
  },
  'two-mgs': {
    bad: flat({ AssignableScopes: [GROUP, `${GROUP}-2`] }),
    says: [`error $.AssignableScopes[1]: “${GROUP}-2” is another management group: a role may name one`],
    good: flat({ AssignableScopes: [GROUP, GROUP.toUpperCase()] }),
  },
  'data-at-mg': {
    bad: flat({ DataActions: ['Microsoft.KeyVault/vaults/keys/read'], AssignableScopes: [GROUP] }),
    says: [
      `warning $.AssignableScopes[0]: with DataActions the role cannot be assigned at “${GROUP}” itself, only at the subscriptions below`,
    ],
    good: flat({ DataActions: ['Microsoft.KeyVault/vaults/keys/read'] }),
  },
  'resource-scope': {
    bad: flat({
      AssignableScopes: [`${SUBSCRIPTION}/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-1`],
    }),
    says: [
      `warning $.AssignableScopes[0]: “${SUBSCRIPTION}/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-1” is a single resource: Microsoft advises against it`,
    ],
    good: flat({ AssignableScopes: [GROUP] }),
  },
  'entra-wildcard': {
    bad: graph('microsoft.directory/*/read'),
    says: [
      'error $.rolePermissions[0].allowedResourceActions[0]: “microsoft.directory/*/read”: Entra knows no wildcards; name each permission',
    ],
    good: graph(BASIC),
  },
  'entra-namespace': {
    bad: [graph(START, 'Microsoft.Compute/virtualMachines/read'), graph(BASIC)],
    says: [
      `error $[0].rolePermissions[0].allowedResourceActions[0]: “${START}” is an operation of Azure: it needs a role of Azure, in a file of its own`,
      'error $[0].rolePermissions[0].allowedResourceActions[1]: “Microsoft.Compute/virtualMachines/read” is an operation of Azure: it needs a role of Azure, in a file of its own',
    ],
    good: graph(BASIC),
  },
  'entra-not-custom': {
    bad: graph('microsoft.directory/applications/basics/read'),
    says: [
      `error $.rolePermissions[0].allowedResourceActions[0]: “microsoft.directory/applications/basics/read” is none of the permissions that the tenant offers for custom roles; did you mean “${BASIC}”?`,
    ],
    good: graph(BASIC.toUpperCase()),
  },
  'entra-privileged': {
    bad: graph('microsoft.directory/applications/owners/update'),
    says: [
      'info $.rolePermissions[0].allowedResourceActions[0]: Microsoft labels “microsoft.directory/applications/owners/update” as privileged',
    ],
    good: graph(BASIC),
  },
  'entra-create-scope': {
    bad: graph(CREATE),
    says: [
      `warning $.rolePermissions[0].allowedResourceActions[0]: “${CREATE}” does nothing unless the role is assigned for the whole tenant`,
    ],
    good: graph(BASIC),
  },
  'entra-condition': {
    bad: {
      displayName: 'Own',
      rolePermissions: [{ allowedResourceActions: [BASIC], condition: '$SubjectIsOwner' }],
    },
    says: ['error $.rolePermissions[0].condition: custom roles of Entra have no conditions'],
    good: {
      displayName: 'User',
      isBuiltIn: true,
      rolePermissions: [{ allowedResourceActions: [BASIC], condition: '$SubjectIsOwner' }],
    },
  },
};
