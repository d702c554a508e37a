import assert from 'node:assert/strict';
import { NO_RULEBOOK } from '../../../../src/domain/rulebook.ts';
import { AccessError } from '../../../../src/errors.ts';
import { reconcile } from '../../../../src/use-cases/reconcile/read-feed.ts';
import { aPerson } from '../../../support/fakes/builders.ts';
import { type AlarmBench, anAlarmBench, SECURITY } from './alarm-bench.ts';

const EMERGENCY = aPerson({ name: 'Emergency Access 1' });

describe('the watch over emergency access accounts', () => {
  let bench: AlarmBench;

  async function begins(emergencyAccounts: readonly string[] = [EMERGENCY.userPrincipalName]): Promise<void> {
    bench = await anAlarmBench(null, {
      current: () => ({
        ...NO_RULEBOOK,
        version: 'abc123abc123',
        alarms: { channel: SECURITY, people: [bench.seeded.idOf('oncall')] },
        emergencyAccounts,
      }),
    });
    bench.seeded.tenant.addPeople(EMERGENCY);
    await looks();
  }
  beforeEach(() => begins());

  const looks = () => reconcile(bench.services);
  const acts = (activity = 'Add member to role', isSuccess = true) =>
    bench.feed.tellDeed(EMERGENCY.id, { kind: 'activity', activity, isSuccess });
  const signsIn = (app = 'Azure Portal') => bench.feed.tellDeed(EMERGENCY.id, { kind: 'sign-in', app });

  async function later(duration: string): Promise<void> {
    bench.clock.advance(duration);
    await looks();
  }

  /** What the alarms said that were seen, oldest first. */
  async function told(): Promise<readonly string[][]> {
    const notices = (await bench.cards('oncall')).map(({ notice }) => notice);
    return notices.map((notice) => {
      assert.ok(notice.card === 'alarm' && notice.kind === 'emergency-account');
      const words = notice.seen.map((deed) => (deed.kind === 'sign-in' ? `to ${deed.app}` : deed.activity));
      return notice.further === 0 ? words : [...words, `${notice.further} more`];
    });
  }

  it('raises an alarm, in the channel and to the people of the rulebook, that says what was done', async () => {
    bench.feed.tellDeed(EMERGENCY.id, {
      kind: 'sign-in',
      app: 'Azure Portal',
      address: '203.0.113.7',
      isSuccess: false,
    });
    bench.clock.advance('PT1M');
    acts('Reset user password');
    await later('PT1M');
    const [card] = await bench.cards('oncall');
    assert.deepEqual(card?.notice, {
      card: 'alarm',
      kind: 'emergency-account',
      personName: 'Emergency Access 1',
      seen: [
        { kind: 'sign-in', at: '2026-11-23T09:00:00Z', isSuccess: false, app: 'Azure Portal', address: '203.0.113.7' },
        { kind: 'activity', at: '2026-11-23T09:01:00Z', isSuccess: true, activity: 'Reset user password' },
      ],
      further: 0,
      raisedAt: '2026-11-23T09:02:00Z',
      mentions: [{ id: '29:oncall', name: 'Lynne Robbins' }],
    });
    const recipients = (await bench.posted()).map(({ recipient }) => recipient);
    assert.deepEqual(recipients.toSorted(), [SECURITY, bench.seeded.idOf('oncall')].toSorted());
  });

  it('puts it on the record, with the account where it can be erased', async () => {
    signsIn();
    await later('PT1M');
    const { rows } = await bench.database.pool.query(
      `select event, facts ->> 'person' as person, facts ->> 'rows' as rows from pimlico.audit_trail order by position`,
    );
    assert.deepEqual(rows, [
      { event: 'emergency.used', person: EMERGENCY.id, rows: '1' },
      { event: 'alarm.raised', person: null, rows: null },
    ]);
    assert.deepEqual((await bench.facts('emergency.used'))[0]?.person, undefined);
  });

  it('tells nothing of what was there before the first look', async () => {
    bench = await anAlarmBench(null, bench.services.rules);
    bench.seeded.tenant.addPeople(EMERGENCY);
    signsIn();
    await looks();
    await later('PT1M');
    assert.deepEqual(await told(), []);
    signsIn('Azure CLI');
    await later('PT1M');
    assert.deepEqual(await told(), [['to Azure CLI']]);
  });

  it('tells each row once, although looks overlap', async () => {
    signsIn();
    for (const duration of ['PT1M', 'PT16M', 'PT16M', 'PT16M', 'PT16M']) {
      await later(duration);
    }
    assert.deepEqual(await told(), [['to Azure Portal']]);
  });

  it('raises one alarm in a quarter of an hour; what comes meanwhile is in the next', async () => {
    signsIn();
    await later('PT1M');
    acts('Reset user password');
    await later('PT1M');
    acts('Add member to role');
    await later('PT13M');
    assert.equal((await told()).length, 1);
    await later('PT1M');
    assert.deepEqual(await told(), [['to Azure Portal'], ['Reset user password', 'Add member to role']]);
  });

  it('tells of a sign-in that reached the log an hour late', async () => {
    const at = bench.clock.now();
    await later('PT59M');
    bench.feed.tellDeed(EMERGENCY.id, { kind: 'sign-in', app: 'Azure Portal', at });
    await later('PT1M');
    assert.deepEqual(await told(), [['to Azure Portal']]);
  });

  it('tells of all that happened while nobody could look', async () => {
    bench.feed.accountFailures = { 'sign-in': new AccessError('graph.unavailable', 'down', { retryable: true }) };
    signsIn();
    for (let hour = 0; hour < 5; hour += 1) {
      await later('PT1H');
    }
    assert.deepEqual(await told(), []);
    assert.ok(bench.lines.includes('warn emergency.postponed'));
    bench.feed.accountFailures = {};
    await later('PT1M');
    assert.deepEqual(await told(), [['to Azure Portal']]);
  });

  it('says at most ten things, and how many more there are', async () => {
    for (let count = 0; count < 13; count += 1) {
      acts(`deed ${count}`);
    }
    await later('PT1M');
    assert.deepEqual((await told())[0]?.slice(9), ['deed 9', '3 more']);
  });

  it('goes on with the one log where the other is refused, and says so once in a quarter', async () => {
    bench.feed.accountFailures = { 'sign-in': new AccessError('graph.license_missing', 'no P1') };
    acts();
    for (let minute = 0; minute < 20; minute += 1) {
      await later('PT1M');
    }
    assert.deepEqual(await told(), [['Add member to role']]);
    assert.equal(bench.lines.filter((line) => line === 'error emergency.unread').length, 1);
  });

  it('rests where both are refused, and tells of everything once it may read', async () => {
    const refused = new AccessError('graph.forbidden', 'AuditLog.Read.All is not granted');
    bench.feed.accountFailures = { 'sign-in': refused, activity: refused };
    signsIn();
    await later('PT1M');
    const asked = bench.feed.askedAccounts.length;
    await later('PT14M');
    assert.equal(bench.feed.askedAccounts.length, asked);
    bench.feed.accountFailures = {};
    await later('PT1M');
    assert.deepEqual(await told(), [['to Azure Portal']]);
  });

  it('hides no account behind another that is unknown', async () => {
    await begins(['nobody@contoso.example', EMERGENCY.id.toUpperCase()]);
    signsIn();
    await later('PT1M');
    assert.deepEqual(await told(), [['to Azure Portal']]);
    assert.equal(bench.lines.filter((line) => line === 'error emergency.account_unknown').length, 1);
  });

  it('goes on with an account that was disabled, where the rulebook names it by its id', async () => {
    const id = '00000000-0000-4000-8000-0000000e4e49';
    await begins([id]);
    bench.feed.tellDeed(id as typeof EMERGENCY.id, { kind: 'sign-in', isSuccess: false });
    await later('PT1M');
    assert.deepEqual(await told(), [['to Azure Portal']]);
  });

  it('looks at nobody where the rulebook names none', async () => {
    await begins([]);
    await later('PT1M');
    assert.deepEqual(bench.feed.askedAccounts, []);
  });
});
