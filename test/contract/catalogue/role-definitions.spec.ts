import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RoleDefinition } from '../../../src/domain/role-definition.ts';
import type { RoleDefinitions } from '../../../src/ports/role-definitions.ts';
import {
  type AdministrationBench,
  createAdministrationBench,
  rejects,
} from '../administration/administration-bench.ts';
import { azureRole, DEFINITION_CASTS, directoryRole } from '../definition-casts.ts';
import { describeRoleDefinitionsContract } from '../role-definitions.ts';
import { MANAGEMENT_GROUP, PRODUCTION, RG_PAYMENTS, STAGING } from '../sandbox/arm-calls.ts';

for (const kind of ['azure', 'directory'] as const) {
  describeRoleDefinitionsContract(`RoleDefinitions of ${kind} before the sandbox`, DEFINITION_CASTS[kind], async () => {
    const bench = await createAdministrationBench();
    return { definitions: bench.definitions(kind), admin: bench.as('admin'), close: () => bench.close() };
  });
}

/** What both services share, each with its own role and its own way of refusing. */
const SERVICES = [
  { kind: 'azure', service: 'arm', make: azureRole, write: 'PUT', place: '/roleDefinitions/' },
  { kind: 'directory', service: 'graph', make: directoryRole, write: 'POST', place: '/roleDefinitions' },
] as const;

for (const { kind, make, place, service, write } of SERVICES) {
  describe(`RoleDefinitions of ${kind} on the wire`, () => {
    let bench: AdministrationBench;
    let roles: RoleDefinitions;

    beforeEach(async () => {
      bench = await createAdministrationBench();
      roles = bench.definitions(kind);
    });

    afterEach(() => bench.close());

    const fault = async (body: object): Promise<void> => {
      const init = { method: 'POST', body: JSON.stringify({ service, ...body }) };
      const answer = await fetch(`${bench.sandbox.urls.control}/faults`, init);
      assert.ok(answer.ok, await answer.text());
    };
    const create = async (role: RoleDefinition = make(randomUUID(), 'A new role')) =>
      await roles.create(bench.as('admin'), role);
    const writes = () => bench.calls().filter((call) => !call.startsWith('GET'));

    it('writes once, and says so when the answer was lost', async () => {
      await fault({ name: 'ambiguous', match: `${write} `, times: 1 });
      bench.calls();
      await rejects(create(), 'activation.in_doubt');
      assert.equal(writes().length, 1);
      const listed = await roles.listCustom(bench.as('admin'));
      assert.ok(listed.some(({ name }) => name === 'A new role'));
    });

    it('never writes again after a failure of the service', async () => {
      await fault({ name: 'error', match: `${write} `, status: 503, code: 'ServiceUnavailable', message: 'no' });
      bench.calls();
      await rejects(create(), 'activation.in_doubt');
      assert.equal(writes().length, 1);
    });

    const refusals = [
      ['RoleDefinitionWithSameNameExists', 409, 'role_definition.exists'],
      ['RoleDefinitionExists', 409, 'role_definition.exists'],
      ['RoleDefinitionLimitExceeded', 400, 'role_definition.limit'],
      ['Directory_QuotaExceeded', 403, 'role_definition.limit'],
      ['RoleDefinitionHasAssignments', 400, 'role_definition.in_use'],
      ['InvalidRoleDefinitionType', 400, 'role_definition.refused'],
      ['RoleDefinitionNameNullOrEmpty', 400, 'role_definition.refused'],
      ['MissingAssignableScopes', 400, 'role_definition.refused'],
      ['LinkedInvalidPropertyId', 400, 'role_definition.refused'],
      ['AssignableScopeNotUnderSubscriptionScope', 400, 'role_definition.refused'],
      ['InvalidActionOrNotAction', 400, 'role_definition.refused'],
      ['Request_BadRequest', 400, 'role_definition.refused'],
      ['SomethingNew', 400, 'role_definition.refused'],
    ] as const;
    for (const [code, status, expected] of refusals) {
      it(`says ${expected} for ${code}`, async () => {
        await fault({ name: 'error', match: `${write} `, status, code, message: "The string 'x/*/y/*' is wrong." });
        const error = await rejects(create(), expected);
        if (expected === 'role_definition.refused') {
          assert.equal(error.facts.reason, `${code}: The string 'x/*/y/*' is wrong.`);
        }
      });
    }

    it('keeps a reason short and in one line', async () => {
      const message = `one\n\ntwo\u0000 ${'x'.repeat(500)}`;
      await fault({ name: 'error', match: `${write} `, status: 400, code: 'Wrong', message });
      const { reason = '' } = (await rejects(create(), 'role_definition.refused')).facts;
      assert.ok(reason.startsWith('Wrong: one two xxx'), reason);
      assert.equal(reason.length, 300);
      assert.ok(reason.endsWith('…'));
    });

    it('takes no definition of the other kind', async () => {
      const other = kind === 'azure' ? directoryRole(randomUUID(), 'x') : azureRole(randomUUID(), 'x');
      await rejects(create(other), 'graph.not_found');
      await rejects(roles.remove(bench.as('admin'), other), 'graph.not_found');
    });

    it('leaves out no role that it cannot read: whoever compares would take it for gone', async () => {
      const body = JSON.stringify({ value: [{ id: `/x${place}`, displayName: 'Broken', properties: {} }] });
      const answer = { name: 'error', status: 200, contentType: 'application/json', body };
      await fault({ ...answer, match: 'roleDefinitions' });
      await rejects(roles.listCustom(bench.as('admin')), 'graph.unexpected_answer');
    });

    it('asks for a sign-in where nobody is signed in', async () => {
      bench.signOut('admin');
      await rejects(create(), 'identity.sign_in_required');
      await rejects(roles.listCustom(bench.as('admin')), 'identity.sign_in_required');
    });
  });
}

