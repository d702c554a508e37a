import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createTenantFeed } from '../../../src/adapters/graph/audit-feed.ts';
import { principalId } from '../../../src/domain/ids.ts';
import type { RoleManagement, TenantRequest } from '../../../src/ports/role-management.ts';
import type { TenantFeed } from '../../../src/ports/tenant-feed.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import type { Handle } from '../role-management-bench.ts';
import { activatesAs, createSignedInBench, type GraphBench, readerFeed, silentLog } from './graph-bench.ts';

describe('PIM’s log as the reader sees it', () => {
  let bench: GraphBench;
  let feed: TenantFeed;
  let start: Temporal.Instant;

  beforeEach(async () => {
    bench = await createSignedInBench();
    start = bench.now();
    bench.sandbox.world.settings.auditDelay = Temporal.Duration.from({ minutes: 5 });
    feed = readerFeed(bench);
  });

  afterEach(() => bench.close());

  const activates = (roles: RoleManagement, holder: Handle, roleName: string): Promise<TenantRequest> =>
    activatesAs({ principalId: bench.idOf(holder) }, roles, {
      roleName,
      duration: Temporal.Duration.from('PT1H'),
      justification: 'to be told',
    });

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

  it('tells what a person did in a window, oldest first, and not what others did', async () => {
    const request = await activates(bench.roles, 'engineer', 'Contoso-App-Assignment-Operator');
    await bench.advance({ minutes: 1 });
    const approver = bench.idOf('approver');
    await bench.roles.decide({ principalId: approver }, request, { outcome: 'approve', justification: 'looks right' });
    await bench.advance({ minutes: 1 });
    await activates(bench.groups, 'engineer', 'sg-payments-oncall');
    await bench.advance({ minutes: 10 });
    const told = async (handle: Handle, from: Temporal.Instant, until: Temporal.Instant) => {
      const { operations, isWhole } = await feed.listOperationsOf(bench.idOf(handle), { from, until });
      assert.equal(isWhole, true);
      return operations.map(({ at, what, target }) => `${at} ${what}: ${target}`);
    };
    assert.deepEqual(await told('approver', start, bench.now()), [
      '2026-11-23T08:01:00Z Add member to role request approved (PIM activation): Contoso-App-Assignment-Operator',
    ]);
    const early = await told('engineer', start, start.add({ seconds: 119 }));
    assert.match(
      early[0] ?? '',
      /^2026-11-23T08:00:00Z Add member to role requested .*: Contoso-App-Assignment-Operator$/,
    );
    assert.ok(early.every((line) => !line.includes('Member')));
    const late = await told('engineer', start.add({ seconds: 119 }), start.add({ minutes: 2 }));
    assert.match(late[0] ?? '', /^2026-11-23T08:02:00Z Add member to role requested .*: Member$/);
    assert.ok(late.every((line) => line.startsWith('2026-11-23T08:02')));
    assert.deepEqual(await told('newcomer', start, bench.now()), []);
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
  /** By the machine's clock. */
  let askedAt: number[] = [];
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
    response.end(
      JSON.stringify(status === 200 ? body : { error: { code: status === 403 ? 'Authorization_RequestDenied' : '' } }),
    );
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    [pages, asked, askedAt, warned, pauses, machineNow, status] = [[], [], [], [], [], 0, 200];
    clock = createFakeClock('2026-11-23T09:00:00Z');
    feed = createTenantFeed({
      graphUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clock,
      log: { ...silentLog, warn: (event) => warned.push(event) },
      tokens: {
        token: async () => {
          askedAt.push(machineNow);
          return 'token';
        },
        reject: () => {},
      },
      now: () => machineNow,
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
        const end = machineNow + milliseconds;
        await setImmediate();
        machineNow = Math.max(machineNow, end);
      },
    });
  });

  const since = Temporal.Instant.from('2026-11-23T08:00:00Z');
  const who = principalId(person);
  const window = { from: since, until: since.add({ minutes: 30 }) };

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
    await assert.rejects(feed.listOperationsOf(who, window), { code: 'graph.forbidden' });
  });

  describe('asked what a person did', () => {
    const deeds = async () => {
      const { operations, isWhole } = await feed.listOperationsOf(who, window);
      return { told: operations.map(({ what, target }) => `${what}: ${target}`), isWhole };
    };
    const deed = (second: number, over: Readonly<Record<string, unknown>> = {}) =>
      row({
        activityDisplayName: `deed ${second}`,
        activityDateTime: `2026-11-23T08:00:${String(second).padStart(2, '0')}Z`,
        ...over,
      });

    it('asks for one person and one window, of any service, to the second around it', async () => {
      await feed.listOperationsOf(who, {
        from: Temporal.Instant.from('2026-11-23T08:00:00.9Z'),
        until: Temporal.Instant.from('2026-11-23T08:30:00.1Z'),
      });
      const query = new URLSearchParams(asked[0]);
      assert.equal(
        query.get('$filter'),
        `initiatedBy/user/id eq '${person}' and activityDateTime ge 2026-11-23T08:00:00Z` +
          ' and activityDateTime le 2026-11-23T08:30:01Z',
      );
      assert.equal(query.get('$orderby'), 'activityDateTime asc');
    });

    it('names the first target by its name, else its address, else its id, and says what failed', async () => {
      pages = [
        [
          deed(3, { targetResources: [{ id: 'id-1', displayName: '', userPrincipalName: null }] }),
          deed(1, { targetResources: [target('User', 'id-2', 'Somebody'), target('Role', 'id-3', 'Reader')] }),
          deed(2, { targetResources: [{ id: 'id-4', displayName: null, userPrincipalName: 'a@contoso.test' }] }),
          deed(4, { result: 'failure', targetResources: [] }),
          deed(5, { result: 'Success', category: 'UserManagement', targetResources: null }),
        ],
      ];
      assert.deepEqual(await deeds(), {
        told: ['deed 1: Somebody', 'deed 2: a@contoso.test', 'deed 3: id-1', 'deed 4 (failed): null', 'deed 5: null'],
        isWhole: true,
      });
    });

    for (const [rows, told, isWhole] of [
      [50, 50, true],
      [51, 50, false],
    ] as const) {
      it(`tells ${told} of ${rows}, and ${isWhole ? 'that it is all' : 'that there is more'}`, async () => {
        pages = [Array.from({ length: rows }, (_, index) => deed(index % 60))];
        const found = await deeds();
        assert.deepEqual([found.told.length, found.isWhole], [told, isWhole]);
      });
    }

    it('goes on with the next page until it has enough, and no further', async () => {
      pages = Array.from({ length: 4 }, (_, page) => Array.from({ length: 20 }, () => deed(page)));
      const found = await deeds();
      assert.deepEqual([found.told.length, found.isWhole, asked.length], [50, false, 3]);
      assert.equal(new URLSearchParams(asked[0]).get('$top'), '51');
      pages = pages.slice(0, 2);
      const few = await deeds();
      assert.deepEqual([few.told.length, few.isWhole], [40, true]);
    });

    it('is not whole where a row cannot be read or has no time', async () => {
      pages = [[deed(1), { nonsense: true }]];
      assert.deepEqual(await deeds(), { told: ['deed 1: Somebody'], isWhole: false });
      pages = [[deed(1), deed(2, { activityDateTime: 'yesterday' })]];
      assert.deepEqual(await deeds(), { told: ['deed 1: Somebody'], isWhole: false });
    });

    it('is not whole where the window begins before the log does', async () => {
      const from = Temporal.Instant.from('2026-01-01T00:00:00Z');
      pages = [[deed(1)]];
      const { operations, isWhole } = await feed.listOperationsOf(who, { ...window, from });
      assert.deepEqual([operations.length, isWhole], [1, false]);
      assert.match(decodeURIComponent(asked[0] ?? ''), /activityDateTime ge 2026-10-24T10:00:00Z/);
    });

    it('keeps to the feed’s limit together with it, also side by side', async () => {
      pages = Array.from({ length: 3 }, (_, page) => [row({ id: `row ${page}` })]);
      await feed.read(since);
      pages = [[deed(1)]];
      await Promise.all(Array.from({ length: 6 }, deeds));
      assert.deepEqual(askedAt, [0, 0, 0, 0, 10_000, 10_000, 10_000, 10_000, 20_000]);
    });

    for (const [answer, code] of [
      [429, 'graph.throttled'],
      [503, 'graph.unavailable'],
    ] as const) {
      it(`says ${code} for ${answer}`, async () => {
        status = answer;
        await assert.rejects(feed.listOperationsOf(who, window), { code, retryable: true });
      });
    }
  });
});
