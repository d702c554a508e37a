import assert from 'node:assert/strict';
import { createConnector } from '../../../bot/connector.ts';
import { createDelivery } from '../../../bot/delivery.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { DeliveryResult, OutboxEntry } from '../../../src/ports/outbox.ts';
import type { Store } from '../../../src/ports/store.ts';
import { ALARM } from '../../support/alarm-notices.ts';
import { BOT, NOW, TENANT } from './edge.ts';
import { anEntry, nobodyElse } from './outbox-entry.ts';
import { type Answer, attachmentOf, type Call, failure, startScriptedConnector } from './scripted-connector.ts';

describe('a card for a channel that the bot never heard from', () => {
  let connector: Awaited<ReturnType<typeof startScriptedConnector>>;
  let calls: Call[];

  before(async () => {
    connector = await startScriptedConnector();
  });
  after(() => connector.close());

  async function deliver(answers: readonly Answer[] = [], notice?: Notice): Promise<DeliveryResult | undefined> {
    calls = connector.begin();
    connector.answerWith(...answers);
    const entry = anEntry(
      { conversation: null, person: null },
      { recipient: conversationId('19:c@t'), ...(notice && { notice }) },
    );
    const waiting: OutboxEntry[] = [entry];
    let settled: DeliveryResult | undefined;
    const delivery = createDelivery({
      outbox: {
        claim: async () => waiting.splice(0),
        settle: async (_card, _version, result) => {
          settled = result;
        },
        renew: async () => null,
        resume: async () => undefined,
      },
      connector: createConnector({
        tenantId: TENANT,
        botAppId: BOT,
        serviceUrls: createServiceUrls([new URL(connector.url).host]),
        tokens: { token: async () => 'app-token', reject: () => undefined },
      }),
      // Nothing is known of the conversation, so nothing of it is written down.
      store: { now: {} } as Store,
      clock: { now: () => NOW, waitUntil: async () => undefined },
      log: { error: () => undefined, warn: () => undefined, info: () => undefined },
      render: ({ notice: shown }) => ({ card: { ...shown }, summary: 'an alarm' }),
      botAppId: BOT,
      serviceUrl: () => connector.url,
      ...nobodyElse,
      isAllowed: () => true,
    });
    await delivery.deliver([entry.card.id]);
    return settled;
  }

  it('goes there, where the tenant is served, and no chat is opened', async () => {
    const result = await deliver();
    const lines = calls.map(({ line }) => line);
    assert.deepEqual(lines, ['POST /v3/conversations/19%3Ac%40t/activities']);
    assert.deepEqual(result, { kind: 'delivered', activityId: 'act-1', conversationId: '19:c@t' });
  });

  for (const [what, refusal] of [
    ['is a private one, which takes none', failure(403, 'ForbiddenOperationException')],
    ['is gone', failure(404, 'ConversationNotFound')],
  ] as const) {
    it(`is given up where the channel ${what}`, async () => {
      const result = await deliver([refusal]);
      assert.deepEqual([result?.kind, calls.length], ['dead', 1]);
    });
  }

  describe('with mentions', () => {
    const mentionsOf = (call: Call | undefined) => attachmentOf(call)?.content.mentions;

    it('is sent without them when Teams refuses it with them', async () => {
      const result = await deliver([failure(400, 'BadArgument')], ALARM);
      assert.deepEqual(calls.map(mentionsOf), [ALARM.mentions, []]);
      assert.equal(result?.kind, 'delivered');
    });

    it('is given up when it is refused without them as well', async () => {
      const result = await deliver([failure(400, 'BadArgument'), failure(400, 'BadArgument')], ALARM);
      assert.deepEqual([result, calls.length], [{ kind: 'dead', reason: 'BadArgument' }, 2]);
    });

    it('is not sent twice where the channel takes nothing', async () => {
      const result = await deliver([failure(403, 'BotNotInConversationRoster')], ALARM);
      assert.deepEqual([result?.kind, calls.length], ['dead', 1]);
    });

    it('is sent again when it may have arrived: twice told is better than not at all', async () => {
      assert.equal((await deliver([failure(502, 'BadGateway')], ALARM))?.kind, 'retry');
    });
  });
});