describe('ArmRoleDefinitions', () => {
  let bench: AdministrationBench;
  let roles: RoleDefinitions;
  const admin = () => bench.as('admin');

  beforeEach(async () => {
    bench = await createAdministrationBench();
    roles = bench.definitions('azure');
  });

  afterEach(() => bench.close());

  const aRole = (scopes: readonly string[], actions = ['Microsoft.Compute/virtualMachines/start/action']) => {
    const role = azureRole(randomUUID(), 'A new role');
    assert.ok(role.kind === 'azure');
    return { ...role, assignableScopes: scopes, permissions: role.permissions.map((one) => ({ ...one, actions })) };
  };

  it('does not write over a role that has the id', async () => {
    const role = aRole([PRODUCTION]);
    await roles.create(admin(), role);
    bench.calls();
    await rejects(roles.create(admin(), { ...role, name: 'Another' }), 'role_definition.exists');
    assert.deepEqual(
      bench.calls().filter((call) => !call.startsWith('GET')),
      [],
    );
  });

  it('names the scope where the actor may not write, whichever it is', async () => {
    const nowhere = '/subscriptions/00000000-0000-4000-8000-00000000f00d';
    for (const scopes of [
      [PRODUCTION, nowhere],
      [nowhere, PRODUCTION],
    ]) {
      const error = await rejects(roles.create(admin(), aRole(scopes)), 'role_definition.scope_forbidden');
      assert.equal(error.facts.scope, nowhere);
    }
    const engineer = bench.as('engineer', 'selfService');
    const error = await rejects(roles.create(engineer, aRole([PRODUCTION])), 'role_definition.scope_forbidden');
    assert.equal(error.facts.scope, PRODUCTION);
  });

  it('says which string Azure does not take', async () => {
    const error = await rejects(
      roles.create(admin(), aRole([PRODUCTION], ['Microsoft.Compute/virtualMachines/reboot/action'])),
      'role_definition.refused',
    );
    assert.match(
      error.facts.reason ?? '',
      /^InvalidActionOrNotAction: 'Microsoft.Compute\/virtualMachines\/reboot\/action'/,
    );
  });

  it('finds a role that can be given in one resource group only, and its uses below a management group', async () => {
    const narrow = await roles.create(admin(), aRole([RG_PAYMENTS]));
    assert.deepEqual(await roles.find(admin(), narrow.id ?? ''), narrow);
    const contributor = await roles.find(admin(), 'b24988ac-6180-42a0-ab88-20f7382dd24c');
    assert.ok(contributor);
    const uses = await roles.listUses(admin(), contributor);
    assert.deepEqual(
      uses
        .map(({ kind, principal, scope }) => `${kind} ${principal.kind} ${principal.name} @ ${scope.name}`)
        .toSorted(),
      [
        'active group sg-breakglass-payments @ rg-payments',
        'eligible group sg-payments-oncall @ rg-payments',
        'eligible user Alex Wilber @ rg-web',
      ],
    );
  });

  it('says that it may not see definitions, rather than that there are none', async () => {
    const newcomer = bench.as('newcomer', 'selfService');
    await rejects(roles.listCustom(newcomer), 'graph.forbidden');
    await rejects(roles.find(newcomer, randomUUID()), 'graph.forbidden');
  });

  it('sends no role that has no id or no scope', async () => {
    bench.calls();
    await rejects(roles.create(admin(), { ...aRole([PRODUCTION]), id: null }), 'role_definition.refused');
    await rejects(roles.create(admin(), aRole([])), 'role_definition.refused');
    assert.deepEqual(bench.calls(), []);
  });

  it('writes conditions, several blocks and several scopes as they are', async () => {
    const block = {
      actions: ['*/read'],
      notActions: ['Microsoft.Authorization/*/read'],
      dataActions: [],
      notDataActions: [],
    };
    const conditioned = { ...block, condition: "((!(ActionMatches{'x'})))", conditionVersion: '2.0' };
    const plain = { ...block, condition: null, conditionVersion: null };
    const role = { ...aRole([MANAGEMENT_GROUP, PRODUCTION, STAGING]), permissions: [conditioned, plain] };
    assert.deepEqual(await roles.create(admin(), role), role);
  });
});

