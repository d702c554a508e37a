import assert from 'node:assert/strict';
import { createAcquaintances } from '../../../../bot/acquaintances.ts';
import type { Activity } from '../../../../bot/activity.ts';
import { noteLostCard } from '../../../../bot/channel/lost-card.ts';
import { followTeam } from '../../../../bot/channel/team-events.ts';
import { noteReached } from '../../../../bot/undeliverable.ts';
import { conversationId } from '../../../../src/domain/ids.ts';
import { aProduct, type Product } from '../../../support/product.ts';

const BOT = '0d7c3f1e-6a5b-4c2d-8e9f-1a2b3c4d5e6f';
const TEAM = '19:team@thread.tacv2';
const APPROVALS = conversationId('19:approvals@thread.tacv2');
const GENERAL = conversationId(TEAM);
const ASK = 'activate Contoso-App-Assignment-Operator for 2h because INC-42';

/** What Teams tells the bot of a team (teams-platform §4.6). */
const told = (more: object, channelData: object = {}): Activity => ({
  type: 'conversationUpdate',
  id: 'f:1',
  channelId: 'msteams',
  serviceUrl: 'https://smba.trafficmanager.net/emea/',
  from: { id: '29:somebody' },
  conversation: { id: TEAM, conversationType: 'channel' },
  channelData: { team: { id: TEAM }, ...channelData },
  ...more,
});
const BOT_REMOVED = told({ membersRemoved: [{ id: `28:${BOT}` }] }, { eventType: 'teamMemberRemoved' });
const BOT_ADDED = told({ type: 'installationUpdate', action: 'add' });
const TEAM_DELETED = told({}, { eventType: 'teamDeleted' });

