import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGraphTenantReader } from '../../../src/adapters/graph/tenant-reader.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { silentLog } from './graph-bench.ts';

const ID = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
const USER = '#microsoft.graph.user';

/** Rows as Graph sends them that the sandbox's tenant does not hold. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/v1.0/groups/g/transitiveMembers': {
    value: [
      { '@odata.type': USER, id: ID(1), displayName: 'Enabled', userPrincipalName: 'e@c', accountEnabled: true },
      { '@odata.type': USER, id: ID(2), displayName: 'Disabled', userPrincipalName: 'd@c', accountEnabled: false },
      { '@odata.type': USER, id: ID(3), displayName: null, userPrincipalName: 'n@c', accountEnabled: null },
      { '@odata.type': '#microsoft.graph.group', id: ID(4), displayName: 'Nested' },
      { '@odata.type': '#microsoft.graph.servicePrincipal', id: ID(5), displayName: 'App', accountEnabled: true },
    ],
  },
  [`/v1.0/users/${ID(2)}`]: { id: ID(2), displayName: 'Disabled', userPrincipalName: 'd@c', accountEnabled: false },
};

describe('GraphTenantReader with other rows', () => {
  const server = createServer((request, response) => {
    const body = ANSWERS[new URL(request.url ?? '', 'http://localhost').pathname];
    response.writeHead(body === undefined ? 404 : 200);
    response.end(JSON.stringify(body ?? { error: { code: 'Request_ResourceNotFound' } }));
  });
  let reader: TenantReader;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    reader = createGraphTenantReader({
      graphUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clock: createFakeClock(),
      log: silentLog,
      tokens: { token: async () => 'token', reject: () => {} },
    });
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('leaves out disabled accounts, groups and apps among the members of a group', async () => {
    assert.deepEqual(await reader.expandApprovers([{ kind: 'group', id: 'g', name: 'g' }]), [
      { id: ID(1), name: 'Enabled', userPrincipalName: 'e@c' },
      { id: ID(3), name: 'n@c', userPrincipalName: 'n@c' },
    ]);
  });

  it('finds nobody behind a disabled account', async () => {
    assert.equal(await reader.findPerson(principalId(ID(2))), null);
  });

  it('asks for nobody who is no GUID', async () => {
    assert.equal(await reader.findPerson(principalId('../groups/g')), null);
  });
});
