import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import { mentionsOf, raiseAlarm, resolveRoute } from '../../../../src/use-cases/alarms/raise-alarm.ts';
import { aPerson } from '../../../support/fakes/builders.ts';
import { A_NOTICE, anAlarmBench, SECURITY } from './alarm-bench.ts';

describe('an alarm', () => {
  it('is a card for the channel and one for each person of the route, brought by jobs', async () => {
    const bench = await anAlarmBench();
    await bench.raises({}, { people: [bench.seeded.idOf('oncall'), bench.seeded.idOf('oncall2')] });
    const recipients = (await bench.posted()).map(({ recipient }) => recipient);
    const expected = [SECURITY, bench.seeded.idOf('oncall'), bench.seeded.idOf('oncall2')];
    assert.deepEqual(recipients.toSorted(), expected.toSorted());
    const [card] = await bench.cards('oncall');
    assert.deepEqual([card?.story, card?.slot, card?.notice], ['A1B2', 'error', A_NOTICE]);
    const { rows } = await bench.database.pool.query(
      `select from pimlico.outbox where state = 'due' and claimed_by is null`,
    );
    assert.deepEqual([rows.length, bench.delivered], [3, []]);
  });

  it('is on the record, with whom it was for', async () => {
    const bench = await anAlarmBench();
    await bench.raises();
    assert.deepEqual(await bench.facts('alarm.raised'), [
      { story: 'A1B2', slot: 'error', card: 'error', channel: SECURITY, people: '1' },
    ]);
  });

  it('is gone with the transaction that raised it', async () => {
    const bench = await anAlarmBench();
    const { services, seeded } = bench;
    const to = await resolveRoute(services, { channel: SECURITY, people: [seeded.idOf('oncall')] });
    const broken = services.store.transaction(async (stores) => {
      await raiseAlarm(services, stores, { story: 'A1B2', notice: A_NOTICE, to });
      throw new AccessError('internal.unexpected', 'no');
    });
    await assert.rejects(broken);
    assert.deepEqual([await bench.posted(), await bench.audit(), await bench.waiting()], [[], [], []]);
  });

  it('raised again in the same slot changes the cards that are there, in another it adds some', async () => {
    const bench = await anAlarmBench();
    await bench.raises();
    await bench.raises({ notice: { ...A_NOTICE, facts: { name: 'tier0' } } as typeof A_NOTICE });
    assert.equal((await bench.posted()).length, 2);
    assert.equal((await bench.cards('oncall'))[0]?.version, 2);
    await bench.raises({ slot: 'second' });
    assert.equal((await bench.posted()).length, 4);
  });

  it('for nobody is an error in the log', async () => {
    const bench = await anAlarmBench();
    const to = await resolveRoute(bench.services, null);
    assert.deepEqual(to, { channel: null, people: [] });
    await bench.raises({ to });
    assert.deepEqual(
      [bench.lines, await bench.posted(), await bench.waiting()],
      [['error alarm.nobody_to_tell'], [], []],
    );
  });
});

describe('the people of a route', () => {
  it('are found by object id or sign-in name, each once', async () => {
    const { services, seeded } = await anAlarmBench();
    const oncall = await services.reader.findPerson(seeded.idOf('oncall'));
    assert.ok(oncall);
    const people = [oncall.id.toUpperCase(), oncall.userPrincipalName, seeded.idOf('oncall2')];
    assert.deepEqual(await resolveRoute(services, { channel: SECURITY, people }), {
      channel: SECURITY,
      people: [
        { id: oncall.id, name: 'Lynne Robbins', teamsUserId: '29:oncall' },
        { id: seeded.idOf('oncall2'), name: 'Isaiah Langer', teamsUserId: '29:oncall2' },
      ],
    });
  });

  it('are left out where they are unknown, and an operator is told', async () => {
    const { services, seeded, lines } = await anAlarmBench();
    const people = ['nobody@contoso.example', seeded.idOf('oncall')];
    const route = await resolveRoute(services, { channel: SECURITY, people });
    assert.deepEqual(
      route.people.map(({ name }) => name),
      ['Lynne Robbins'],
    );
    assert.deepEqual(lines, ['error alarm.person_unknown']);
  });

  it('are told by their object id while the tenant does not answer', async () => {
    const { services, seeded, lines } = await anAlarmBench();
    const stranger = '00000000-0000-4000-8000-00000000cafe';
    const reader = {
      ...services.reader,
      findPerson: () => Promise.reject(new AccessError('graph.unavailable', 'down', { retryable: true })),
    };
    const people = [seeded.idOf('oncall').toUpperCase(), stranger, 'lynner@contoso.onmicrosoft.com'];
    const route = await resolveRoute({ ...services, reader }, { channel: SECURITY, people });
    assert.deepEqual(route.people, [
      { id: seeded.idOf('oncall'), name: 'Lynne Robbins', teamsUserId: '29:oncall' },
      { id: stranger, name: stranger },
    ]);
    assert.deepEqual(lines, Array(3).fill('error alarm.person_unread'));
  });

  it('are called as Teams names them where the bot has met them, else by object id', async () => {
    const { services, seeded } = await anAlarmBench();
    const stranger = aPerson({ name: 'Grady Archie' });
    seeded.tenant.addPeople(stranger);
    const route = await resolveRoute(services, { channel: SECURITY, people: [seeded.idOf('oncall'), stranger.id] });
    assert.deepEqual(mentionsOf(route), [
      { id: '29:oncall', name: 'Lynne Robbins' },
      { id: stranger.id, name: 'Grady Archie' },
    ]);
  });
});
