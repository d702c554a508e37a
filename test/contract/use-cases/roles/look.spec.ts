import assert from 'node:assert/strict';
import type { ChooseRoleNotice, ErrorNotice, Notice } from '../../../../src/domain/notice.ts';
import type { AzureRoleDefinition, PermissionBlock } from '../../../../src/domain/role-definition.ts';
import type {
  CanNotice,
  CompareNotice,
  DefinitionNotice,
  MembershipNotice,
  ProviderPage,
  SummaryPage,
} from '../../../../src/domain/role-notice.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const NOTHING: PermissionBlock = {
  actions: [],
  notActions: [],
  dataActions: [],
  notDataActions: [],
  condition: null,
  conditionVersion: null,
};

let product: Product;

async function newProduct(): Promise<void> {
  product = await aProduct();
}

async function ask(handle: Parameters<Product['says']>[0], text: string): Promise<Notice> {
  const told = await product.says(handle, text);
  assert.equal(told.length, 1, JSON.stringify(told));
  return told[0] as Notice;
}

async function role(text: string, handle: Parameters<Product['says']>[0] = 'engineer'): Promise<DefinitionNotice> {
  const notice = await ask(handle, text);
  assert.ok(notice.card === 'role' && notice.subject === 'definition', JSON.stringify(notice));
  return notice;
}

async function asked<Card extends Notice['card']>(card: Card, text: string): Promise<Extract<Notice, { card: Card }>> {
  const notice = await ask('engineer', text);
  assert.equal(notice.card, card, JSON.stringify(notice));
  return notice as Extract<Notice, { card: Card }>;
}

const can = (text: string): Promise<CanNotice> => asked('can', text);
const compare = (text: string): Promise<CompareNotice> => asked('compare', text);
const errorOf = (text: string): Promise<ErrorNotice> => asked('error', text);

/** Adds roles to what is known. */
async function learnRoles(...roles: readonly AzureRoleDefinition[]): Promise<void> {
  const known = await product.catalogue.current();
  product.catalogue.learn({ roles: [...known.roles, ...roles] });
}

async function aCustomRole(name: string, permissions: readonly PermissionBlock[]): Promise<AzureRoleDefinition> {
  const known = await product.catalogue.current();
  const id = `00000000-0000-4000-8000-${String(known.roles.length).padStart(12, '0')}`;
  return { kind: 'azure', id, name, description: '', isCustom: true, assignableScopes: ['/'], permissions };
}