describe('GraphRoleDefinitions', () => {
  let bench: AdministrationBench;
  let roles: RoleDefinitions;

  beforeEach(async () => {
    bench = await createAdministrationBench();
    roles = bench.definitions('directory');
  });

  afterEach(() => bench.close());

  it('writes with a sign-in to the admin app only, by an administrator only', async () => {
    const role = directoryRole(null, 'A new role');
    await rejects(roles.create(bench.as('admin', 'selfService'), role), 'identity.consent_missing');
    await rejects(roles.create(bench.as('engineer'), role), 'graph.forbidden');
  });

  it('reads with an ordinary sign-in', async () => {
    const listed = await roles.listCustom(bench.as('engineer', 'selfService'));
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['Contoso-App-Assignment-Operator', 'Contoso-App-Configuration-Administrator'],
    );
  });

  it('deletes nothing while somebody has the role, although Graph might', async () => {
    bench.calls();
    const used = await roles.find(bench.as('admin'), '3b1c6f0a-52d8-4f7e-9a64-0c8e7d2b1a01');
    assert.ok(used);
    await rejects(roles.remove(bench.as('admin'), used), 'role_definition.in_use');
    assert.deepEqual(
      bench.calls().filter((call) => !call.startsWith('GET')),
      [],
    );
  });

  it('is in doubt when a change was taken and cannot be seen', async () => {
    const from = await roles.create(bench.as('admin'), directoryRole(null, 'A new role'));
    const fault = { name: 'hold', service: 'graph', match: 'PATCH ', at: 'after' };
    const { control } = bench.sandbox.urls;
    await fetch(`${control}/faults`, { method: 'POST', body: JSON.stringify(fault) });
    const update = roles.update(bench.as('admin'), { from, to: { ...from, description: 'Other words.' } });
    const held = await fetch(`${control}/holds/next?after=0`);
    const [hold] = ((await held.json()) as { readonly holds: readonly { readonly id: number }[] }).holds;
    const forbidden = {
      name: 'error',
      service: 'graph',
      match: 'GET ',
      status: 403,
      code: 'Authorization_RequestDenied',
    };
    await fetch(`${control}/faults`, { method: 'POST', body: JSON.stringify({ ...forbidden, message: 'no' }) });
    assert.ok((await fetch(`${control}/holds/${hold?.id}`, { method: 'DELETE' })).ok);
    const error = await rejects(update, 'activation.in_doubt');
    assert.match(error.message, /was taken, but cannot be seen/);
  });
});
