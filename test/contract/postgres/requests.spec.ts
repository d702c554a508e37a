import assert from 'node:assert/strict';
import { type NotingDatabase, poolDatabase } from '../../../src/adapters/postgres/database.ts';
import { postgresRequests } from '../../../src/adapters/postgres/requests.ts';
import {
  conversationId,
  type PrincipalId,
  principalId,
  roleDefinitionId,
  scheduleRequestId,
} from '../../../src/domain/ids.ts';
import type { ApprovalAsk } from '../../../src/ports/approvals.ts';
import { summarize } from '../../../src/use-cases/pending-card.ts';
import { APPROVER, AZURE, aFixture, aRequest, ENGINEER, type Fixture, id, otherRole } from './fixture.ts';

const at = (text: string): Temporal.Instant => Temporal.Instant.from(`2026-11-23T${text}Z`);

describe('Requests and Approvals in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  it('gives back every field as it was inserted', async () => {
    const full = aRequest({
      state: 'active',
      startsAt: at('09:00:00'),
      duration: Temporal.Duration.from('PT1H30M'),
      justification: 'broken sign-in',
      ticket: 'INC-42',
      isApprovalRequired: true,
      isApproverJustificationRequired: false,
      scheduleRequestId: scheduleRequestId('5f0c'),
      activeFrom: at('08:00:01.123456'),
      activeUntil: at('09:30:00'),
      endReason: 'expired',
      intendedOutcome: 'approve',
      decidedBy: APPROVER,
      decidedByName: 'Alex Wilber',
      decidedAt: at('08:01:00'),
      decisionJustification: 'looks right',
      wish: 'continue',
      wishDuration: Temporal.Duration.from('PT1H'),
      wishJustification: 'not done yet',
      remindedApproversAt: at('08:02:00'),
      stepUps: 2,
      leadsTo: {
        role: { ...AZURE, roleName: 'Contributor' },
        duration: Temporal.Duration.from('PT1H15M'),
        justification: 'then the scope',
        ticket: null,
      },
      through: id('A111'),
      usableAt: at('08:03:00.5'),
    });
    await on.here.store.now.requests.insert(aRequest({ id: id('A111'), role: otherRole('first') }));
    await on.here.store.now.requests.insert(full);
    const found = await on.here.store.now.requests.find(id('7F3K'));
    assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(full)));
    assert.ok(found?.activeFrom instanceof Temporal.Instant && found.duration instanceof Temporal.Duration);
    assert.ok(found.leadsTo?.duration instanceof Temporal.Duration && found.usableAt instanceof Temporal.Instant);
    const cleared = await on.there.store.now.requests.change(id('7F3K'), ['active'], { leadsTo: null, usableAt: null });
    assert.deepEqual([cleared?.leadsTo, cleared?.usableAt, cleared?.through], [null, null, 'A111']);
  });

  it('refuses to read a next step that it does not know, and repeats nothing of it', async () => {
    await on.here.store.now.requests.insert(aRequest());
    for (const stranger of [{}, 'x', { role: AZURE, duration: 'secret-word', justification: '', ticket: null }]) {
      await on.pool.query('update pimlico.activation_requests set leads_to = $1::jsonb', [JSON.stringify(stranger)]);
      await assert.rejects(on.here.store.now.requests.find(id('7F3K')), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'internal.unexpected');
        assert.doesNotMatch(error.message, /secret-word/);
        return true;
      });
    }
  });

  it('lists what a person asked for in any state, the newest first, and no more than wanted', async () => {
    const { requests } = on.here.store.now;
    const asked = [
      ['A111', '08:00:00', 'ended'],
      ['B222', '08:02:00', 'active'],
      ['C333', '08:01:00', 'failed'],
      ['D444', '08:03:00', 'stepping-up'],
    ] as const;
    for (const [name, time, state] of asked) {
      await requests.insert(aRequest({ id: id(name), role: otherRole(name), requestedAt: at(time), state }));
    }
    await requests.insert(aRequest({ id: id('E555'), requesterId: APPROVER, requestedAt: at('08:04:00') }));
    const newest = async (limit: number) => (await requests.listNewestOf(ENGINEER, limit)).map((one) => one.id);
    assert.deepEqual(await newest(3), ['D444', 'B222', 'C333']);
    assert.deepEqual(await newest(10), ['D444', 'B222', 'C333', 'A111']);
    assert.deepEqual(await requests.listNewestOf(APPROVER, 0), []);
  });

  const SAME_AS_AZURE: readonly (readonly [string, string])[] = [
    ['/providers/Microsoft.Authorization/roleDefinitions/AC-1', AZURE.scope.id],
    [AZURE.roleDefinitionId.toUpperCase(), AZURE.scope.id.toUpperCase()],
    ['ac-1', `${AZURE.scope.id}/`],
  ];
  const OTHER_THAN_AZURE: readonly (readonly [string, string])[] = [
    [`${AZURE.roleDefinitionId}2`, AZURE.scope.id],
    [AZURE.roleDefinitionId, `${AZURE.scope.id}2`],
    [AZURE.roleDefinitionId, '/subscriptions/s1/resourceGroups'],
  ];

  it('takes a role for the same whatever the prefix of its definition, the case, and the slash after its scope', async () => {
    const { requests } = on.here.store.now;
    await requests.insert(aRequest({ role: AZURE, state: 'pending' }));
    for (const [definition, scope] of SAME_AS_AZURE) {
      const role = { ...AZURE, roleDefinitionId: roleDefinitionId(definition), scope: { id: scope, name: 'again' } };
      assert.equal((await requests.findOpenForRole(ENGINEER, role))?.id, '7F3K', definition);
      await assert.rejects(on.there.store.now.requests.insert(aRequest({ id: id('9Q2M'), role })), {
        code: 'activation.already_pending',
      });
    }
    for (const [index, [definition, scope]] of OTHER_THAN_AZURE.entries()) {
      const role = { ...AZURE, roleDefinitionId: roleDefinitionId(definition), scope: { id: scope, name: 'other' } };
      assert.equal(await requests.findOpenForRole(ENGINEER, role), null, definition);
      await requests.insert(aRequest({ id: id(`X${index}00`), role }));
    }
  });

  it('keeps two open asks for one definition on two surfaces apart', async () => {
    const { requests } = on.here.store.now;
    await requests.insert(aRequest({ role: { ...AZURE, surface: 'azure' } }));
    await requests.insert(aRequest({ id: id('9Q2M'), role: { ...AZURE, surface: 'directory' } }));
    assert.equal((await requests.findOpenForRole(ENGINEER, AZURE))?.id, '7F3K');
  });

  it('finds nothing under an unknown id', async () => {
    assert.equal(await on.here.store.now.requests.find(id('ZZZ9')), null);
    assert.equal(await on.here.store.now.requests.lock(id('ZZZ9')), null);
  });

  it('makes ids of four unambiguous characters with a letter and a digit', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => on.here.store.now.requests.newId()));
    for (const made of ids) {
      assert.match(made, /^(?=.*\d)(?=.*[A-Z])[0-9A-HJKMNP-TV-Z]{4}$/);
    }
    assert.ok(new Set(ids).size > 30);
  });

  it('tries eight short ids and then ids of five characters, and takes the first that is free', async () => {
    await on.here.store.now.requests.insert(aRequest({ id: id('A111') }));
    const tried: string[][] = [];
    const real = poolDatabase(on.pool);
    const crowded: NotingDatabase = {
      ...real,
      run: (statement, [candidates]) => {
        tried.push(candidates as string[]);
        return real.run(statement, [['A111', 'B2222', 'C3333']]);
      },
    };
    assert.equal(await postgresRequests(crowded, 'here').newId(), 'B2222');
    assert.deepEqual(
      tried[0]?.map((candidate) => candidate.length),
      [4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5],
    );
  });

  it('refuses a second open ask of one person for one role at one scope, whatever the case of the scope', async () => {
    await on.here.store.now.requests.insert(aRequest());
    const second = aRequest({ id: id('9Q2M'), role: { ...aRequest().role, scope: { id: '/', name: 'x' } } });
    await assert.rejects(on.there.store.now.requests.insert(second), { code: 'activation.already_pending' });
    await on.here.store.now.requests.change(id('7F3K'), ['submitting'], { state: 'failed' });
    await on.there.store.now.requests.insert(second);
    assert.equal((await on.here.store.now.requests.find(id('9Q2M')))?.state, 'submitting');
  });

  it('takes an ask that waits for a sign-in for open, everywhere', async () => {
    const { requests } = on.here.store.now;
    await requests.insert(aRequest({ state: 'stepping-up', stepUps: 1 }));
    await assert.rejects(on.there.store.now.requests.insert(aRequest({ id: id('9Q2M') })), {
      code: 'activation.already_pending',
    });
    assert.deepEqual(
      (await requests.listOpenOf(ENGINEER)).map((request) => [request.id, request.stepUps]),
      [['7F3K', 1]],
    );
    assert.equal((await requests.findOpenForRole(ENGINEER, aRequest().role))?.state, 'stepping-up');
    const submitting = await requests.change(id('7F3K'), ['stepping-up'], { state: 'submitting' });
    assert.deepEqual([submitting?.state, submitting?.stepUps], ['submitting', 1]);
    const again = await requests.change(id('7F3K'), ['submitting'], { state: 'stepping-up', stepUps: 2 });
    assert.deepEqual([again?.state, again?.stepUps], ['stepping-up', 2]);
  });

  it('lets one of two replicas take up an ask that waited for a sign-in', async () => {
    await on.here.store.now.requests.insert(aRequest({ state: 'stepping-up' }));
    const taken = await Promise.all(
      [on.here, on.there, on.here, on.there].map(({ store }) =>
        store.now.requests.change(id('7F3K'), ['stepping-up'], { state: 'submitting' }),
      ),
    );
    assert.equal(taken.filter((one) => one !== null).length, 1);
  });

  it('changes only the named fields and raises the version', async () => {
    await on.here.store.now.requests.insert(aRequest({ justification: 'kept' }));
    const changed = await on.here.store.now.requests.change(id('7F3K'), ['submitting', 'pending'], {
      state: 'pending',
      scheduleRequestId: scheduleRequestId('5f0c'),
    });
    assert.equal(changed?.version, 2);
    assert.equal(changed?.state, 'pending');
    assert.equal(changed?.scheduleRequestId, '5f0c');
    assert.equal(changed?.justification, 'kept');
    const cleared = await on.here.store.now.requests.change(id('7F3K'), ['pending'], { scheduleRequestId: null });
    assert.equal(cleared?.scheduleRequestId, null);
  });

  it('refuses a change when the state is no longer one of those expected', async () => {
    await on.here.store.now.requests.insert(aRequest({ state: 'pending' }));
    assert.equal(await on.here.store.now.requests.change(id('7F3K'), ['submitting'], { state: 'active' }), null);
    assert.equal((await on.here.store.now.requests.find(id('7F3K')))?.version, 1);
  });

  it('lets one of two simultaneous changes win', async () => {
    await on.here.store.now.requests.insert(aRequest({ state: 'pending' }));
    const results = await Promise.all([
      on.here.store.now.requests.change(id('7F3K'), ['pending'], { state: 'canceled' }),
      on.there.store.now.requests.change(id('7F3K'), ['pending'], { state: 'denied' }),
    ]);
    assert.equal(results.filter((result) => result !== null).length, 1);
  });

  it('makes a second transaction wait for a locked request', async () => {
    await on.here.store.now.requests.insert(aRequest({ state: 'pending' }));
    const order: string[] = [];
    const locked = Promise.withResolvers<void>();
    const first = on.here.store.transaction(async (stores) => {
      await stores.requests.lock(id('7F3K'));
      locked.resolve();
      // Lets the other transaction begin and ask for the lock.
      await on.here.store.now.people.find(ENGINEER);
      await stores.requests.change(id('7F3K'), ['pending'], { state: 'denied' });
      order.push('first');
    });
    await locked.promise;
    const second = on.there.store.transaction(async (stores) => {
      const seen = await stores.requests.lock(id('7F3K'));
      order.push(`second sees ${seen?.state}`);
    });
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first', 'second sees denied']);
  });

  it('lists the open asks of a person, the oldest first', async () => {
    const { requests } = on.here.store.now;
    await requests.insert(aRequest({ id: id('B222'), role: otherRole('b'), requestedAt: at('08:02:00') }));
    await requests.insert(
      aRequest({ id: id('A111'), role: otherRole('a'), requestedAt: at('08:01:00'), state: 'active' }),
    );
    await requests.insert(aRequest({ id: id('C333'), role: otherRole('c'), state: 'ended' }));
    await requests.insert(aRequest({ id: id('D444'), role: otherRole('d'), requesterId: APPROVER }));
    assert.deepEqual(
      (await requests.listOpenOf(ENGINEER)).map((request) => request.id),
      ['A111', 'B222'],
    );
  });

  it('finds the open ask for a role, comparing ids without case', async () => {
    const { requests } = on.here.store.now;
    await requests.insert(aRequest({ id: id('A111'), state: 'ended' }));
    await requests.insert(aRequest({ id: id('B222'), state: 'pending' }));
    const role = aRequest().role;
    const shouted = { ...role, roleDefinitionId: roleDefinitionId(role.roleDefinitionId.toUpperCase()) };
    assert.equal((await requests.findOpenForRole(ENGINEER, shouted))?.id, 'B222');
    assert.equal(await requests.findOpenForRole(APPROVER, role), null);
    assert.equal(await requests.findOpenForRole(ENGINEER, { ...role, surface: 'group' }), null);
  });

  it("finds an ask by Microsoft's id", async () => {
    await on.here.store.now.requests.insert(aRequest({ scheduleRequestId: scheduleRequestId('5f0c') }));
    assert.equal((await on.here.store.now.requests.findByScheduleRequest('5f0c'))?.id, '7F3K');
    assert.equal(await on.here.store.now.requests.findByScheduleRequest('other'), null);
  });

  it('lists what waits for an approver and who was asked, in the order of asking', async () => {
    const { requests, approvals } = on.here.store.now;
    await requests.insert(aRequest({ id: id('A111'), role: otherRole('a'), state: 'pending' }));
    await requests.insert(aRequest({ id: id('B222'), role: otherRole('b'), state: 'active' }));
    const ask = { approverName: 'Alex Wilber', reach: 'asked' } as const;
    await approvals.insertAsks([
      { requestId: id('A111'), approverId: APPROVER, ...ask },
      { requestId: id('A111'), approverId: ENGINEER, approverName: 'Megan Bowen', reach: 'asked' },
    ]);
    await approvals.insertAsks([{ requestId: id('B222'), approverId: APPROVER, ...ask }]);
    await approvals.insertAsks([]);
    await approvals.markUnreachable(id('A111'), ENGINEER, 'blocked');
    assert.deepEqual(
      (await requests.listPendingFor(APPROVER)).map((request) => request.id),
      ['A111'],
    );
    assert.deepEqual(await approvals.listAsks(id('A111')), [
      { requestId: 'A111', approverId: APPROVER, approverName: 'Alex Wilber', reach: 'asked' },
      { requestId: 'A111', approverId: ENGINEER, approverName: 'Megan Bowen', reach: 'unreachable', why: 'blocked' },
    ]);
  });

  it('asks an approver twice without a second row', async () => {
    await on.here.store.now.requests.insert(aRequest({ state: 'pending' }));
    const ask = { requestId: id('7F3K'), approverId: APPROVER, approverName: 'Alex Wilber' };
    const askAt = Temporal.Instant.from('2026-11-23T08:10:00Z');
    await on.here.store.now.approvals.insertAsks([{ ...ask, reach: 'waiting', askAt }]);
    assert.deepEqual(await on.here.store.now.approvals.listAsks(id('7F3K')), [{ ...ask, reach: 'waiting', askAt }]);
    await on.here.store.now.approvals.insertAsks([{ ...ask, reach: 'unreachable', why: 'no-bot' }]);
    await on.here.store.now.approvals.insertAsks([{ ...ask, reach: 'asked' }]);
    assert.deepEqual(await on.here.store.now.approvals.listAsks(id('7F3K')), [{ ...ask, reach: 'asked' }]);
  });

  it('finds one ask, and sums up thousands as a card names them', async () => {
    const { requests, approvals } = on.here.store.now;
    await requests.insert(aRequest({ state: 'pending' }));
    const askAt = Temporal.Instant.from('2026-11-23T08:10:00Z');
    const asks: ApprovalAsk[] = Array.from({ length: 5_000 }, (_, index) => {
      const ask = {
        requestId: id('7F3K'),
        approverId: principalId(`aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`),
        approverName: `Approver ${index}`,
      };
      return index < 40 ? { ...ask, reach: 'asked' } : { ...ask, reach: 'waiting', askAt };
    });
    await approvals.insertAsks(asks);
    await approvals.markUnreachable(id('7F3K'), asks[0]?.approverId as PrincipalId, 'blocked');
    const { approvers, ...rest } = await approvals.summarizeAsks(id('7F3K'));
    assert.deepEqual(rest, {
      counts: { asked: 39, waiting: 4_960, unreachable: 1 },
      further: { asked: 9, waiting: 4_930 },
      nextAskAt: askAt,
    });
    assert.deepEqual(
      [approvers.length, approvers[0], approvers[1]],
      [61, { name: 'Approver 0', reach: 'unreachable', why: 'blocked' }, { name: 'Approver 1', reach: 'asked' }],
    );
    assert.deepEqual(summarize(await approvals.listAsks(id('7F3K'))), { approvers, ...rest });
    assert.deepEqual(await approvals.findAsk(id('7F3K'), asks[41]?.approverId as PrincipalId), asks[41]);
    assert.equal(await approvals.findAsk(id('7F3K'), ENGINEER), null);
    const taken = await approvals.takeWaiting(id('7F3K'), 2);
    assert.deepEqual(
      taken.map(({ approverName, reach, askAt: at }) => [approverName, reach, at]),
      [
        ['Approver 40', 'asked', undefined],
        ['Approver 41', 'asked', undefined],
      ],
    );
    assert.equal((await approvals.summarizeAsks(id('7F3K'))).counts.waiting, 4_958);
  });

  it('lists who decided lately for a requester or for a role, the newest first', async () => {
    const { requests } = on.here.store.now;
    const day = (text: string) => Temporal.Instant.from(`2026-11-${text}T08:00:00Z`);
    const decided = { state: 'denied', requesterId: ENGINEER } as const;
    const MEGAN = principalId('aaaaaaaa-0000-4000-8000-000000000001');
    const ADELE = principalId('aaaaaaaa-0000-4000-8000-000000000002');
    const OLD = principalId('aaaaaaaa-0000-4000-8000-000000000003');
    const role = otherRole('a');
    const decidedOn = (text: string) => ({ requestedAt: day(text), decidedAt: day(text) });
    await requests.insert(aRequest({ id: id('A111'), ...decided, role, decidedBy: MEGAN, ...decidedOn('20') }));
    await requests.insert(
      aRequest({ id: id('B222'), ...decided, role: otherRole('b'), decidedBy: ADELE, ...decidedOn('21') }),
    );
    await requests.insert(aRequest({ id: id('C333'), ...decided, role, decidedBy: OLD, ...decidedOn('01') }));
    await requests.insert(
      aRequest({ id: id('D444'), state: 'denied', requesterId: APPROVER, role, decidedBy: ADELE, ...decidedOn('10') }),
    );
    const since = day('05');
    assert.deepEqual(await requests.listDeciders({ requesterId: ENGINEER, role }, since, 5), [ADELE, MEGAN]);
    assert.deepEqual(await requests.listDeciders({ requesterId: APPROVER, role }, since, 1), [MEGAN]);
    assert.deepEqual(await requests.listDeciders({ requesterId: MEGAN, role: otherRole('c') }, since, 5), []);
  });

  it('lists the 1:1 chats of people, dead ones too', async () => {
    const { conversations } = on.here.store.now;
    const chat = { kind: 'personal', serviceUrl: 'https://s', deadReason: 'MessageWritesBlocked' } as const;
    const found = { ...chat, id: conversationId('a:gone'), principalId: APPROVER };
    await conversations.save(found);
    const listed = await conversations.listPersonal([APPROVER, principalId('aaaaaaaa-0000-4000-8000-000000000009')]);
    assert.deepEqual([...listed], [[APPROVER, found]]);
  });
});