describe('a team that comes and goes', () => {
  let product: Product;
  let complaints: object[];
  let resumed: string[];
  beforeEach(async () => {
    complaints = [];
    resumed = [];
    const log = {
      error: (event: string, fields?: object) => void complaints.push({ event, ...fields }),
      warn: () => undefined,
      info: () => undefined,
    };
    product = await aProduct({ log });
    const { now } = product.services.store;
    for (const id of [APPROVALS, GENERAL]) {
      await now.channels.save({ id, teamId: TEAM, teamName: 'Contoso', name: id, type: 'standard' });
      const place = { kind: 'channel', principalId: null, serviceUrl: 'https://smba.invalid/' } as const;
      await now.conversations.save({ id, ...place, deadReason: null });
    }
    const chosen = { conversationId: APPROVALS, teamName: 'Contoso', channelName: 'approvals' };
    await now.botSettings.save('approvals-channel', chosen, product.seeded.idOf('admin'), product.clock.now());
  });
  const follow = (activity: Activity) => {
    const resume = async (recipient: string): Promise<void> => void resumed.push(recipient);
    return followTeam({ ...product.services, botAppId: BOT, resume }, activity);
  };
  const deadReason = async (id = APPROVALS) =>
    (await product.services.store.now.conversations.find(id))?.deadReason ?? null;

  for (const [what, activity, reason] of [
    ['the bot is removed from it', BOT_REMOVED, 'bot-removed'],
    ['it is deleted', TEAM_DELETED, 'teamDeleted'],
    ['it is archived', told({}, { eventType: 'teamArchived' }), 'teamArchived'],
  ] as const) {
    it(`is noted for all its channels when ${what}, and an operator is told of the approvals channel once`, async () => {
      await follow(activity);
      assert.deepEqual([await deadReason(), await deadReason(GENERAL)], [reason, reason]);
      assert.deepEqual(complaints, [{ event: 'approvals-channel.unreachable', channel: APPROVALS, reason }]);
    });
  }

  it('loses one channel alone when that is deleted', async () => {
    await follow(told({}, { eventType: 'channelDeleted', channel: { id: GENERAL } }));
    assert.deepEqual([await deadReason(), await deadReason(GENERAL), complaints], [null, 'channelDeleted', []]);
  });

  it('is not taken for lost when somebody else leaves it', async () => {
    await follow(told({ membersRemoved: [{ id: '29:somebody' }] }, { eventType: 'teamMemberRemoved' }));
    assert.equal(await deadReason(), null);
  });

  it('leaves the approvers their own cards, and the decision as it is, while it is away', async () => {
    await product.says('engineer', ASK);
    await follow(TEAM_DELETED);
    await product.passes('PT1S');
    const card = await product.card('approver', 'approval-request');
    await product.presses('approver', card, 'send-approve', { justification: 'ok' });
    assert.equal((await product.card('engineer', 'activation-active')).isRetired, false);
  });

  it('has what waits shown again when the bot is back, in one card each', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT1S');
    const [before] = await product.cardsIn(APPROVALS);
    await follow(TEAM_DELETED);
    await follow(BOT_ADDED);
    assert.equal(await deadReason(), null);
    await product.passes('PT1S');
    const [after, more] = await product.cardsIn(APPROVALS);
    assert.deepEqual([after?.id, more], [before?.id, undefined]);
    assert.ok((after?.version ?? 0) > (before?.version ?? 0));
  });

  it('is not named any more where it was given up before the request stood there', async () => {
    await product.says('engineer', ASK);
    await product.services.store.now.botSettings.remove('approvals-channel');
    await product.passes('PT1S');
    const { notice } = await product.card('engineer', 'activation-pending');
    assert.deepEqual([await product.cardsIn(APPROVALS), 'channel' in notice], [[], false]);
  });

  const namedChannel = async (): Promise<string | undefined> => {
    const { notice } = await product.card('engineer', 'activation-pending');
    return notice.card === 'activation-pending' ? notice.channel?.channelName : '';
  };

  it('is said to show a request once its card has arrived, and goes on being named when another channel is chosen', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT1S');
    const isThere = async (): Promise<boolean | undefined> => {
      const { notice } = await product.card('engineer', 'activation-pending');
      return notice.card === 'activation-pending' ? notice.channel?.isThere : undefined;
    };
    assert.equal(await isThere(), false);
    const { store } = product.services;
    const [card] = await product.cardsIn(APPROVALS);
    assert.ok(card);
    await product.database.pool.query('update pimlico.cards set activity_id = $2 where id = $1', [card.id, 'act-1']);
    await noteReached({ store, clock: product.clock }, card);
    assert.equal(await isThere(), true);
    await store.now.botSettings.remove('approvals-channel');
    await product.presses('engineer', await product.card('engineer', 'activation-pending'), 'remind-approvers');
    assert.deepEqual([await namedChannel(), await isThere()], [APPROVALS, true]);
    // One that nothing is known of any more is not called by the name of the one that was chosen since.
    const other = { conversationId: GENERAL, teamName: 'Contoso', channelName: 'general' };
    await store.now.botSettings.save('approvals-channel', other, product.seeded.idOf('admin'), product.clock.now());
    await product.database.pool.query('delete from pimlico.channels where id = $1', [APPROVALS]);
    await noteReached({ store, clock: product.clock }, card);
    assert.equal(await namedChannel(), undefined);
  });

  it('is brought what waits for it when somebody writes there again', async () => {
    const { store } = product.services;
    const acquaintances = createAcquaintances(store, product.clock, undefined, async (one) => void resumed.push(one));
    await store.now.conversations.markDead(APPROVALS, 'BotNotInConversationRoster');
    const where = { id: `${APPROVALS};messageid=1`, conversationType: 'channel' };
    for (const id of ['1', '2']) {
      await acquaintances.rememberConversation(told({ type: 'message', id, conversation: where }));
    }
    assert.deepEqual([resumed, await deadReason()], [[APPROVALS], null]);
  });

  it('is not named where it does not take the card of a request', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT1S');
    const [card] = await product.cardsIn(APPROVALS);
    assert.ok(card);
    await noteLostCard(product.services, card, 'BadSyntax');
    assert.deepEqual([await namedChannel(), complaints], [undefined, []]);
  });

  it('is named to the requester as a place where approvers find it, for as long as that is true', async () => {
    await product.says('engineer', ASK);
    assert.equal(await namedChannel(), 'approvals', 'it is about to stand there');
    await product.passes('PT1S');
    assert.equal(await namedChannel(), 'approvals');
    await product.presses('engineer', await product.card('engineer', 'activation-pending'), 'remind-approvers');
    assert.equal(await namedChannel(), 'approvals');
    await follow(TEAM_DELETED);
    assert.equal(await namedChannel(), undefined);
    await follow(BOT_ADDED);
    await product.passes('PT1S');
    assert.equal(await namedChannel(), 'approvals');
    // Teams said nothing: it shows when the card cannot be brought there.
    const { store, log } = product.services;
    const [card] = await product.cardsIn(APPROVALS);
    await store.now.conversations.markDead(APPROVALS, 'BotNotInConversationRoster');
    assert.ok(card);
    assert.equal((await noteLostCard({ store, log }, card, 'BotNotInConversationRoster')).length, 1);
    assert.equal(await namedChannel(), undefined);
  });

  it('shows nothing again that was decided meanwhile, and has how it ended brought there', async () => {
    await product.says('engineer', ASK);
    await product.passes('PT1S');
    await follow(BOT_REMOVED);
    await product.says('engineer', 'cancel');
    await follow(BOT_ADDED);
    assert.deepEqual(resumed.toSorted(), [APPROVALS, GENERAL].toSorted());
    assert.deepEqual(await product.waiting(), []);
    const [card] = await product.cardsIn(APPROVALS);
    assert.equal(card?.notice.card, 'approval-decided');
  });
});