describe('what a role can do', () => {
  beforeEach(newProduct);

  it('is counted, by provider, with what the asker may activate', async () => {
    const notice = await role('what can Virtual Machine Operator do');
    assert.equal(notice.role.isCustom, true);
    assert.equal(notice.risk, 'changes');
    assert.deepEqual(notice.counts, { control: 7, controlChanges: 4, data: 0, dataChanges: 0 });
    assert.deepEqual((notice.page as SummaryPage).providers, [
      { provider: 'Microsoft.Compute', operations: 6, changes: 4 },
      { provider: 'Microsoft.Resources', operations: 1, changes: 0 },
    ]);
    assert.equal(notice.own.state, 'eligible');
    assert.deepEqual(notice.own.scopeNames, ['rg-payments']);
  });

  it('names what reaches further, and what a NotAction takes out of a wildcard', async () => {
    const page = (await role('describe Contributor')).page as SummaryPage;
    const operations = page.powerful.map(({ operation }) => operation);
    assert.ok(operations.includes('Microsoft.Compute/virtualMachines/runCommand/action'));
    assert.ok(!operations.includes('Microsoft.Authorization/roleAssignments/write'));
    assert.deepEqual(page.withheld[0], {
      operation: 'Microsoft.Authorization/roleAssignments/write',
      by: 'Microsoft.Authorization/*/Write',
    });
  });

  it('keeps data apart from resources', async () => {
    const notice = await role('role Virtual Machine User Login');
    const page = notice.page as SummaryPage;
    assert.equal(notice.risk, 'reaches-data');
    assert.ok(notice.counts !== null && notice.counts.data > 0);
    assert.deepEqual(
      page.dataProviders.map(({ provider }) => provider),
      ['Microsoft.Compute'],
    );
  });

  it('keeps apart what an Entra role inherits, and says that groups with roles are not among its groups', async () => {
    const known = await product.catalogue.current();
    const parent = known.roles.find(({ name }) => name === 'Security Reader');
    const roles = known.roles.map((one) =>
      one.name === 'User Administrator' && one.kind === 'directory'
        ? { ...one, inheritsFrom: [parent?.id ?? ''] }
        : one,
    );
    product.catalogue.learn({ roles });
    const notice = await role('role User Administrator');
    assert.deepEqual(notice.inherited?.roles, ['Security Reader', 'Directory Readers']);
    assert.equal(notice.risk, 'changes-access');
    assert.deepEqual((notice.page as SummaryPage).withheld, [
      { operation: 'microsoft.directory/groupsAssignableToRoles/members/update', by: null },
    ]);
  });

  it('at a place says whether it can count there, and that the asker may activate it elsewhere only', async () => {
    const notice = await role('role "Virtual Machine Operator" on rg-web');
    assert.equal(notice.place?.reach, 'covered');
    assert.equal(notice.own.state, 'eligible-elsewhere');
    assert.equal(notice.own.key, null);
  });

  it('of a group is what its membership gives, for those only who may activate it', async () => {
    const own = (await ask('engineer', 'role sg-payments-oncall')) as MembershipNotice;
    assert.equal(own.subject, 'membership');
    assert.deepEqual(
      own.held.map(({ roleName, scopeName, gives }) => [roleName, scopeName, gives]),
      [['Contributor', 'rg-payments', 'eligible']],
    );
    const other = (await ask('contractor', 'role sg-payments-oncall')) as ErrorNotice;
    assert.equal(other.code, 'role.not_found');
  });

  it('is found in spite of a typo, and otherwise the nearest names are offered', async () => {
    assert.equal((await role('role Contribtuor')).role.roleName, 'Contributor');
    const error = await errorOf('role Machine Babysitter');
    assert.equal(error.code, 'role.not_found');
    assert.ok(error.suggestions.length > 0);
  });

  it('is never nothing where definitions could not be read', async () => {
    const known = await product.catalogue.current();
    const roles = known.roles.filter(({ kind }) => kind === 'directory');
    product.catalogue.learn({ roles, operations: [], unread: [{ part: 'azure-roles', code: 'graph.forbidden' }] });
    const error = await errorOf('role Contributor');
    assert.equal(error.code, 'role.definitions_unread');
    assert.equal(error.facts.part, 'Azure');
    assert.equal((await role('role Security Reader')).role.kind, 'directory');
  });

  it('is not counted where the list of operations could not be read', async () => {
    product.catalogue.learn({ operations: [], unread: [{ part: 'azure-operations', code: 'graph.forbidden' }] });
    assert.equal((await role('role Contributor')).counts, null);
  });

  it('asks which one is meant where Azure and Entra have roles of one name, and goes on with the chosen one', async () => {
    await learnRoles(await aCustomRole('Security Reader', [{ ...NOTHING, actions: ['*/read'] }]));
    const choice = (await ask('engineer', 'role Security Reader')) as ChooseRoleNotice;
    assert.equal(choice.card, 'choose-role');
    assert.deepEqual(
      choice.choices.map(({ is }) => is),
      ['built-in-directory', 'custom-azure'],
    );
    const card = await product.card('engineer', 'choose-role');
    const { notices } = await product.presses('engineer', card, 'choose', { choice: choice.choices[1]?.key ?? '' });
    const [told] = notices.filter((notice) => notice.card === 'role');
    assert.ok(told?.card === 'role' && told.subject === 'definition');
    assert.equal(told.role.kind, 'azure');
  });
});

