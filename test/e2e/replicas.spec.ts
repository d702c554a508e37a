import assert from 'node:assert/strict';
import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const MONDAY_MORNING = '2026-11-23T09:00:00Z';
const PEOPLE = ['engineer', 'approver', 'approver2'] as const;

/** An ask with approval, a continuation and the way back; every kind of restart where people wait for something. */
const STORY = [
  // What one replica is told of a person holds in the other at once: 8 pm is two hours away in Tokyo, ten in Madrid.
  'engineer: active',
  'engineer: timezone Asia/Tokyo',
  'engineer: activate Security Reader until 8pm because INC-41 alerts',
  'engineer: timezone Europe/Madrid',
  'engineer: activate Contoso-App-Assignment-Operator for 12m because INC-42 broken sign-in',
  '@restart',
  'approver: [Approve] justification="looks right"',
  '@clock +10m',
  'engineer: [Ask again at the end]',
  // The token that waits is lost: one more press.
  '@restart all',
  '@clock +3m',
  'engineer: [Activate again]',
  '@restart gently',
  'approver2: [Approve] justification="still right"',
  '@clock +6m',
  'engineer: [Deactivate]',
] as const;

interface TenantState {
  readonly requests: readonly {
    readonly kind: string;
    readonly surface?: string;
    readonly action: string;
    readonly status: string;
  }[];
}

interface Conversations {
  readonly people: readonly { readonly handle: string; readonly conversationId: string }[];
}

interface Shown {
  readonly card: string | null;
  readonly text: string;
  readonly buttons: readonly string[];
}

/** A stage with a player, what people saw, and what the bots logged. */
class Theater {
  readonly stage: Stage;
  readonly database: FreshDatabase;
  readonly log: string[];
  readonly #player: Player;
  #seen: Sighting[] = [];

  private constructor(stage: Stage, database: FreshDatabase, log: string[]) {
    this.stage = stage;
    this.database = database;
    this.log = log;
    this.#player = new Player(stage, (sighting) => this.#seen.push(sighting));
  }

  static async open(replicas: number): Promise<Theater> {
    const database = await freshDatabase();
    const log: string[] = [];
    const stage = await Stage.open({
      now: MONDAY_MORNING,
      databaseUrl: database.url,
      replicas,
      onBotLine: (line) => log.push(line),
      onBoot: () => undefined,
    });
    return new Theater(stage, database, log);
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.database.drop();
  }

  async play(...lines: readonly string[]): Promise<readonly Sighting[]> {
    this.#seen = [];
    for (const source of lines) {
      await this.#player.playLine({ number: 1, source, step: readStep(source) });
    }
    return this.#seen;
  }

  send(method: string, path: string, body?: Readonly<Record<string, unknown>>) {
    return this.stage.control.send(method, path, body);
  }

  /** Every request of the tenant, as `action status`. */
  async requests(): Promise<readonly string[]> {
    const { requests } = (await this.send('GET', '/pim/state')) as unknown as TenantState;
    return requests.filter(({ kind }) => kind === 'assignment').map(({ action, status }) => `${action} ${status}`);
  }

