import { SUBSCRIPTIONS } from '../identity/tenant.ts';
import type { RoleManagement } from '../pim/engine.ts';
import { Policy } from '../pim/policy.ts';
import { type Given, give, groupId, guidOfGift, personId, type SeedSettings, settingsOf } from '../pim/seeding.ts';
import { guidOf } from '../pim/state.ts';
import type { World } from '../platform/types.ts';
import seeds from '../seeds/azure.json' with { type: 'json' };
import builtIn from '../seeds/azure-roles.json' with { type: 'json' };
import { AzureSurface, azurePolicy } from './azure-surface.ts';
import { Denials } from './denials.ts';
import { Rights, servicePrincipalId } from './rights.ts';
import { type AzureRole, RoleCatalogue } from './roles.ts';
import { type Scope, ScopeTree } from './scope-tree.ts';

const SEEDED_ON = '2026-01-05T08:00:00Z';
const PLAIN = { resourceType: null, location: null };

interface Holder {
  readonly person?: string;
  readonly group?: string;
  readonly app?: string;
  readonly role: string;
  readonly scope: string;
}

type Settings = SeedSettings & { readonly role: string; readonly scope: string };

/** What the services of Azure work with. */
export interface Azure {
  readonly tree: ScopeTree;
  readonly roles: RoleCatalogue;
  readonly rights: Rights;
  readonly denials: Denials;
}

/** Adds Azure to an engine: the hierarchy, the roles, who is eligible for what and where, and the settings. */
export function seedAzure(world: World, pim: RoleManagement): Azure {
  const tree = seedTree(world);
  const roles = new RoleCatalogue(tree, [...builtInRoles(), ...customRoles(tree)]);
  const denials = new Denials(tree, world.tenant);
  const rights = new Rights(pim, { tree, roles, denials });
  const surface = new AzureSurface({ world, state: pim.state, tree, roles, rights });
  pim.addSurface(surface);
  const subjectOf = (row: { readonly role: string; readonly scope: string }) =>
    ({ surface: 'azure', role: roleNamed(roles, row.role).id, scope: scopeNamed(tree, row.scope).id }) as const;
  const giveTo = (kind: Given['kind'], row: Holder): void => {
    const given: Given = { kind, principalId: holderOf(world, row), subject: subjectOf(row) };
    const id = guidOfGift(given);
    give(pim, given, { id, instanceId: guidOf(`instance ${id}`) });
  };
  for (const row of seeds.eligibilities as readonly Holder[]) {
    giveTo('eligibility', row);
  }
  for (const row of seeds.assignments as readonly Holder[]) {
    giveTo('assignment', row);
  }
  for (const row of seeds.settings as readonly Settings[]) {
    const subject = subjectOf(row);
    const guid = guidOf(`policy ${subject.scope} ${subject.role}`);
    pim.addPolicy(azurePolicy(new Policy(guid, subject, settingsOf(world, row))));
  }
  return { tree, roles, rights, denials };
}

function seedTree(world: World): ScopeTree {
  const tree = new ScopeTree(world.tenant.id);
  for (const { name, displayName } of seeds.managementGroups) {
    const id = `/providers/Microsoft.Management/managementGroups/${name}`;
    tree.add({ ...PLAIN, id, kind: 'managementgroup', name, displayName, parent: tree.root });
  }
  for (const { key, displayName, managementGroup } of seeds.subscriptions) {
    const guid = SUBSCRIPTIONS[key] ?? '';
    const parent = scopeNamed(tree, managementGroup);
    tree.add({ ...PLAIN, id: `/subscriptions/${guid}`, kind: 'subscription', name: guid, displayName, parent });
  }
  for (const { subscription, name, location } of seeds.resourceGroups) {
    const parent = scopeNamed(tree, subscription);
    const id = `${parent.id}/resourceGroups/${name}`;
    tree.add({ id, kind: 'resourcegroup', name, displayName: name, parent, resourceType: null, location });
  }
  for (const { subscription, resourceGroup, type, name, location } of seeds.resources) {
    const parent = scopeNamed(tree, `${subscription}/${resourceGroup}`);
    const id = `${parent.id}/providers/${type}/${name}`;
    tree.add({ id, kind: 'resource', name, displayName: name, parent, resourceType: type, location });
  }
  return tree;
}

function builtInRoles(): readonly AzureRole[] {
  return builtIn.map((role) => ({
    ...role,
    isBuiltIn: true,
    assignableScopes: ['/'],
    createdBy: null,
    updatedBy: null,
  }));
}

function customRoles(tree: ScopeTree): readonly AzureRole[] {
  return seeds.customRoles.map(({ actions, assignableScopes, ...role }) => ({
    ...role,
    isBuiltIn: false,
    assignableScopes: assignableScopes.map((name) => scopeNamed(tree, name).id),
    permissions: [
      { actions, notActions: [], dataActions: [], notDataActions: [], condition: null, conditionVersion: null },
    ],
    createdOn: SEEDED_ON,
    updatedOn: SEEDED_ON,
    createdBy: null,
    updatedBy: null,
  }));
}

/** `mg-contoso`, `Production`, `Production/rg-payments`. */
function scopeNamed(tree: ScopeTree, name: string): Scope {
  const [first = '', group] = name.split('/');
  const subscription = SUBSCRIPTIONS[first];
  if (subscription === undefined) {
    return tree.resolve(`/providers/Microsoft.Management/managementGroups/${name}`);
  }
  return tree.resolve(`/subscriptions/${subscription}${group === undefined ? '' : `/resourceGroups/${group}`}`);
}

function roleNamed(roles: RoleCatalogue, name: string): AzureRole {
  const role = roles.named(name);
  if (role === undefined) {
    throw new Error(`The seeds name an unknown role ${name}`);
  }
  return role;
}

function holderOf(world: World, row: Holder): string {
  if (row.app === 'reader') {
    return servicePrincipalId(world.tenant.apps.reader.clientId);
  }
  return row.group === undefined ? personId(world, row.person ?? '') : groupId(world, row.group);
}
