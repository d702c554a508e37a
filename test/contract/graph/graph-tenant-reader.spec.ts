import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGraphPeople } from '../../../src/adapters/graph/people.ts';
import { createDirectoryReader } from '../../../src/adapters/graph/surface-reader.ts';
import { createTenantReader } from '../../../src/adapters/tenant-reader.ts';
import { principalId, roleDefinitionId } from '../../../src/domain/ids.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { anEligibleAssignment } from '../../support/fakes/builders.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { silentLog } from './graph-bench.ts';

const ID = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
const USER = '#microsoft.graph.user';
const DEFINITIONS = '/v1.0/roleManagement/directory/roleDefinitions';

/** Rows as Graph sends them that the sandbox's tenant does not hold. */
const ANSWERS: Record<string, unknown> = {
  '/v1.0/groups/g/transitiveMembers': {
    value: [
      { '@odata.type': USER, id: ID(1), displayName: 'Enabled', userPrincipalName: 'e@c', accountEnabled: true },
      { '@odata.type': USER, id: ID(2), displayName: 'Disabled', userPrincipalName: 'd@c', accountEnabled: false },
      {
        '@odata.type': USER,
        id: ID(3),
        displayName: null,
        userPrincipalName: 'n@c',
        accountEnabled: null,
        userType: 'Guest',
      },
      { '@odata.type': '#microsoft.graph.group', id: ID(4), displayName: 'Nested' },
      { '@odata.type': '#microsoft.graph.servicePrincipal', id: ID(5), displayName: 'App', accountEnabled: true },
    ],
  },
  // Graph compares with regard to nobody's case; here it also finds too much.
  '/v1.0/users': { value: [{ id: ID(8), displayName: 'Off', userPrincipalName: 'Off@contoso.example' }] },
  '/v1.0/groups': { value: [{ id: 'g', displayName: 'Leaders' }] },
  [`/v1.0/users/${ID(2)}`]: { id: ID(2), displayName: 'Disabled', userPrincipalName: 'd@c', accountEnabled: false },
  [`${DEFINITIONS}/${ID(6)}`]: {
    rolePermissions: [
      { allowedResourceActions: ['a/b/read', 'a/b/update'], condition: null },
      { allowedResourceActions: ['a/b/read', 'a/c/update'], condition: '$ResourceIsSelf' },
    ],
  },
  [`${DEFINITIONS}/${ID(7)}`]: { displayName: 'Without its list' },
};

