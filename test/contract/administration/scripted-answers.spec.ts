import assert from 'node:assert/strict';
import { createArmAdministration } from '../../../src/adapters/arm/administration.ts';
import { createGraphAdministration } from '../../../src/adapters/graph/administration.ts';
import { createTenantDirectory } from '../../../src/adapters/graph/administration-directory.ts';
import type { Principal } from '../../../src/domain/administration.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { principalId, roleDefinitionId } from '../../../src/domain/ids.ts';
import { anOrder, rejects } from './administration-bench.ts';
import type { Asked, ScriptedCloud } from './scripted-cloud.ts';
import { startScriptedCloud } from './scripted-cloud.ts';

const NOW = Temporal.Instant.from('2026-11-23T08:00:00Z');
const SUB = '/subscriptions/9d0e6c1a-4b2f-4c8e-a1d5-6f7b82c3e401';
const WEB = `${SUB}/resourceGroups/rg-web`;
const READER = `${SUB}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
const ACTOR = { principalId: principalId('07e6cbd8-7f91-40c2-83d6-f7b8c9daeb07') };
const JONI: Principal = {
  id: '18f7dce9-80a2-41d3-94e7-08c9daebfc08',
  name: 'Joni Sherman',
  kind: 'user',
  userPrincipalName: null,
};
const AZURE_ROLE: RoleAtScope = {
  surface: 'azure',
  roleDefinitionId: roleDefinitionId(READER),
  roleName: 'Reader',
  scope: { id: WEB, name: 'rg-web' },
};
const DIRECTORY_ROLE: RoleAtScope = {
  surface: 'directory',
  roleDefinitionId: roleDefinitionId('5d6b6bb7-de71-4623-b4af-95380a352509'),
  roleName: 'Security Reader',
  scope: { id: '/', name: 'Whole tenant' },
};

describe('administration before answers that the sandbox does not give', () => {
  let cloud: ScriptedCloud | null = null;

  afterEach(async () => {
    await cloud?.close();
    cloud = null;
  });

  async function adapters(answer: (asked: Asked) => { readonly status?: number; readonly body: unknown }) {
    const started = await startScriptedCloud(answer);
    cloud = started;
    const tokens = {
      graphToken: async () => 'token',
      rejectGraphToken: () => {},
      armToken: async () => 'token',
      rejectArmToken: () => {},
    };
    const common = { clock: { now: () => NOW }, tokens, log: { warn: () => {} }, pause: async () => {} };
    return {
      cloud: started,
      arm: createArmAdministration({ ...common, armUrl: started.url }),
      graph: createGraphAdministration({ ...common, surface: 'directory', graphUrl: started.url }),
      people: createTenantDirectory({ ...common, graphUrl: started.url }),
    };
  }

  function azureRow(scope: string, properties: Readonly<Record<string, unknown>> = {}) {
    return { name: 'a', properties: { scope, roleDefinitionId: READER, principalId: JONI.id, ...properties } };
  }

  it('does not call direct what Azure lists at a scope but keeps above it', async () => {
    const { arm } = await adapters(({ path }) => ({
      body: { value: path.includes('Eligibility') ? [azureRow(SUB, { memberType: 'Direct' })] : [] },
    }));
    const [row, ...others] = await arm.listAssignments(ACTOR, { scopeId: WEB });
    assert.deepEqual([row?.memberType, row?.scope.id, row?.principal.kind], ['inherited', SUB, 'unknown']);
    assert.deepEqual(others, []);
  });

  it('tells every kind of principal that Azure names, and a permanent row by its missing times', async () => {
    const kinds = ['User', 'Group', 'ForeignGroup', 'ServicePrincipal', 'Device'];
    const rows = kinds.map((principalType) => azureRow(WEB, { principalType, memberType: 'Group' }));
    const { arm } = await adapters(({ path }) => ({ body: { value: path.includes('Eligibility') ? rows : [] } }));
    const listed = await arm.listAssignments(ACTOR, { scopeId: WEB });
    assert.deepEqual(
      listed.map(({ principal }) => principal.kind),
      ['user', 'group', 'group', 'service-principal', 'unknown'],
    );
    assert.deepEqual([listed[0]?.startsAt, listed[0]?.endsAt, listed[0]?.memberType], [null, null, 'group']);
  });

  for (const [kind, target] of [
    ['eligible', 'targetRoleEligibilityScheduleId'],
    ['active', 'targetRoleAssignmentScheduleId'],
  ] as const) {
    it(`names the schedule of the very assignment that is extended: ${kind}`, async () => {
      const schedules = [
        { ...azureRow(SUB), name: 'above' },
        { ...azureRow(WEB, { assignmentType: 'Activated' }), name: 'activated' },
        { ...azureRow(WEB, { principalId: ACTOR.principalId }), name: 'of another' },
        { ...azureRow(WEB, { roleDefinitionId: `${SUB}/x/11111111-1111-4111-8111-111111111111` }), name: 'other role' },
        { ...azureRow(WEB.toUpperCase(), { assignmentType: 'Assigned' }), name: 'the one' },
      ];
      const { arm, cloud: asked } = await adapters(({ method }) =>
        method === 'GET'
          ? { body: { value: schedules } }
          : { status: 201, body: azureRow(WEB, { requestType: 'AdminExtend', status: 'Provisioned' }) },
      );
      await arm.change(ACTOR, anOrder(AZURE_ROLE, JONI, { kind, action: 'extend', endsAt: NOW.add({ hours: 8 }) }));
      assert.deepEqual(asked.asked.at(-1)?.body, {
        properties: {
          principalId: JONI.id,
          roleDefinitionId: READER,
          requestType: 'AdminExtend',
          justification: 'INC-42',
          ticketInfo: { ticketNumber: null, ticketSystem: null },
          scheduleInfo: { expiration: { type: 'AfterDateTime', endDateTime: '2026-11-23T16:00:00Z' } },
          [target]: 'the one',
        },
      });
    });
  }

  it('sends a removal without times, and an assignment for good as one', async () => {
    const row = {
      id: '6b1f0c52-94d7-4e0f-8a55-2d7c31e9b001',
      status: 'Revoked',
      action: 'adminRemove',
      principalId: JONI.id,
      roleDefinitionId: DIRECTORY_ROLE.roleDefinitionId,
      directoryScopeId: '/',
    };
    const { graph, cloud: asked } = await adapters(() => ({ status: 201, body: row }));
    const removal = anOrder(DIRECTORY_ROLE, JONI, { action: 'remove', ticket: 'INC-42' });
    assert.equal((await graph.change(ACTOR, removal)).state, 'revoked');
    await graph.change(ACTOR, anOrder(DIRECTORY_ROLE, JONI, { kind: 'active', startsAt: NOW, endsAt: null }));
    const common = {
      principalId: JONI.id,
      roleDefinitionId: DIRECTORY_ROLE.roleDefinitionId,
      directoryScopeId: '/',
      justification: 'INC-42',
    };
    assert.deepEqual(asked.asked, [
      {
        method: 'POST',
        path: '/v1.0/roleManagement/directory/roleEligibilityScheduleRequests',
        body: {
          action: 'adminRemove',
          ...common,
          ticketInfo: { ticketNumber: 'INC-42', ticketSystem: 'Pimlico' },
        },
      },
      {
        method: 'POST',
        path: '/v1.0/roleManagement/directory/roleAssignmentScheduleRequests',
        body: {
          action: 'adminAssign',
          ...common,
          ticketInfo: { ticketNumber: null, ticketSystem: null },
          scheduleInfo: { startDateTime: '2026-11-23T08:00:00Z', expiration: { type: 'noExpiration' } },
        },
      },
    ]);
  });

  it('takes a 404 for a missing assignment, but not when one is to be made', async () => {
    const { arm, graph } = await adapters(({ method }) =>
      method === 'GET' ? { body: { value: [] } } : { status: 404, body: { error: { code: 'NotFound', message: '' } } },
    );
    for (const [roles, role] of [
      [graph, DIRECTORY_ROLE],
      [arm, AZURE_ROLE],
    ] as const) {
      await rejects(roles.change(ACTOR, anOrder(role, JONI, { action: 'remove' })), 'assignment.not_found');
      await rejects(roles.change(ACTOR, anOrder(role, JONI, { action: 'update' })), 'assignment.not_found');
      await rejects(roles.change(ACTOR, anOrder(role, JONI)), 'graph.not_found');
    }
  });

  it('reads every policy failure, whatever its format, as the names of the rules', async () => {
    const code = 'RoleAssignmentRequestPolicyValidationFailed';
    const messages: readonly [string, string][] = [
      ['The following policy rules failed: ["MfaRule"]', 'MfaRule'],
      ['The following policy rules failed: TicketingRule - Ticket is required', 'TicketingRule'],
      ['The following policy rules failed: ["ExpirationRule","AdminRequestRule"]', 'ExpirationRule, AdminRequestRule'],
    ];
    for (const [message, rules] of messages) {
      const { graph } = await adapters(() => ({ status: 400, body: { error: { code, message } } }));
      const error = await rejects(graph.change(ACTOR, anOrder(DIRECTORY_ROLE, JONI)), 'activation.refused_by_policy');
      assert.equal(error.facts.rules, rules);
      await cloud?.close();
    }
  });

  it('keeps a word that Microsoft may invent for a change that is still under way', async () => {
    const row = {
      name: 'a',
      properties: { ...azureRow(WEB).properties, requestType: 'AdminAssign', status: 'Brewing' },
    };
    const { arm } = await adapters(() => ({ status: 201, body: row }));
    assert.equal((await arm.change(ACTOR, anOrder(AZURE_ROLE, JONI))).state, 'provisioning');
  });

  it('does not believe a row without a principal, nor a page that leads elsewhere', async () => {
    const lists = [
      { value: [{ roleDefinitionId: 'x', directoryScopeId: '/' }] },
      { value: [], '@odata.nextLink': 'https://elsewhere.example/v1.0/x' },
    ];
    for (const body of lists) {
      const { graph } = await adapters(() => ({ body }));
      await rejects(graph.listAssignments(ACTOR, { scopeId: '/' }), 'graph.unexpected_answer');
      await cloud?.close();
    }
  });

  it('names a principal whom the tenant does not show by the id', async () => {
    const row = { principalId: JONI.id.toUpperCase(), roleDefinitionId: 'x', directoryScopeId: '/', principal: null };
    const { graph } = await adapters(({ path }) => ({ body: { value: path.includes('Eligibility') ? [row] : [] } }));
    const [listed] = await graph.listAssignments(ACTOR, { scopeId: '/' });
    assert.deepEqual(listed?.principal, {
      id: JONI.id,
      name: JONI.id.toUpperCase(),
      kind: 'unknown',
      userPrincipalName: null,
    });
    assert.equal(listed?.memberType, 'inherited');
  });

  it('takes nobody whom Graph found beyond the words', async () => {
    const joni = { id: JONI.id, displayName: 'Joni Sherman', userPrincipalName: 'joni@c.com', mail: 'joni@c.com' };
    const group = { id: '2a91b3c4-0001-4d5e-8f60-a1b2c3d4e5f1', displayName: 'sg-app' };
    const { people } = await adapters(({ path }) => ({ body: { value: [path.includes('/users') ? joni : group] } }));
    assert.deepEqual(await people.findPrincipals(ACTOR, 'Joni Shermán'), []);
    assert.equal((await people.findPrincipals(ACTOR, 'JONI@C.COM')).length, 1);
    assert.equal((await people.findPrincipals(ACTOR, 'joni  sherman')).length, 1);
  });

  it('follows pages of the log nowhere but to the log', async () => {
    const page = {
      value: [],
      '@odata.nextLink': 'https://elsewhere.example/v1.0/auditLogs/directoryAudits?$skiptoken=2',
    };
    const { people, cloud: asked } = await adapters(({ path }) => ({
      body: path.includes('skiptoken') ? { value: [] } : page,
    }));
    const options = { about: JONI.id, since: NOW.subtract({ hours: 24 }), limit: 5 };
    assert.deepEqual(await people.listHistory(ACTOR, options), []);
    assert.deepEqual(
      asked.asked.map(({ path }) => path),
      [
        `/v1.0/auditLogs/directoryAudits?$filter=loggedByService eq 'PIM' and activityDateTime ge 2026-11-22T08:00:00Z and (initiatedBy/user/id eq '${JONI.id}' or targetResources/any(t: t/id eq '${JONI.id}'))&$orderby=activityDateTime desc&$top=20`,
        '/v1.0/auditLogs/directoryAudits?$skiptoken=2',
      ],
    );
  });
});
