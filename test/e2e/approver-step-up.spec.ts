import assert from 'node:assert/strict';

import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import type { ControlRefusal } from '../../cli/stage/control.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const OPERATOR = 'Contoso-App-Assignment-Operator';
const ASK = `engineer: activate ${OPERATOR} for 1h because INC-42 broken sign-in`;
const DRILL = 'oncall: activate "Privileged Role Administrator" for 30m because drill';

/** A part of `METHOD path`, as the sandbox sees it. */
const CALLS = {
  redemption: 'POST /5f3c1b7e-2a64-4d0f-9c1e-7b8d3a90e621/oauth2/v2.0/token',
  activation: 'POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests',
  decision: 'PATCH /beta/roleManagement/directory/roleAssignmentApprovals',
} as const;

interface TenantState {
  readonly requests: readonly { readonly kind: string; readonly action: string; readonly status: string }[];
}

describe('a bot whose approvers have to step up', function () {
  this.timeout(60_000);
  let database: FreshDatabase;
  let stage: Stage;
  let player: Player;
  let seen: Sighting[] = [];
  let known = 0;

  before(async () => {
    database = await freshDatabase();
    const env = { PIMLICO_APPROVER_CONTEXT: 'c1' };
    const now = '2026-11-23T09:00:00Z';
    stage = await Stage.open({ now, databaseUrl: database.url, env, onBoot: () => undefined });
    player = new Player(stage, (sighting) => seen.push(sighting));
    await play('engineer: hi', 'approver: hi', 'approver2: hi', 'oncall: hi');
  });
  after(async () => {
    await stage.close();
    await database.drop();
  });
  beforeEach(async () => {
    known = (await state()).length;
  });
  // What was left open is over by then.
  afterEach(async () => {
    await stage.control.send('DELETE', '/faults');
    await play('@clock +70m');
  });

  async function play(...lines: readonly string[]): Promise<readonly string[]> {
    seen = [];
    for (const source of lines) await player.playLine({ number: 1, source, step: readStep(source) });
    return told();
  }

  /** New cards, and changed ones that ask for or tell of a sign-in. */
  const told = (): readonly string[] =>
    seen
      .filter(({ event, card }) => event === 'send' || card === 'step-up' || card === 'approval-decided')
      .filter(({ event }) => event !== 'reply')
      .map(({ to, card, title }) => `${to} ${card}: ${title}`);

  async function state(): Promise<readonly string[]> {
    const { requests } = (await stage.control.send('GET', '/pim/state')) as unknown as TenantState;
    return requests.filter(({ kind }) => kind === 'assignment').map(({ action, status }) => `${action} ${status}`);
  }
  const made = async (): Promise<readonly string[]> => (await state()).slice(known);

  /** Signs in on the page, and kills the bot when the sandbox gets, or has carried out, that call. */
  async function signInKilled(person: string, at: 'before' | 'after', call: keyof typeof CALLS): Promise<void> {
    const { control } = stage;
    seen = [];
    await control.send('POST', '/faults', { name: 'hold', at, nth: 1, match: CALLS[call] });
    const visit = control.send('POST', '/teams/sign-in-page', { person }).catch((refusal: ControlRefusal) => {
      // A browser whose server dies shows no page.
      assert.equal(refusal.status, 502);
    });
    const { holds } = await control.send('GET', '/holds/next?after=0');
    assert.equal((holds as readonly object[] | undefined)?.length, 1, `nothing called ${CALLS[call]}`);
    await control.send('DELETE', '/faults?name=hold');
    // It ends with the connection: released by hand it could still be carried out.
    await stage.killBot();
    await visit;
    await stage.settle();
    seen.push(...(await stage.newSightings()));
  }

  it('sends a yes only after the sign-in of the approver, and once', async () => {
    await play(ASK);
    assert.deepEqual(await play('approver: [Approve] justification="looks right"'), [
      'approver step-up: A sign-in is needed to decide this request',
    ]);
    assert.deepEqual(await play('@stepup approver fail'), ['approver step-up: The sign-in was canceled']);
    await play('approver: [New link]');
    assert.deepEqual(await play('@forge engineer [Sign in] of approver'), [
      'approver step-up: Somebody else signed in',
    ]);
    assert.deepEqual(await made(), ['selfActivate PendingApproval']);

    await play('approver: [New link]');
    const done = await play('@stepup approver ok');
    assert.deepEqual([...done].sort(), [
      'approver approval-decided: Request approved',
      'approver step-up: Signed in',
      'approver2 approval-decided: Request approved',
      'engineer activation-active: Access is active',
    ]);
    assert.deepEqual(await made(), ['selfActivate Provisioned']);
    assert.deepEqual(await play('@stepup approver again'), []);
  });

  it('lets a no through without one', async () => {
    await play(ASK);
    const done = await play('approver: [Deny] justification="not now"');
    assert.ok(done.includes('engineer activation-denied: Request denied'), done.join('\n'));
    assert.deepEqual(await made(), ['selfActivate Denied']);
  });

  it('does nothing with a yes that somebody else has meanwhile made needless', async () => {
    await play(ASK, 'approver: [Approve] justification="looks right"');
    const denied = await play('approver2: [Deny] justification="not now"');
    assert.ok(denied.includes('engineer activation-denied: Request denied'), denied.join('\n'));
    const late = await play('@stepup approver ok');
    assert.deepEqual(
      late.filter((line) => line.startsWith('engineer')),
      [],
    );
    assert.deepEqual(await made(), ['selfActivate Denied']);
  });

  for (const [at, status] of [
    ['before', 'PendingApproval'],
    ['after', 'Provisioned'],
  ] as const) {
    it(`that is killed ${at} the yes is carried out tells how it stands, and one more press is enough`, async () => {
      await play(ASK, 'approver: [Approve] justification="looks right"');
      await signInKilled('approver', at, 'decision');
      assert.deepEqual(await made(), [`selfActivate ${status}`]);
      if (status === 'PendingApproval') {
        await play('approver: [Approve] justification="looks right"', '@stepup approver ok');
      }
      assert.deepEqual(await made(), ['selfActivate Provisioned']);
      assert.ok((await play('engineer: active')).includes('engineer active: Your active access'));
      assert.match(seen.findLast(({ card }) => card === 'active')?.text ?? '', new RegExp(OPERATOR));
    });
  }

  for (const at of ['before', 'after'] as const) {
    it(`that is killed ${at} the code is redeemed asks PIM nothing; a new link does when the old one has ended`, async () => {
      await play(DRILL);
      await signInKilled('oncall', at, 'redemption');
      assert.deepEqual(told(), ['oncall step-up: The sign-in link has expired']);
      assert.deepEqual(await made(), []);
      assert.deepEqual(await play('@stepup oncall again'), []);
      const done = await play('oncall: [New link]', '@stepup oncall ok');
      // Which of the two cards is brought first is not promised: one is new, the other is changed.
      assert.ok(done.includes('oncall activation-active: Access is active'), done.join('\n'));
      assert.deepEqual(await made(), ['selfActivate Provisioned']);
    });
  }

  for (const [at, presses] of [
    ['before', ['oncall: [Activate again]', '@stepup oncall ok']],
    ['after', []],
  ] as const) {
    it(`that is killed ${at} PIM took the request asks once in all`, async () => {
      await play(DRILL);
      await signInKilled('oncall', at, 'activation');
      await play('@clock +1m', ...presses);
      await play('oncall: active');
      assert.match(seen.findLast(({ card }) => card === 'active')?.text ?? '', /Privileged Role Administrator/);
      assert.deepEqual(await made(), ['selfActivate Provisioned']);
    });
  }

  it('tells whose device is refused when the code is redeemed why, and offers no link that ends there again', async () => {
    await play(DRILL);
    const { next } = await stage.control.send('POST', '/teams/sign-in-page', {
      person: 'oncall',
      stop: 'before-callback',
    });
    await stage.control.send('POST', '/faults', { name: 'device-blocked', person: 'oncall', code: 53000 });
    seen = [];
    const back = { person: 'oncall', link: next, sameBrowser: true };
    const page = await stage.control.send('POST', '/teams/sign-in-page', back);
    assert.deepEqual([page.status, page.title], [403, 'Your device is not allowed · Pimlico']);
    await stage.settle();
    seen.push(...(await stage.newSightings()));
    assert.deepEqual(told(), ['oncall step-up: The sign-in was not accepted']);
    assert.match(seen[0]?.text ?? '', /device/i);
    assert.deepEqual(
      seen[0]?.buttons.filter((button) => button === 'New link' || button === 'Sign in'),
      [],
    );
    assert.deepEqual(await made(), []);
  });
});
