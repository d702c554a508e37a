import assert from 'node:assert/strict';
import { MANAGEMENT_GROUP, PRODUCTION, RG_PAYMENTS, RG_WEB, STAGING, VM } from '../sandbox/arm-calls.ts';
import { type CatalogueBench, codeOf, createCatalogueBench, roleNamed } from './catalogue-bench.ts';

const DENIALS = '/providers/Microsoft.Authorization/denyAssignments';
const DEFINITIONS = '/providers/Microsoft.Authorization/roleDefinitions';

describe('ArmCatalogue', () => {
  let bench: CatalogueBench;

  beforeEach(async () => {
    bench = await createCatalogueBench();
  });

  afterEach(() => bench.close());

  it('reads built-in and custom roles, each once, with all that they allow and where they may be given', async () => {
    const known = await bench.catalogue.current();
    const azure = known.roles.filter(({ kind }) => kind === 'azure');
    assert.equal(new Set(azure.map(({ id }) => id)).size, azure.length);
    assert.deepEqual(roleNamed(known, 'Virtual Machine Operator'), {
      kind: 'azure',
      id: '7d2c4e10-6a3b-4f58-9c21-5e8f0a1b2c01',
      name: 'Virtual Machine Operator',
      description: 'Starts, restarts and stops virtual machines.',
      isCustom: true,
      assignableScopes: [PRODUCTION],
      permissions: [
        {
          actions: [
            'Microsoft.Compute/virtualMachines/deallocate/action',
            'Microsoft.Compute/virtualMachines/instanceView/read',
            'Microsoft.Compute/virtualMachines/powerOff/action',
            'Microsoft.Compute/virtualMachines/read',
            'Microsoft.Compute/virtualMachines/restart/action',
            'Microsoft.Compute/virtualMachines/start/action',
            'Microsoft.Resources/subscriptions/resourceGroups/read',
          ],
          notActions: [],
          dataActions: [],
          notDataActions: [],
          condition: null,
          conditionVersion: null,
        },
      ],
    });
    const owner = roleNamed(known, 'Owner');
    assert.ok(owner?.kind === 'azure');
    assert.equal(owner.isCustom, false);
    assert.deepEqual(owner.assignableScopes, ['/']);
    assert.deepEqual(owner.permissions[0]?.actions, ['*']);
  });

  it('reads built-in roles at one scope and custom ones at every scope that it sees', async () => {
    await bench.catalogue.current();
    const asked = bench.calls().filter((call) => call.endsWith(DEFINITIONS));
    assert.deepEqual(
      asked.toSorted(),
      [MANAGEMENT_GROUP, MANAGEMENT_GROUP, PRODUCTION, STAGING].map((scope) => `GET ${scope}${DEFINITIONS}`).toSorted(),
    );
  });

  it('reads which management group holds what', async () => {
    const { hierarchy } = await bench.catalogue.current();
    assert.deepEqual([...hierarchy.parentOfGroup], [['mg-contoso', null]]);
    const last = (scope: string): string => scope.slice(scope.lastIndexOf('/') + 1).toLowerCase();
    assert.deepEqual(
      [...hierarchy.groupOfSubscription].toSorted(),
      [PRODUCTION, STAGING].map((scope) => [last(scope), 'mg-contoso']).toSorted(),
    );
    const names = [...(hierarchy.nameOf ?? [])].map(([, name]) => name);
    assert.deepEqual(names.toSorted(), ['Contoso Production', 'Contoso Staging', 'mg-contoso']);
  });

  it('reads groups within groups, whichever it is told of first, and the parent that it cannot read', async () => {
    const GROUPS = '/providers/Microsoft.Management/managementGroups';
    const answer = async (match: string, body: unknown): Promise<void> => {
      const fault = { name: 'error', service: 'arm', status: 200, contentType: 'application/json' };
      await bench.fault({ ...fault, match, body: JSON.stringify(body) });
    };
    const group = (name: string, children: readonly object[] = []) => ({ name, type: GROUPS.slice(11), children });
    const subscription = { name: 'ABC', type: '/subscriptions' };
    await answer(`${GROUPS}?`, { value: ['Inner', 'Top', 'Closed'].map((name) => ({ id: `${GROUPS}/${name}` })) });
    const inner = { details: { parent: { name: 'Top' } }, children: [subscription] };
    await answer(`${GROUPS}/inner?`, { name: 'Inner', properties: inner });
    const top = { details: { parent: { name: 'ROOT' } }, children: [group('Inner', [subscription]), group('Other')] };
    await answer(`${GROUPS}/top?`, { name: 'Top', properties: top });
    const error = { name: 'error', service: 'arm', status: 403, code: 'AuthorizationFailed', message: 'no' };
    await bench.fault({ ...error, match: `${GROUPS}/closed?` });
    const known = await bench.catalogue.current();
    assert.deepEqual(Object.fromEntries(known.hierarchy.parentOfGroup), {
      inner: 'top',
      other: 'top',
      top: 'root',
      closed: null,
    });
    assert.deepEqual([...known.hierarchy.groupOfSubscription], [['abc', 'inner']]);
    assert.equal(codeOf(known, 'azure-hierarchy'), 'graph.forbidden');
  });

  it('reads operations of both planes', async () => {
    const { operations } = await bench.catalogue.current();
    const planeOf = (name: string) => operations.filter((one) => one.name === name).map(({ plane }) => plane);
    assert.deepEqual(planeOf('Microsoft.Compute/virtualMachines/restart/action'), ['control']);
    assert.deepEqual(planeOf('Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'), ['data']);
  });

  it('says that it may not read definitions, and knows no roles then', async () => {
    const error = { name: 'error', service: 'arm', status: 403, code: 'AuthorizationFailed', message: 'no' };
    await bench.fault({ ...error, match: DEFINITIONS });
    const known = await bench.catalogue.current();
    assert.equal(codeOf(known, 'azure-roles'), 'graph.forbidden');
    assert.deepEqual(
      known.roles.filter(({ kind }) => kind === 'azure'),
      [],
    );
    assert.equal(codeOf(known, 'azure-operations'), null);
  });

  it('takes the definitions of other scopes where one is closed, and says so', async () => {
    const error = { name: 'error', service: 'arm', status: 403, code: 'AuthorizationFailed', message: 'no' };
    await bench.fault({ ...error, match: `${MANAGEMENT_GROUP}${DEFINITIONS}` });
    const known = await bench.catalogue.current();
    assert.equal(codeOf(known, 'azure-roles'), 'graph.forbidden');
    assert.ok(roleNamed(known, 'Virtual Machine Operator'));
    assert.ok(roleNamed(known, 'Owner'));
  });

  it('leaves out a definition without permissions, and says that something is missing', async () => {
    const row = (id: number, properties: object) => ({
      id: `${DEFINITIONS}/7d2c4e10-6a3b-4f58-9c21-5e8f0a1b2d0${id}`,
      properties: { type: 'CustomRole', assignableScopes: [PRODUCTION], description: '', ...properties },
    });
    const value = [
      row(1, { roleName: 'Whole', permissions: [{ actions: ['*/read'] }] }),
      row(2, { roleName: 'Without a list' }),
      row(3, { roleName: 'Without actions', permissions: [{ notActions: [] }] }),
    ];
    const body = JSON.stringify({ value });
    await bench.fault({
      name: 'error',
      service: 'arm',
      status: 200,
      match: DEFINITIONS,
      contentType: 'application/json',
      body,
    });
    const known = await bench.catalogue.current();
    assert.deepEqual(
      known.roles.filter(({ kind }) => kind === 'azure').map(({ name }) => name),
      ['Whole'],
    );
    assert.equal(codeOf(known, 'azure-roles'), 'graph.unexpected_answer');
  });

  it('reads every page', async () => {
    bench.sandbox.world.settings.pageSize = 3;
    const known = await bench.catalogue.current();
    assert.equal(codeOf(known, 'azure-roles'), null);
    assert.ok(roleNamed(known, 'Pimlico Reader'));
    assert.ok(known.operations.some(({ name }) => name.startsWith('Microsoft.Web/')));
  });

  describe('of deny assignments', () => {
    const deny = async (...rows: readonly object[]): Promise<void> => {
      const init = { method: 'PUT', body: JSON.stringify(rows) };
      const { ok } = await fetch(`${bench.sandbox.urls.control}/azure/deny-assignments`, init);
      assert.ok(ok);
    };

    it('reads those at the scope, above and below it, as the reader, with whom they concern and what they take', async () => {
      await deny(
        { name: 'stack', scope: RG_PAYMENTS, actions: ['*/delete'], notActions: ['*/read'], principals: ['engineer'] },
        {
          name: 'above',
          scope: PRODUCTION,
          dataActions: ['*'],
          excludePrincipals: ['admin'],
          doNotApplyToChildScopes: true,
        },
        { name: 'below', scope: VM, actions: ['*'] },
        { name: 'beside', scope: RG_WEB, actions: ['*'] },
      );
      const denials = await bench.catalogue.readDenials(RG_PAYMENTS);
      assert.deepEqual(
        denials.map(({ name }) => name),
        ['stack', 'above', 'below'],
      );
      const [stack, above] = denials;
      const idOf = (handle: string) => {
        const { users } = bench.sandbox.world.tenant;
        return [...users.values()].find((user) => user.handle === handle)?.id;
      };
      const { id, ...rest } = stack ?? assert.fail();
      assert.match(id, /denyAssignments/);
      assert.deepEqual(rest, {
        name: 'stack',
        scopeId: RG_PAYMENTS,
        permissions: [
          {
            actions: ['*/delete'],
            notActions: ['*/read'],
            dataActions: [],
            notDataActions: [],
            condition: null,
            conditionVersion: null,
          },
        ],
        principals: [{ id: idOf('engineer'), type: 'Unknown' }],
        excludePrincipals: [],
        doNotApplyToChildScopes: false,
      });
      assert.deepEqual(above?.principals, [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }]);
      assert.deepEqual(above?.excludePrincipals, [{ id: idOf('admin'), type: 'Unknown' }]);
      assert.equal(above?.doNotApplyToChildScopes, true);
      assert.deepEqual(bench.calls(), [`GET ${RG_PAYMENTS}${DENIALS}`]);
    });

    it('asks each time: one may have been made a minute ago', async () => {
      assert.deepEqual(await bench.catalogue.readDenials(RG_PAYMENTS), []);
      await deny({ name: 'stack', scope: RG_PAYMENTS, actions: ['*/delete'] });
      assert.equal((await bench.catalogue.readDenials(RG_PAYMENTS)).length, 1);
    });

    it('takes a condition that stands beside the blocks, and lists that are left out', async () => {
      const properties = {
        permissions: [{ dataActions: ['*'] }],
        scope: VM,
        condition: '@Resource[X] BoolEquals true',
      };
      await answer([{ id: `${VM}${DENIALS}/1`, properties }]);
      const [denial] = await bench.catalogue.readDenials(VM);
      assert.equal(denial?.name, '1');
      assert.equal(denial?.permissions[0]?.condition, '@Resource[X] BoolEquals true');
      assert.deepEqual(denial?.permissions[0]?.actions, []);
      assert.deepEqual(denial?.principals, []);
    });

    it('says that it may not read them, or does not understand one: that is not that there are none', async () => {
      await answer([{ id: `${VM}${DENIALS}/1`, properties: { scope: VM } }]);
      await assert.rejects(bench.catalogue.readDenials(VM), { code: 'graph.unexpected_answer' });
      const error = { name: 'error', service: 'arm', status: 403, code: 'AuthorizationFailed', message: 'no' };
      await bench.fault({ ...error, match: DENIALS });
      await assert.rejects(bench.catalogue.readDenials(VM), { code: 'graph.forbidden' });
    });

    const answer = async (value: readonly object[]): Promise<void> => {
      const fault = { name: 'error', service: 'arm', status: 200, contentType: 'application/json', times: 1 };
      await bench.fault({ ...fault, match: DENIALS, body: JSON.stringify({ value }) });
    };
  });
});