  /** What is on the person's screen, newest first. Ids of requests differ from run to run. */
  async screen(person: string): Promise<readonly Shown[]> {
    const { cards } = await this.send('GET', `/teams/cards?person=${person}&limit=50`);
    return (cards as readonly Shown[]).map(({ card, text, buttons }) => ({
      card,
      text: text.replaceAll(/\b(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{4,5}\b/g, 'ID'),
      buttons,
    }));
  }

  async lastCall(): Promise<number> {
    const { calls } = await this.send('GET', '/calls');
    return (calls as readonly { seq: number }[]).at(-1)?.seq ?? 0;
  }

  /** Calls to Microsoft after the given one. */
  async calls(match: RegExp, since: number): Promise<readonly string[]> {
    const { calls } = await this.send('GET', `/calls?since=${since}`);
    return (calls as readonly { method: string; path: string }[])
      .map(({ method, path }) => `${method} ${path}`)
      .filter((call) => match.test(call));
  }
}

describe('Two replicas on one database', function () {
  this.timeout(120_000);
  let two: Theater;

  before(async () => {
    two = await Theater.open(2);
  });
  after(() => two.close());

  it('show people the same as one does, through a storm of restarts', async () => {
    const one = await Theater.open(1);
    try {
      await Promise.all([one.play(...STORY), two.play(...STORY)]);
      assert.deepEqual(await two.requests(), await one.requests());
      // A card that loses its buttons and the one after it may come in either order.
      const inOrder = (shown: readonly Shown[]) => shown.map((card) => JSON.stringify(card)).sort();
      for (const person of PEOPLE) {
        const shown = inOrder(await one.screen(person));
        assert.ok(shown.length > 0);
        assert.deepEqual(inOrder(await two.screen(person)), shown, person);
      }
    } finally {
      await one.close();
    }
  });

  it('let one of two approvers decide who press at the same instant, and show both the same', async () => {
    await two.play('engineer: activate Contoso-App-Assignment-Operator for 10m because INC-43 both at once');
    const since = await two.lastCall();
    const inputs = { justification: 'at once' };
    const press = (person: string) => two.send('POST', '/teams/press', { person, button: 'Approve', inputs });
    await Promise.all([press('approver'), press('approver2')]);
    await two.play('@clock +1m');
    assert.equal((await two.calls(/^PATCH .*roleAssignmentApprovals/, since)).length, 1);
    assert.equal((await two.requests()).at(-1), 'selfActivate Provisioned');
    // Whoever came second is also told so, in a card of their own.
    const decided = async (person: string) =>
      (await two.screen(person)).find(({ card }) => card === 'approval-decided' || card === 'approval-request');
    const mine = await decided('approver');
    assert.equal(mine?.card, 'approval-decided');
    assert.deepEqual(await decided('approver2'), mine);
  });

  it('carry out a sentence once that is delivered to both at the same instant', async () => {
    const before = (await two.requests()).length;
    const activity = { id: '1763740000001', text: 'activate Global Reader for 10m because twice' };
    const deliver = () => two.send('POST', '/teams/activity', { person: 'engineer', activity });
    const answers = await Promise.all([deliver(), deliver()]);
    const seen = await two.play('@clock +1m');
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    assert.deepEqual((await two.requests()).slice(before), ['selfActivate Provisioned']);
    assert.equal(seen.filter(({ event, card }) => event === 'send' && card === 'activation-active').length, 1);
    assert.ok(two.log.some((line) => line.includes('"activity.repeated"')));
  });

  it('ask PIM once for a group that somebody asks both for at the same instant', async () => {
    const before = (await two.requests()).length;
    const since = await two.lastCall();
    const ask = (text: string) => two.send('POST', '/teams/say', { person: 'oncall', text });
    await Promise.all([
      ask('activate sg-payments-oncall for 1h because first'),
      ask('activate sg-payments-oncall for 1h because second'),
    ]);
    const seen = await two.play('@clock +1m');
    assert.equal((await two.calls(/^POST .*group\/assignmentScheduleRequests$/, since)).length, 1);
    assert.equal((await two.requests()).length, before + 1);
    assert.ok(seen.some(({ to, event, card }) => to === 'oncall' && event === 'send' && card === 'activation-active'));
  });

  it('carry out wishes with tokens that wait in one of them, without one more press', async () => {
    // Five, as a timer may meet the right replica by chance.
    const asks = [
      'engineer: activate Helpdesk Administrator on Branch Madrid for 20m because a long day',
      'engineer: activate Helpdesk Administrator on Branch Lisbon for 20m because a long day',
      'engineer: activate Reader on "Contoso Production" for 20m because a long day',
      'engineer: activate Reader on "Contoso Staging" for 20m because a long day',
      'oncall: activate Global Reader for 20m because the pager',
    ];
    await two.play(...asks, '@clock +16m');
    const before = (await two.requests()).length;
    const continues = ['oncall', 'engineer', 'engineer', 'engineer', 'engineer'].map((who) => `${who}: [Continue]`);
    await two.play(...continues);
    const seen = await two.play('@clock +6m');
    assert.equal(seen.filter(({ event, card }) => event === 'send' && card === 'activation-active').length, 5);
    assert.deepEqual((await two.requests()).slice(before), Array(5).fill('selfActivate Provisioned'));
  });

  it('stop in order within the deadline while everything they do hangs, and lose nothing by it', async () => {
    const { stage } = two;
    await two.play('engineer: activate Contoso-App-Assignment-Operator for 1h because before the stop');
    const { length } = await two.requests();
    const { people } = (await two.send('GET', '/teams/conversations')) as unknown as Conversations;
    const chat = people.find(({ handle }) => handle === 'approver')?.conversationId ?? '';
    const hanging: Promise<unknown>[] = [];
    const hang = async (fault: { at: 'before' | 'after'; match: string }, begin: () => Promise<unknown>) => {
      const { holds } = (await two.send('GET', '/holds')) as { holds: readonly { id: number }[] };
      await two.send('POST', '/faults', { name: 'hold', nth: 1, ...fault });
      // A bot that stops hangs up on what is not answered.
      hanging.push(begin().catch(() => undefined));
      const next = await two.send('GET', `/holds/next?after=${Math.max(0, ...holds.map(({ id }) => id))}`);
      assert.equal((next.holds as readonly unknown[]).length, 1, fault.match);
    };
    const say = (person: string, text: string) => () => two.send('POST', '/teams/say', { person, text });
    // A job brings the approver the card.
    await hang(
      { at: 'before', match: `POST /v3/conversations/${chat}` },
      say('contractor', 'activate "Virtual Machine Operator (Contractors)" for 1h because a delivery hangs'),
    );
    await hang({ at: 'before', match: 'PATCH /beta/roleManagement/directory/roleAssignmentApprovals' }, () =>
      two.send('POST', '/teams/press', { person: 'approver2', button: 'Approve', inputs: { justification: 'hangs' } }),
    );
    await hang(
      { at: 'after', match: 'POST /v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests' },
      say('oncall2', 'activate sg-payments-oncall for 1h because a turn hangs'),
    );
    // A timer looks whether access is usable yet.
    await say('engineer', 'activate Global Reader for 1h because a timer hangs')();
    await hang(
      { at: 'before', match: 'GET /v1.0/roleManagement/directory/roleAssignmentScheduleInstances?$filter' },
      async () => await stage.control.setClock((await stage.control.now()).add({ seconds: 3 })),
    );
    const from = two.log.length;
    await two.play('@restart all gently');
    await Promise.all(hanging);
    const events = two.log.slice(from).map((line) => (JSON.parse(line) as { event: string }).event);
    assert.equal(events.filter((event) => event === 'stopped').length, 2);
    for (const event of ['stop.cut_off', 'jobs.cut_off']) {
      assert.ok(events.includes(event), event);
    }
    assert.ok(!events.includes('stop.overdue'));
    await two.play('@clock +2m', 'approver2: [Approve] justification="once more"', '@clock +1m');
    assert.deepEqual((await two.requests()).slice(length - 1), [
      'selfActivate Provisioned',
      'selfActivate PendingApproval',
      'selfActivate Provisioned',
      'selfActivate Provisioned',
    ]);
    const waiting = (await two.screen('approver')).filter(({ buttons }) => buttons.includes('Approve'));
    assert.deepEqual(
      waiting.map(({ text }) => text.includes('a delivery hangs')),
      [true],
    );
    for (const [person, reason] of [
      ['oncall2', 'a turn hangs'],
      ['engineer', 'a timer hangs'],
    ] as const) {
      const active = (await two.screen(person)).filter(({ card }) => card === 'activation-active');
      assert.equal(active.filter(({ text }) => text.includes(reason)).length, 1, reason);
    }
  });
});
