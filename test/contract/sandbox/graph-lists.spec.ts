import assert from 'node:assert/strict';

import {
  type Body,
  DIRECTORY,
  type GraphSandbox,
  OPERATOR,
  SECURITY_READER,
  type Send,
  startGraph,
  verdict,
} from './graph-calls.ts';

const ELIGIBLE = `${DIRECTORY}/roleEligibilityScheduleInstances`;
const MINE = `${ELIGIBLE}/filterByCurrentUser(on='principal')`;

describe('Graph lists', () => {
  let graph: GraphSandbox;
  let me: Send;
  let reader: Send;
  before(async () => {
    graph = await startGraph({ pageSize: 3 });
    me = await graph.as('engineer');
    reader = await graph.as(null);
  });
  after(() => graph.sandbox.close());

  async function everything(send: Send, path: string): Promise<{ rows: Body[]; pages: number }> {
    const rows: Body[] = [];
    let pages = 0;
    for (let next: string | undefined = path; next !== undefined; pages++) {
      const { status, body }: Body = await send('GET', next);
      assert.equal(status, 200);
      rows.push(...body.value);
      next = body['@odata.nextLink'];
    }
    return { rows, pages };
  }

  it('pages with absolute links that keep the query', async () => {
    const { body } = await me('GET', `${MINE}?$expand=roleDefinition($select=displayName)`);
    assert.equal(body.value.length, 3);
    assert.ok(body['@odata.nextLink'].startsWith(`${graph.sandbox.urls.graph}${DIRECTORY}/`));
    const { rows, pages } = await everything(me, `${MINE}?$expand=roleDefinition($select=displayName)`);
    assert.deepEqual([rows.length, pages], [7, 3]);
    assert.equal(new Set(rows.map(({ id }) => id)).size, 7);
    assert.ok(rows.every(({ roleDefinition }) => roleDefinition.displayName));
    assert.equal(verdict(await me('GET', `${MINE}?$skiptoken=bad`)), '400 BadRequest');
  });

  it('shows each person their own and the application everybody', async () => {
    assert.equal((await everything(await graph.as('oncall'), MINE)).rows.length, 2);
    assert.equal((await everything(await graph.as('newcomer'), MINE)).rows.length, 0);
    assert.equal((await everything(reader, ELIGIBLE)).rows.length, 11);
  });

  it('reads the function in every encoding that clients use', async () => {
    for (const name of ["filterByCurrentUser(on%3D'principal')", 'filterByCurrentUser%28on%3D%27principal%27%29']) {
      assert.equal((await me('GET', `${ELIGIBLE}/${name}`)).status, 200);
    }
    assert.equal(verdict(await me('GET', `${ELIGIBLE}/filterByCurrentUser(on='approver')`)), '400 BadRequest');
  });

  it('filters, expands and selects', async () => {
    const filter = encodeURIComponent(`roleDefinitionId eq '${SECURITY_READER}' and directoryScopeId eq '/'`);
    const { body } = await reader(
      'GET',
      `${ELIGIBLE}?$filter=${filter}&$expand=principal($select=id),roleDefinition&$select=memberType`,
    );
    assert.deepEqual(Object.keys(body.value[0]).sort(), ['@odata.type', 'memberType', 'principal', 'roleDefinition']);
    assert.equal(body.value.length, 1);
    assert.deepEqual(body.value[0].principal, { '@odata.type': '#microsoft.graph.user', id: graph.id('engineer') });
    assert.deepEqual(body.value[0].roleDefinition.rolePermissions[0].condition, null);
  });

  it('refuses a filter it does not document and an option it does not have', async () => {
    const filter = encodeURIComponent("startswith(principalId,'a')");
    assert.equal(verdict(await reader('GET', `${ELIGIBLE}?$filter=${filter}`)), '400 InvalidFilter');
    for (const option of ['$top=5', '$count=true', '$orderby=id', '$search=x', 'api-version=1']) {
      const reply = await reader('GET', `${ELIGIBLE}?${option}`);
      assert.equal(reply.status, 501);
      assert.ok(reply.body.error.message.includes(option.split('=')[0]), option);
    }
    assert.equal((await reader('GET', `${ELIGIBLE}?$expand=manager`)).status, 501);
    assert.equal(verdict(await reader('GET', `${ELIGIBLE}?$select=nonsense`)), '400 BadRequest');
  });

  it('reads one row by its id, and says so when there is none', async () => {
    const [row] = (await me('GET', MINE)).body.value;
    assert.equal((await me('GET', `${ELIGIBLE}/${row.id}`)).body.principalId, graph.id('engineer'));
    assert.equal(
      verdict(await (await graph.as('oncall'))('GET', `${ELIGIBLE}/${row.id}`)),
      '403 Authorization_RequestDenied',
    );
    assert.equal(verdict(await reader('GET', `${ELIGIBLE}/none`)), '404 Request_ResourceNotFound');
  });

  it('reads role definitions', async () => {
    const filter = encodeURIComponent("displayName eq 'Contoso-App-Assignment-Operator'");
    const { value } = (await me('GET', `${DIRECTORY}/roleDefinitions?$filter=${filter}`)).body;
    assert.deepEqual([value[0].id, value[0].isBuiltIn, value[0].templateId], [OPERATOR, false, OPERATOR]);
    assert.equal((await me('GET', `${DIRECTORY}/roleDefinitions/${OPERATOR}`)).body.displayName, value[0].displayName);
    const { rows } = await everything(
      me,
      `${DIRECTORY}/roleDefinitions?$filter=isBuiltIn eq false&$select=displayName`,
    );
    assert.deepEqual(rows, [
      { displayName: 'Contoso-App-Assignment-Operator' },
      { displayName: 'Contoso-App-Configuration-Administrator' },
    ]);
  });

  it('shows an old state while reads are stale', async () => {
    await graph.activate('engineer', SECURITY_READER);
    await graph.pass('PT30S');
    const active = `${DIRECTORY}/roleAssignmentScheduleInstances/filterByCurrentUser(on='principal')`;
    graph.sandbox.faults.add({ name: 'stale-read', surface: 'directory', times: 1 });
    assert.deepEqual((await me('GET', active)).body.value, []);
    assert.equal((await me('GET', active)).body.value.length, 1);
  });
});