describe('GraphTenantReader with other rows', () => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    asked.push(pathname);
    if (forbidden) {
      response.statusCode = 403;
      response.end(JSON.stringify({ error: { code: 'Authorization_RequestDenied' } }));
      return;
    }
    const body = ANSWERS[pathname];
    response.writeHead(body === undefined ? 404 : 200);
    response.end(JSON.stringify(body ?? { error: { code: 'Request_ResourceNotFound' } }));
  });
  const clock = createFakeClock();
  let asked: string[] = [];
  let forbidden = false;
  let reader: TenantReader;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const settings = {
      graphUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clock,
      log: silentLog,
      tokens: { token: async () => 'token', reject: () => {} },
    };
    const readers = [createDirectoryReader(settings)];
    reader = createTenantReader({ clock, log: silentLog, people: createGraphPeople(settings), readers });
  });

  beforeEach(() => {
    asked = [];
    forbidden = false;
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('leaves out groups and apps among the members of a group, and tells disabled accounts and guests', async () => {
    assert.deepEqual(await reader.expandApprovers([{ kind: 'group', id: 'g', name: 'g' }]), [
      { id: ID(1), name: 'Enabled', userPrincipalName: 'e@c', isGuest: false, isEnabled: true },
      { id: ID(2), name: 'Disabled', userPrincipalName: 'd@c', isGuest: false, isEnabled: false },
      { id: ID(3), name: 'n@c', userPrincipalName: 'n@c', isGuest: true, isEnabled: true },
    ]);
  });

  const group = (id: string) => ({ kind: 'group', id, name: id }) as const;

  it('does not take a group for empty when a group inside it hides its members', async () => {
    const nested = [4, 5].map((last) => ({ '@odata.type': '#microsoft.graph.group', id: ID(last) }));
    ANSWERS['/v1.0/groups/outer/transitiveMembers'] = { value: nested };
    ANSWERS['/v1.0/groups/outer'] = { id: 'outer', visibility: null };
    ANSWERS[`/v1.0/groups/${ID(4)}`] = { id: ID(4), visibility: null };
    ANSWERS[`/v1.0/groups/${ID(5)}`] = { id: ID(5), visibility: 'HiddenMembership' };
    await assert.rejects(reader.expandApprovers([group('outer')]), { code: 'graph.forbidden' });
    ANSWERS[`/v1.0/groups/${ID(5)}`] = { id: ID(5), visibility: 'Private' };
    assert.deepEqual(await reader.expandApprovers([group('outer')]), []);
  });

  it('leaves no doubt about a hidden group beside a person when it is asked afresh', async () => {
    const { value } = ANSWERS['/v1.0/groups/g/transitiveMembers'] as { value: unknown[] };
    ANSWERS['/v1.0/groups/mixed/transitiveMembers'] = { value: value.slice(1, 4) };
    ANSWERS['/v1.0/groups/mixed'] = { id: 'mixed', visibility: null };
    ANSWERS[`/v1.0/groups/${ID(4)}`] = { id: ID(4), visibility: 'HiddenMembership' };
    assert.equal((await reader.expandApprovers([group('mixed')])).length, 2);
    await assert.rejects(reader.expandApprovers([group('mixed')], { isFresh: true }), { code: 'graph.forbidden' });
  });

  it('reads a group that was filled and an account that was enabled past the cache when it is asked afresh', async () => {
    const approvers = [group('mended'), { kind: 'person', id: principalId(ID(9)), name: 'Back' }] as const;
    const account = { id: ID(9), displayName: 'Back', userPrincipalName: 'b@c' };
    const standing = async (how?: { readonly isFresh: boolean }) =>
      (await reader.expandApprovers(approvers, how)).map(({ name, isEnabled }) => [name, isEnabled]);
    ANSWERS['/v1.0/groups/mended'] = { id: 'mended', visibility: null };
    ANSWERS['/v1.0/groups/mended/transitiveMembers'] = { value: [] };
    ANSWERS[`/v1.0/users/${ID(9)}`] = { ...account, accountEnabled: false };
    assert.deepEqual(await standing(), [['Back', false]]);
    const added = { '@odata.type': USER, id: ID(1), displayName: 'Added', userPrincipalName: 'a@c' };
    ANSWERS['/v1.0/groups/mended/transitiveMembers'] = { value: [added] };
    ANSWERS[`/v1.0/users/${ID(9)}`] = { ...account, accountEnabled: true };
    const mended = [
      ['Added', true],
      ['Back', true],
    ];
    assert.deepEqual(await standing({ isFresh: true }), mended);
    assert.deepEqual(await standing(), mended);
  });

  it('finds nobody behind a disabled account', async () => {
    assert.equal(await reader.findPerson(principalId(ID(2))), null);
  });

  const aRole = (id: string) => anEligibleAssignment({ roleDefinitionId: roleDefinitionId(id) });

  it('reads the actions of every permission entry of a role, each once', async () => {
    assert.deepEqual(await reader.readRoleActions(aRole(ID(6))), ['a/b/read', 'a/b/update', 'a/c/update']);
  });

  it('asks again for what a role allows after ten minutes, for any scope', async () => {
    const branch = { id: '/administrativeUnits/1', name: 'Branch' };
    clock.advance({ minutes: 20 });
    await reader.readRoleActions(aRole(ID(6)));
    await reader.readRoleActions({ ...aRole(ID(6)), scope: branch });
    assert.deepEqual(asked, [`${DEFINITIONS}/${ID(6)}`]);
    clock.advance({ minutes: 10 });
    await reader.readRoleActions(aRole(ID(6)));
    assert.equal(asked.length, 2);
  });

  it('takes a role without its list for an unknown answer, not for one that allows nothing', async () => {
    await assert.rejects(reader.readRoleActions(aRole(ID(7))), { code: 'graph.unexpected_answer' });
  });

  it('says that it may not read a role, and keeps that for nobody', async () => {
    clock.advance({ minutes: 20 });
    forbidden = true;
    await assert.rejects(reader.readRoleActions(aRole(ID(6))), { code: 'graph.forbidden' });
    forbidden = false;
    assert.equal((await reader.readRoleActions(aRole(ID(6)))).length, 3);
  });

  it('asks for no role that is no GUID', async () => {
    await assert.rejects(reader.readRoleActions(aRole('../roleAssignments')), { code: 'graph.not_found' });
    assert.deepEqual(asked, []);
  });

  it('asks for nobody who has neither a GUID nor a sign-in name', async () => {
    asked = [];
    assert.equal(await reader.findPerson(principalId('../groups/g')), null);
    assert.deepEqual(asked, []);
  });

  it('takes nobody for the person of a sign-in name whose name only resembles it, and names nobody in a path', async () => {
    assert.equal((await reader.findPerson('OFF@contoso.example'))?.id, ID(8));
    assert.equal(await reader.findPerson('of@contoso.example'), null);
    assert.deepEqual(asked, ['/v1.0/users', '/v1.0/users']);
  });

  it('has no members of a group whose name only resembles the one that was asked for', async () => {
    await assert.rejects(reader.listMembers('leader'), { code: 'graph.not_found' });
    assert.deepEqual(asked, ['/v1.0/groups']);
    assert.deepEqual(
      (await reader.listMembers('LEADERS')).map(({ name }) => name),
      ['Enabled', 'n@c'],
    );
  });
});
