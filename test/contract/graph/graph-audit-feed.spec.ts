import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTenantFeed } from '../../../src/adapters/graph/audit-feed.ts';
import { createReaderTokens } from '../../../src/adapters/identity/app-tokens.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import type { ActivationOrder, RoleManagement, TenantRequest } from '../../../src/ports/role-management.ts';
import type { TenantFeed } from '../../../src/ports/tenant-feed.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import type { Handle } from '../role-management-bench.ts';
import { createSignedInBench, type GraphBench, settingsOf, silentLog } from './graph-bench.ts';

describe('PIM’s log as the reader sees it', () => {
  let bench: GraphBench;
  let feed: TenantFeed;
  let start: Temporal.Instant;

  beforeEach(async () => {
    bench = await createSignedInBench();
    start = bench.now();
    bench.sandbox.world.settings.auditDelay = Temporal.Duration.from({ minutes: 5 });
    const { apps, clock, tenantId, urls } = bench.sandbox;
    feed = createTenantFeed({
      ...settingsOf(bench.sandbox),
      tokens: createReaderTokens({
        clock,
        tenantId,
        loginUrl: urls.login,
        clientId: apps.reader.clientId,
        credential: { secret: new Secret(apps.reader.secret) },
      }),
    });
  });

  afterEach(() => bench.close());

  async function activates(roles: RoleManagement, holder: Handle, roleName: string): Promise<TenantRequest> {
    const actor = { principalId: bench.idOf(holder) };
    const eligible = (await roles.listEligible(actor)).find((one) => one.roleName === roleName);
    assert.ok(eligible);
    const { principalId: _, endsAt: __, ...role } = eligible;
    const order: ActivationOrder = {
      role,
      startsAt: null,
      duration: Temporal.Duration.from('PT1H'),
      justification: 'to be told',
      ticket: null,
      marker: crypto.randomUUID(),
    };
    return await roles.activate(actor, order);
  }

  const kinds = async (): Promise<readonly string[]> => (await feed.read(start)).events.map(({ kind }) => kind);

  it('tells of a request and its decision, with role, person and who decided, when the delay is over', async () => {
    const request = await activates(bench.roles, 'engineer', 'Contoso-App-Assignment-Operator');
    await bench.advance({ minutes: 1 });
    await bench.roles.decide({ principalId: bench.idOf('approver') }, request, {
      outcome: 'approve',
      justification: 'looks right',
    });
    await bench.advance({ minutes: 4 });
    assert.deepEqual(await kinds(), ['waiting']);
    await bench.advance({ minutes: 1 });
    const { events, isWhole } = await feed.read(start);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['waiting', 'approved', 'active'],
    );
    assert.equal(isWhole, true);
    for (const event of events) {
      assert.equal(event.requestId, request.id);
      assert.equal(event.principalId, bench.idOf('engineer'));
      assert.equal(event.principalName, 'Alex Wilber');
      assert.deepEqual(event.role, request.role);
    }
    const [, approved] = events;
    assert.deepEqual(approved?.by, { id: bench.idOf('approver'), name: 'Megan Bowen' });
    assert.equal(approved?.justification, 'looks right');
    assert.equal(approved?.at.toString(), start.add({ minutes: 1 }).toString());
  });

  it('tells of a group as the role that its membership is, and of giving it back', async () => {
    const request = await activates(bench.groups, 'engineer', 'sg-payments-oncall');
    await bench.advance({ minutes: 6 });
    await bench.groups.deactivate({ principalId: bench.idOf('engineer') }, request.role);
    await bench.advance({ minutes: 6 });
    const { events } = await feed.read(start);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['active', 'deactivated'],
    );
    assert.deepEqual(events[0]?.role, request.role);
  });

  it('begins where it is told to, and gives nothing when nothing happened', async () => {
    await activates(bench.roles, 'engineer', 'Security Reader');
    await bench.advance({ minutes: 10 });
    assert.deepEqual(await feed.read(bench.now()), { events: [], newestAt: null, isWhole: true });
  });
});

