import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphRoleManagementSettings } from '../../../src/adapters/graph/role-management.ts';
import { createGraphRoleManagement, createGroupRoleManagement } from '../../../src/adapters/graph/role-management.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { aGroupRole } from '../../support/fakes/builders.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { silentLog } from './graph-bench.ts';

const ROWS = 2_000;
const PAGE = 50;
const me = { principalId: principalId('071cc716-8147-4397-a5ba-b2105951cc0b') };
const guid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

interface Failure {
  readonly page: number;
  readonly status: number;
  readonly code: string;
}

describe('a person with 2,000 eligible assignments', () => {
  let url = '';
  let asked: string[] = [];
  let failure: Failure | null = null;
  let settings: GraphRoleManagementSettings;

  const server = createServer(async (request, response) => {
    const target = new URL(request.url ?? '', 'http://localhost');
    asked.push(`${request.method} ${target.pathname}`);
    if (target.pathname.endsWith('/getByIds')) {
      const { ids } = JSON.parse(Buffer.concat(await request.toArray()).toString());
      response.end(JSON.stringify({ value: ids.map((id: string) => ({ id, displayName: `sg-${id.slice(-4)}` })) }));
      return;
    }
    const page = Number(target.searchParams.get('$skiptoken') ?? 0);
    if (failure !== null && page === failure.page - 1) {
      response.writeHead(failure.status);
      response.end(JSON.stringify({ error: { code: failure.code, message: 'The skip token has expired.' } }));
      return;
    }
    const from = page * PAGE;
    const value = Array.from({ length: PAGE }, (_, index) => rowOf(target.pathname, from + index));
    const next = `${url}${target.pathname}?$expand=group&$skiptoken=${page + 1}`;
    response.end(JSON.stringify(from + PAGE < ROWS ? { value, '@odata.nextLink': next } : { value }));
  });

  function rowOf(path: string, index: number) {
    const common = { id: String(index), principalId: me.principalId, endDateTime: null };
    if (!path.includes('/group/')) {
      return {
        ...common,
        roleDefinitionId: guid(index),
        directoryScopeId: '/',
        roleDefinition: { displayName: `Role ${index}` },
      };
    }
    const group = index % 4 === 0 ? null : { displayName: `Group ${index}` };
    return { ...common, groupId: guid(index), accessId: 'Member', status: 'Failed', action: 'selfActivate', group };
  }

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    settings = {
      graphUrl: url,
      clock: createFakeClock(),
      log: silentLog,
      pause: async () => {},
      tokens: { graphToken: async () => 'token', rejectGraphToken: () => {} },
    };
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    asked = [];
    failure = null;
  });

  it('has all of them, of roles', async () => {
    const rows = await createGraphRoleManagement(settings).listEligible(me);
    assert.equal(new Set(rows.map(({ roleName }) => roleName)).size, 2_000);
    assert.equal(asked.length, 40);
  });

  it('has all of them, of groups, and one call for the names of five hundred', async () => {
    const rows = await createGroupRoleManagement(settings).listEligible(me);
    assert.equal(rows.length, 2_000);
    assert.deepEqual([rows[4]?.roleName, rows[5]?.roleName], ['sg-0004', 'Group 5']);
    assert.equal(rows[5]?.roleDefinitionId, 'member');
    assert.equal(asked.length, 41);
  });

  for (const [status, code, expected] of [
    [400, 'BadRequest', 'graph.unexpected_answer'],
    [410, 'Gone', 'graph.unexpected_answer'],
    [503, 'ServiceUnavailable', 'graph.unavailable'],
  ] as const) {
    it(`gets an error and no part of them when page 7 is answered ${status}`, async () => {
      failure = { page: 7, status, code };
      for (const roles of [createGraphRoleManagement(settings), createGroupRoleManagement(settings)]) {
        await assert.rejects(roles.listEligible(me), { code: expected });
      }
    });
  }

  it('is sent no activation when page 7 of the earlier requests fails', async () => {
    failure = { page: 7, status: 400, code: 'BadRequest' };
    const order = {
      role: aGroupRole({ id: guid(1), name: 'Group 1' }),
      startsAt: null,
      duration: Temporal.Duration.from('PT1H'),
      justification: 'why',
      ticket: null,
      marker: 'm',
    };
    await assert.rejects(createGroupRoleManagement(settings).activate(me, order), { code: 'graph.unexpected_answer' });
    assert.deepEqual(
      asked.filter((call) => call.startsWith('POST')),
      [],
    );
  });
});