describe('Graph requests, as their people see them', () => {
  let graph: GraphSandbox;
  before(async () => {
    graph = await startGraph();
  });
  after(() => graph.sandbox.close());

  it('lists them for the principal, the maker and the approver', async () => {
    const { id } = (await graph.activate('engineer', OPERATOR)).body;
    const list = async (handle: string, on: string, query = ''): Promise<string[]> => {
      const me = await graph.as(handle);
      const path = `${DIRECTORY}/roleAssignmentScheduleRequests/filterByCurrentUser(on='${on}')${query}`;
      return (await me('GET', path)).body.value.map((row: Body) => row.id);
    };
    assert.deepEqual(await list('engineer', 'principal'), [id]);
    assert.deepEqual(await list('engineer', 'createdBy'), [id]);
    assert.deepEqual(await list('engineer', 'approver'), []);
    assert.deepEqual(await list('approver2', 'approver'), [id]);
    assert.deepEqual(await list('approver2', 'approver', "?$filter=status eq 'Provisioned'"), []);
    assert.deepEqual(await list('approver2', 'approver', `?$filter=createdBy eq '${graph.id('engineer')}'`), [id]);
    assert.deepEqual(await list('approver', 'principal'), []);
    const me = await graph.as('engineer');
    const single = await me(
      'GET',
      `${DIRECTORY}/roleAssignmentScheduleRequests/${id}?$expand=targetSchedule,activatedUsing`,
    );
    assert.equal(single.body.targetSchedule, null);
    assert.equal(single.body.activatedUsing.roleDefinitionId, OPERATOR);
    assert.equal(
      verdict(await (await graph.as('admin', { app: 'admin' }))('GET', `${DIRECTORY}/roleAssignmentScheduleRequests`)),
      '403 Authorization_RequestDenied',
    );
  });
});