describe('the pages of a role', () => {
  beforeEach(newProduct);

  it('are drawn on the same card, and one provider at a time', async () => {
    await role('role Contributor');
    const card = await product.card('engineer', 'role');
    await product.presses('engineer', card, 'show-role-definition');
    const details = await product.card('engineer', 'role');
    assert.equal(details.id, card.id);
    assert.ok(details.notice.card === 'role' && details.notice.subject === 'definition');
    assert.equal(details.notice.page.kind, 'definition');
    await product.presses('engineer', details, 'show-role-operations', { provider: 'microsoft.compute' });
    const { notice } = await product.card('engineer', 'role');
    assert.ok(notice.card === 'role' && notice.subject === 'definition');
    const page = notice.page as ProviderPage;
    assert.equal(page.provider, 'Microsoft.Compute');
    assert.equal(page.operations.length, page.total);
    const command = page.operations.find(({ operation }) => operation.endsWith('/virtualMachines/runCommand/action'));
    assert.equal(command?.isPowerful, true);
    assert.equal(
      page.operations.find(({ operation }) => operation.endsWith('/virtualMachines/read'))?.isPowerful,
      false,
    );
  });

  it('can be downloaded, every operation of them, behind a link that the database keeps a hash of', async () => {
    await role('role Virtual Machine Operator');
    const card = await product.card('engineer', 'role');
    const { notices } = await product.presses('engineer', card, 'export');
    const [report] = notices.filter((notice) => notice.card === 'report');
    assert.ok(report?.card === 'report');
    assert.equal(report.rows, 7);
    const { rows } = await product.database.pool.query<{ csv: string }>('select csv from pimlico.exports');
    const csv = rows[0]?.csv ?? '';
    assert.match(csv, /^\ufeff?operation,plane,provider,does,reachesFurther,isConditional,description\r?\n/);
    assert.match(
      csv,
      /Microsoft\.Compute\/virtualMachines\/restart\/action,control,Microsoft\.Compute,change,false,false,/,
    );
  });
});

