import assert from 'node:assert/strict';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { Theater } from '../support/theater.ts';

const PULL = 'oncall: breakglass payments for 30m because SEV1 INC-99 checkout down';
const PULL_TIER0 = 'oncall: breakglass tier0 for 30m because SEV1 INC-99 nobody can sign in';
const CONFIRM = 'oncall: [Confirm]';
const SIGN_IN = '@stepup oncall ok';
const SECOND = 'oncall2: [Confirm]';
const ACTIVE = [PULL, CONFIRM, SIGN_IN, '@clock +6m'];

/** A part of `METHOD path`, as the sandbox logs it. */
const CALLS = {
  activation: 'POST /v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests',
  decision: 'PATCH /v1.0/identityGovernance/privilegedAccess/group/assignmentApprovals',
  send: 'POST /v3/conversations/',
} as const;

interface Case {
  readonly title: string;
  readonly given: readonly string[];
  readonly step: string;
  readonly at: 'before' | 'after';
  readonly call: keyof typeof CALLS;
}

const CASES: readonly Case[] = [
  { title: 'while the alarm goes out', given: [PULL], step: CONFIRM, at: 'before', call: 'send' },
  { title: 'after PIM said yes', given: [PULL, CONFIRM], step: SIGN_IN, at: 'after', call: 'activation' },
  { title: 'after PIM took it for two', given: [PULL_TIER0, CONFIRM], step: SIGN_IN, at: 'after', call: 'activation' },
  { title: 'after the second yes', given: [PULL_TIER0, CONFIRM, SIGN_IN], step: SECOND, at: 'after', call: 'decision' },
  { title: 'before it is given back', given: ACTIVE, step: 'oncall: standdown', at: 'before', call: 'activation' },
];

const lastInChannel = (seen: readonly Sighting[]): string =>
  seen.findLast(({ to, card }) => to === '#security' && card === 'break-glass-active')?.title ?? 'nothing';

describe('a bot that is killed in an emergency', () => {
  let theater: Theater;

  before(async function () {
    this.timeout(60_000);
    theater = await Theater.open();
    await theater.play('oncall: hi', 'oncall2: hi', 'admin: hi');
  });
  after(() => theater.close());
  afterEach(async function () {
    this.timeout(60_000);
    await theater.letADayPass();
  });

  const states = async (): Promise<readonly string[]> => {
    const { rows } = await theater.database.pool.query<{ state: string }>(
      'select state from pimlico.pulls order by planned_at',
    );
    return rows.map(({ state }) => state);
  };

  for (const item of CASES) {
    it(`${item.title}: the alarm is out, PIM is asked once at most, and the cards say how it ended`, async function () {
      this.timeout(60_000);
      const [asked, pulled] = [(await theater.requests()).length, (await states()).length];
      const seen = [...(await theater.play(...item.given))];
      seen.push(...(await theater.playKilled(item.step, item.at, CALLS[item.call])));
      seen.push(...(await theater.play('@clock +10m')));
      if ((await states()).at(-1) === 'waiting') {
        // The token to withdraw it died with the bot: its puller is asked to.
        seen.push(...(await theater.play('oncall: [Stand down]')));
      }
      seen.push(...(await theater.play('@clock +40m')));
      const made = (await theater.requests()).slice(asked).filter((request) => request.startsWith('selfActivate'));
      assert.ok(made.length <= 1, `PIM was asked more than once: ${made}`);
      const [state = 'none', ...others] = (await states()).slice(pulled);
      assert.deepEqual(others, []);
      const gaveAccess = made.includes('selfActivate Provisioned') || made.includes('selfActivate Revoked');
      assert.equal(state, gaveAccess ? 'over' : 'dropped', `${made}`);
      assert.equal(lastInChannel(seen), gaveAccess ? 'Break-glass is over' : 'Break-glass gave no access');
      const mine = seen.findLast(
        ({ to, card, event }) => to === 'oncall' && card === 'break-glass-active' && event === 'send',
      );
      assert.equal(mine?.title, lastInChannel(seen));
    });
  }
});