describe('PIM’s log with other rows', () => {
  const target = (type: string, id: string, displayName: string | null = null) => ({ type, id, displayName });
  const person = '00000000-0000-4000-8000-000000000001';
  const row = (over: Readonly<Record<string, unknown>> = {}) => ({
    id: 'PIM_1',
    category: 'RoleManagement',
    result: 'success',
    activityDisplayName: 'Add member to role completed (PIM activation)',
    activityDateTime: '2026-11-23T08:00:00.1234567Z',
    initiatedBy: { user: { id: person, displayName: 'Somebody' } },
    targetResources: [target('User', person, 'Somebody'), target('Role', 'role-id', 'Reader')],
    additionalDetails: [],
    ...over,
  });
  let pages: (readonly unknown[])[] = [];
  let asked: string[] = [];
  let status = 200;
  let warned: string[] = [];
  let machineNow = 0;
  let clock: FakeClock;
  let pauses: number[] = [];
  let feed: TenantFeed;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    asked.push(url.search);
    response.writeHead(status, { 'content-type': 'application/json' });
    const page = Number(url.searchParams.get('$skiptoken') ?? '0');
    const next = `http://127.0.0.1:1/v1.0/auditLogs/directoryAudits?$skiptoken=${page + 1}`;
    const body = { value: pages[page] ?? [], ...(page + 1 < pages.length && { '@odata.nextLink': next }) };
    response.end(JSON.stringify(status === 200 ? body : { error: { code: 'Authorization_RequestDenied' } }));
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    [pages, asked, warned, pauses, machineNow, status] = [[], [], [], [], 0, 200];
    clock = createFakeClock('2026-11-23T09:00:00Z');
    feed = createTenantFeed({
      graphUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clock,
      log: { ...silentLog, warn: (event) => warned.push(event) },
      tokens: { token: async () => 'token', reject: () => {} },
      now: () => machineNow,
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
        machineNow += milliseconds;
      },
    });
  });

  const since = Temporal.Instant.from('2026-11-23T08:00:00Z');

  it('leaves out what it cannot read, what failed and what concerns nobody, and keeps the rest', async () => {
    pages = [
      [
        row({ id: 'good' }),
        { nonsense: true },
        row({ id: 'failed', result: 'failure' }),
        row({ id: 'other', activityDisplayName: 'Update role setting in PIM' }),
        row({ id: 'when', activityDateTime: 'yesterday' }),
        row({ id: 'group', targetResources: [target('Group', person), target('Role', 'role-id')] }),
        row({ id: 'place', category: 'ResourceManagement' }),
        row({ id: 'category', category: 'Sightseeing' }),
        row({ id: 'lean', initiatedBy: null, additionalDetails: null }),
      ],
    ];
    const { events, newestAt } = await feed.read(since);
    assert.deepEqual(
      events.map(({ id }) => id),
      ['good', 'lean'],
    );
    assert.equal(newestAt?.toString(), '2026-11-23T08:00:00.1234567Z');
    assert.deepEqual(warned, ['feed.row_unreadable']);
  });

  it('asks four times at most in one look, says where to go on, and never more than four times in ten seconds', async () => {
    pages = Array.from({ length: 6 }, (_, page) => [
      row({ id: `row ${page}`, activityDateTime: `2026-11-23T08:00:0${page}Z` }),
    ]);
    const first = await feed.read(since);
    assert.equal(first.isWhole, false);
    assert.equal(first.newestAt?.toString(), '2026-11-23T08:00:03Z');
    assert.deepEqual(pauses, []);
    await feed.read(since);
    assert.equal(asked.length, 8);
    assert.deepEqual(pauses, [10_000]);
  });

  it('does not wait for what has passed by its clock, where that goes faster than the machine', async () => {
    pages = Array.from({ length: 4 }, (_, page) => [row({ id: `row ${page}` })]);
    await feed.read(since);
    clock.advance('PT10S');
    await feed.read(since);
    assert.equal(asked.length, 8);
    assert.deepEqual(pauses, []);
  });

  it('asks for no more than Entra keeps', async () => {
    await feed.read(Temporal.Instant.from('2026-01-01T00:00:00Z'));
    assert.match(decodeURIComponent(asked[0] ?? ''), /activityDateTime ge 2026-10-24T10:00:00Z/);
  });

  it('says that the reader has no right to it', async () => {
    status = 403;
    await assert.rejects(feed.read(since), { code: 'graph.forbidden' });
  });
});