describe('whether a role can do something', () => {
  beforeEach(newProduct);

  it('is yes, by which string, where the asker may activate it', async () => {
    const notice = await can(
      'can Virtual Machine Operator do microsoft.compute/VirtualMachines/restart/action on vm-pay-01',
    );
    assert.deepEqual(
      notice.answers.map(({ plane, answer, why }) => [plane, answer, why[0]?.matchedBy]),
      [['control', 'allowed', ['Microsoft.Compute/virtualMachines/restart/action']]],
    );
    assert.equal(notice.place?.reach, 'covered');
    assert.deepEqual([notice.own.state, notice.own.scopeNames], ['eligible', ['rg-payments']]);
  });

  it('is no, with the NotAction that takes it out', async () => {
    const [answer] = (await can('can Contributor do Microsoft.Authorization/roleAssignments/write')).answers;
    assert.equal(answer?.answer, 'denied');
    assert.deepEqual(answer?.why[0]?.matchedBy, ['*']);
    assert.deepEqual(answer?.why[0]?.subtractedBy, ['Microsoft.Authorization/*/Write']);
  });

  it('depends on a condition, whose roles are named', async () => {
    const condition =
      "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{acdd72a7-3385-48ef-bd42-f606fba81ae7}))";
    await learnRoles(
      await aCustomRole('Access Giver', [
        { ...NOTHING, actions: ['Microsoft.Authorization/roleAssignments/write'], condition, conditionVersion: '2.0' },
      ]),
    );
    const [answer] = (await can('can Access Giver do Microsoft.Authorization/roleAssignments/write')).answers;
    assert.equal(answer?.answer, 'conditional');
    assert.deepEqual(answer?.why[0]?.condition?.roles, ['Reader']);
    assert.deepEqual(answer?.why[0]?.condition?.operations, ['Microsoft.Authorization/roleAssignments/write']);
  });

  it('is answered for both planes where the name is in both', async () => {
    const notice = await can('can Contributor do Microsoft.KeyVault/vaults/keys/read');
    assert.deepEqual(
      notice.answers.map(({ plane, answer }) => [plane, answer]),
      [
        ['control', 'allowed'],
        ['data', 'denied'],
      ],
    );
  });

  it('is no where the role cannot be assigned, and open below a management group that could not be read', async () => {
    const known = await product.catalogue.current();
    const stagingOnly = await aCustomRole('Stage Hand', [{ ...NOTHING, actions: ['Microsoft.Compute/*'] }]);
    const { production, staging } = product.seeded.scopes;
    await learnRoles({ ...stagingOnly, assignableScopes: [staging.id] });
    const asked = `can Stage Hand do Microsoft.Compute/virtualMachines/read on ${production.id}`;
    assert.equal((await can(asked)).place?.reach, 'outside');
    product.catalogue.learn({
      roles: [
        ...known.roles,
        { ...stagingOnly, assignableScopes: ['/providers/Microsoft.Management/managementGroups/other'] },
      ],
      hierarchy: { parentOfGroup: new Map(), groupOfSubscription: new Map() },
      unread: [{ part: 'azure-hierarchy', code: 'graph.forbidden' }],
    });
    assert.equal((await can(asked)).place?.reach, 'unknown');
  });

  it('counts what of a pattern is allowed', async () => {
    const [control, data] = (await can('can Contributor do Microsoft.Authorization/roleAssignments/*')).answers;
    assert.equal(data, undefined);
    assert.ok(control?.share !== null && control !== undefined);
    assert.ok(control.share.allowed > 0 && control.share.allowed < control.share.total);
    assert.equal(control.share.deniedExample, 'Microsoft.Authorization/roleAssignments/delete');
  });

  it('reads plain words as an operation, and says which', async () => {
    const notice = await can('can Virtual Machine Operator restart virtual machines');
    assert.equal(notice.operation.operation, 'Microsoft.Compute/virtualMachines/restart/action');
    assert.equal(notice.answers[0]?.answer, 'allowed');
  });

  it('takes the name of a machine in the words for the place', async () => {
    const notice = await can('can Virtual Machine Operator restart vm-pay-01');
    assert.equal(notice.place?.scopeName, 'vm-pay-01');
    assert.equal(notice.operation.operation, 'Microsoft.Compute/virtualMachines/restart/action');
  });

  it('offers the nearest names for an operation that does not exist', async () => {
    const error = await errorOf('can Contributor do Microsoft.Compute/virtualMachines/restrat/action');
    assert.equal(error.code, 'role.operation_unknown');
    assert.equal(error.suggestions[0], 'Microsoft.Compute/virtualMachines/restart/action');
  });

  it('takes an operation as it is, unchecked, where the list could not be read', async () => {
    product.catalogue.learn({ operations: [], unread: [{ part: 'azure-operations', code: 'graph.forbidden' }] });
    const notice = await can('can Contributor do Microsoft.Compute/virtualMachines/restart/action');
    assert.equal(notice.isListed, false);
    assert.equal(notice.answers[0]?.answer, 'allowed');
  });

  it('of Entra is exact or implied, and no for an operation of Azure', async () => {
    const answerOf = async (text: string) => (await can(text)).answers[0]?.answer;
    assert.equal(await answerOf('can User Administrator do microsoft.directory/users/password/update'), 'exact');
    assert.equal(await answerOf('can Security Reader do microsoft.directory/users/password/update'), 'no');
    assert.equal(await answerOf('can User Administrator do Microsoft.Compute/virtualMachines/read'), 'other-kind');
    assert.equal(await answerOf('can Contributor do microsoft.directory/users/password/update'), 'other-kind');
  });

  it('has a button that activates what the asker may', async () => {
    await can('can "Virtual Machine Operator" do Microsoft.Compute/virtualMachines/restart/action on vm-pay-01');
    const { notices } = await product.presses('engineer', await product.card('engineer', 'can'), 'activate-role');
    const [form] = notices.filter((notice) => notice.card === 'activation-form');
    assert.ok(form?.card === 'activation-form', JSON.stringify(notices));
    assert.equal(form.roles[0]?.roleName, 'Virtual Machine Operator');
  });

  it('asks where a role shall be activated that the asker may have in several places', async () => {
    await can('can Reader do Microsoft.Compute/virtualMachines/read');
    const { notices } = await product.presses('engineer', await product.card('engineer', 'can'), 'activate-role');
    assert.ok(notices.some((notice) => notice.card === 'choose-role'));
  });

  it('is not asked of a group', async () => {
    const error = await errorOf('can sg-payments-oncall do Microsoft.Compute/virtualMachines/read');
    assert.equal(error.code, 'command.problem');
  });
});

describe('how two roles differ', () => {
  beforeEach(newProduct);

  it('is nothing for a custom role and its duplicate', async () => {
    const notice = await compare('compare "Virtual Machine Operator" with "Virtual Machine Operator (Contractors)"');
    assert.deepEqual([notice.relation, notice.proof], ['equal', 'normal-form']);
    assert.equal(notice.both, 7);
    assert.deepEqual([notice.onlyFirst, notice.onlySecond, notice.powerful], [null, null, []]);
  });

  it('says that one is contained in the other, and what reaches further in it', async () => {
    const notice = await compare('compare Reader with Contributor');
    assert.deepEqual([notice.relation, notice.proof, notice.onList?.relation], ['subset', 'patterns', 'subset']);
    assert.equal(notice.onlyFirst, null);
    assert.ok(notice.onlySecond !== null);
    assert.ok(notice.powerful.length > 0 && notice.powerful.every(({ side }) => side === 'second'));
    assert.ok(notice.providers.every(({ first, second }) => first === 0 && second > 0));
  });

  it('says that they overlap, and counts each side by provider', async () => {
    const notice = await compare('compare Network Contributor with Virtual Machine Contributor');
    assert.equal(notice.relation, 'overlap');
    const network = notice.providers.find(({ provider }) => provider === 'Microsoft.Network');
    assert.ok(network !== undefined && network.first > 0 && network.second === 0);
  });

  it('is proved by patterns where the list shows no difference, and where it could not be read', async () => {
    await learnRoles(await aCustomRole('Old Hand', [{ ...NOTHING, actions: ['Microsoft.Gone/*'] }]), {
      ...(await aCustomRole('Older Hand', [{ ...NOTHING, actions: ['Microsoft.Gone/things/*'] }])),
      id: '00000000-0000-4000-8000-00000000aaaa',
    });
    const notice = await compare('compare Old Hand with Older Hand');
    assert.deepEqual([notice.relation, notice.onList?.relation], ['superset', 'equal']);
    assert.match(notice.onlyFirst ?? '', /^control:microsoft\.gone\//);
    product.catalogue.learn({ operations: [] });
    const unread = await compare('compare Reader with Contributor');
    assert.deepEqual([unread.relation, unread.proof, unread.onList], ['subset', 'patterns', null]);
  });

  it('is by names for roles of Entra, and never anything in common with one of Azure', async () => {
    assert.equal((await compare('compare User Administrator with Helpdesk Administrator')).proof, 'strings');
    const apart = await compare('compare Security Reader with Reader');
    assert.deepEqual([apart.relation, apart.proof], ['disjoint', 'other-kind']);
  });

  it('can be downloaded, with the side of each operation', async () => {
    await compare('compare Reader with "Virtual Machine Operator"');
    await product.presses('engineer', await product.card('engineer', 'compare'), 'export');
    const { rows } = await product.database.pool.query<{ csv: string }>('select csv from pimlico.exports');
    const csv = rows[0]?.csv ?? '';
    assert.match(csv, /^\ufeff?allowedBy,operation,/);
    assert.match(csv, /^only the second,Microsoft\.Compute\/virtualMachines\/restart\/action,/m);
    assert.match(csv, /^both,Microsoft\.Compute\/virtualMachines\/read,/m);
  });
});
