import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConnector } from '../../../bot/connector.ts';
import { createDelivery } from '../../../bot/delivery.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import { type CardId, cardId, conversationId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { DeliveryResult, OutboxEntry } from '../../../src/ports/outbox.ts';
import type { CardRecord, ConversationRecord, Store } from '../../../src/ports/store.ts';
import { ALEX, BOT, type LogLine, NOW, TENANT } from './edge.ts';
import { APPROVAL, aChat, anEntry, nobodyElse } from './outbox-entry.ts';
import {
  type Answer,
  answer,
  attachmentOf,
  type Call,
  failure,
  hangUp,
  silence,
  startScriptedConnector,
} from './scripted-connector.ts';

describe('delivery to the connector', () => {
  let connector: Awaited<ReturnType<typeof startScriptedConnector>>;
  let url: string;
  let calls: Call[];
  let lines: LogLine[];
  let settled: [card: string, version: number, result: DeliveryResult][];
  let saved: ConversationRecord[];
  let dead: string[];
  let unreachable: string[];
  let claims: number;
  let mostAsked: number;
  let painted: number[];

  before(async () => {
    connector = await startScriptedConnector();
    url = connector.url;
  });
  after(() => connector.close());
  beforeEach(() => {
    calls = connector.begin();
    [claims, mostAsked] = [0, 0];
    [painted, lines, settled, saved] = [[], [], [], []];
    dead = [];
    unreachable = [];
  });

  const chat = (changes: Partial<ConversationRecord> = {}) => aChat({ serviceUrl: url, ...changes });
  const entry = (changes: Partial<OutboxEntry> = {}, card: Partial<CardRecord> = {}) =>
    anEntry({ conversation: chat(), ...changes }, card);
  const shown = { activityId: 'act-0', conversationId: conversationId('a:1;x') };

  async function deliver(
    entries: readonly OutboxEntry[],
    options: { readonly timeoutMs?: number; readonly emptyClaims?: number } = {},
  ): Promise<void> {
    const log = (level: string) => (event: string, fields?: object) => void lines.push({ level, event, ...fields });
    const waiting = [...entries];
    const delivery = createDelivery({
      outbox: {
        claim: async (cards: readonly CardId[] | null, limit) => {
          claims += 1;
          mostAsked = Math.max(mostAsked, cards?.length ?? 0);
          if (claims <= (options.emptyClaims ?? 0)) return [];
          const due = waiting.filter(({ card }) => cards === null || cards.includes(card.id)).slice(0, limit);
          for (const one of due) waiting.splice(waiting.indexOf(one), 1);
          return due;
        },
        settle: async (card, version, result) => void settled.push([card, version, result]),
        resume: async () => undefined,
        renew: async (id, version) => ({ ...entry({}, { id }).card, version: version + 1 }),
      },
      connector: createConnector({
        tenantId: TENANT,
        botAppId: BOT,
        serviceUrls: createServiceUrls([new URL(url).host]),
        tokens: { token: async () => 'app-token', reject: () => undefined },
        timeoutMs: options.timeoutMs ?? 5_000,
      }),
      store: {
        now: {
          conversations: {
            save: async (row: ConversationRecord) => saved.push(row) > 0,
            markDead: async (id: string, reason: string) => void dead.push(`${id} ${reason}`),
          },
        },
      } as unknown as Store,
      clock: { now: () => NOW, waitUntil: async () => undefined },
      log: { error: log('error'), warn: log('warn'), info: log('info') },
      render: (card) => {
        assert.notEqual(card.story, 'unpaintable');
        painted.push(card.version);
        return { card: { type: 'AdaptiveCard', id: card.notice.card }, summary: `about ${card.story}` };
      },
      botAppId: BOT,
      serviceUrl: () => url,
      isAllowed: (serviceUrl) => new URL(serviceUrl).host === new URL(url).host,
      ...nobodyElse,
      onUndeliverable: async (card, { why }) => {
        unreachable.push(`${card.id} ${why}`);
        return [];
      },
      random: () => 0,
    });
    await delivery.deliver(entries.map(({ card }) => card.id));
  }

  const results = () => settled.map(([, , result]) => result);
  const retry = (seconds: number, reason: string, isAmbiguous = false): DeliveryResult => ({
    kind: 'retry',
    at: NOW.add({ seconds }),
    isAmbiguous,
    keepsPlace: false,
    reason,
  });
  const throttled = (seconds: number, reason: string) => ({ ...retry(seconds, reason), keepsPlace: true });

  it('sends the card to the known chat, with our token and a summary, and keeps where it is', async () => {
    await deliver([entry()]);
    assert.deepEqual(calls, [
      {
        line: 'POST /v3/conversations/a%3A1%3Bx/activities',
        authorization: 'Bearer app-token',
        body: {
          type: 'message',
          summary: 'about s1',
          attachments: [
            {
              contentType: 'application/vnd.microsoft.card.adaptive',
              content: { type: 'AdaptiveCard', id: 'help' },
            },
          ],
        },
      },
    ]);
    assert.deepEqual(settled, [['c1', 3, { kind: 'delivered', activityId: 'act-1', conversationId: 'a:1;x' }]]);
  });

  it('changes a message that was sent, and deletes one that was withdrawn', async () => {
    await deliver([
      entry({ operation: 'update' }, shown),
      entry({ operation: 'delete' }, { ...shown, id: cardId('c2') }),
    ]);
    assert.deepEqual(calls.map((call) => call.line).toSorted(), [
      'DELETE /v3/conversations/a%3A1%3Bx/activities/act-0',
      'PUT /v3/conversations/a%3A1%3Bx/activities/act-0',
    ]);
    assert.deepEqual(results(), [
      { kind: 'delivered', activityId: 'act-0', conversationId: 'a:1;x' },
      { kind: 'delivered', activityId: 'act-0', conversationId: 'a:1;x' },
    ]);
  });

  it('asks for a silent sign-in in a card of its own kind', async () => {
    const notice: Notice = { card: 'sign-in', exchangeId: 'ex-1', reason: 'first-time', pageSignInId: null };
    await deliver([entry({}, { notice })]);
    const attachment = attachmentOf(calls[0]);
    assert.equal(attachment?.contentType, 'application/vnd.microsoft.card.oauth');
    assert.deepEqual(attachment?.content.tokenExchangeResource, { id: 'ex-1', uri: `api://botid-${BOT}` });
    assert.equal(attachment?.content.connectionName, 'pimlico');
  });

  it('shows the sign-in card itself once the client was refused', async () => {
    await deliver([
      entry({}, { notice: { card: 'sign-in', exchangeId: null, reason: 'consent-missing', pageSignInId: null } }),
    ]);
    const attachment = attachmentOf(calls[0]);
    assert.equal(attachment?.contentType, 'application/vnd.microsoft.card.adaptive');
  });

  it('opens the chat of a person it never saw by their object id, and keeps it', async () => {
    connector.answerWith(answer(201, { id: 'a:new' }));
    await deliver([entry({ person: null, conversation: null })]);
    assert.deepEqual(calls[0]?.body, {
      isGroup: false,
      bot: { id: `28:${BOT}` },
      members: [{ id: ALEX }],
      tenantId: TENANT,
      channelData: { tenant: { id: TENANT } },
    });
    assert.equal(calls[1]?.line, 'POST /v3/conversations/a%3Anew/activities');
    assert.deepEqual(saved, [chat({ id: conversationId('a:new') })]);
    assert.deepEqual(results(), [{ kind: 'delivered', activityId: 'act-2', conversationId: 'a:new' }]);
  });

  it('opens the chat anew when it is gone', async () => {
    connector.answerWith(failure(404, 'ConversationNotFound'), answer(201, { id: 'a:new' }));
    await deliver([entry()]);
    assert.deepEqual(results(), [{ kind: 'delivered', activityId: 'act-3', conversationId: 'a:new' }]);
  });

  describe('a note for all who read along', () => {
    const channel = () => chat({ id: conversationId('19:c@t'), kind: 'channel', principalId: null });
    const notice: Notice = { card: 'thread-note', says: 'answered-elsewhere', threadId: '19:c@t;messageid=7' };
    const note = (changes: Partial<OutboxEntry> = {}) =>
      entry({ conversation: channel(), person: null, ...changes }, { notice, recipient: conversationId('19:c@t') });

    it('goes into the thread where its person wrote', async () => {
      await deliver([note()]);
      assert.equal(calls[0]?.line, 'POST /v3/conversations/19%3Ac%40t%3Bmessageid%3D7/activities');
      assert.equal(results()[0]?.kind, 'delivered');
    });

    it('is not sent again when it may have arrived', async () => {
      connector.answerWith(answer(502));
      await deliver([note()]);
      assert.deepEqual(results(), [{ kind: 'dead', reason: 'ambiguous' }]);
    });

    it('opens no chat when its conversation is gone or was never seen', async () => {
      connector.answerWith(failure(404, 'ConversationNotFound'));
      await deliver([note(), note({ conversation: null })]);
      assert.deepEqual([results().map(({ kind }) => kind), calls.length], [['dead', 'dead'], 1]);
    });
  });

  describe('what certainly did not arrive is sent again later', () => {
    for (const [what, given, attempt, expected] of [
      [
        '429 with Retry-After',
        failure(429, 'TooManyRequests', { 'retry-after': '7' }),
        4,
        throttled(7, 'TooManyRequests'),
      ],
      ['429 without', failure(429, 'TooManyRequests'), 0, throttled(1, 'TooManyRequests')],
      ['412', failure(412, 'PreconditionFailed'), 1, throttled(2, 'PreconditionFailed')],
      ['412 for the fourth time', failure(412, 'PreconditionFailed'), 3, throttled(8, 'PreconditionFailed')],
      ['412 for the thirtieth time', failure(412, 'PreconditionFailed'), 29, throttled(300, 'PreconditionFailed')],
      ['Retry-After of nothing', failure(429, 'Throttled', { 'retry-after': '0' }), 0, throttled(1, 'Throttled')],
    ] as const) {
      it(`${what}`, async () => {
        connector.answerWith(given);
        await deliver([entry({ attempt })]);
        assert.deepEqual([results(), calls.length], [[expected], 1]);
      });
    }

    it('a refused connection', async () => {
      const closed = createServer();
      await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      const before = url;
      url = `http://127.0.0.1:${port}/`;
      await deliver([entry()]);
      url = before;
      assert.deepEqual(results(), [retry(1, 'ECONNREFUSED')]);
    });

    it('an answer that was lost while the chat was opened', async () => {
      connector.answerWith(answer(502));
      await deliver([entry({ conversation: null })]);
      assert.deepEqual(results(), [retry(1, 'http-502')]);
    });
  });

  describe('what may have arrived', () => {
    for (const [what, given, reason] of [
      ['500', failure(500, 'ServiceError'), 'ServiceError'],
      ['502 with a page', answer(502, '<html>'), 'http-502'],
      ['504', failure(504, 'GatewayTimeout'), 'GatewayTimeout'],
      ['a connection that broke', hangUp, 'UND_ERR_SOCKET'],
      ['success without an id', answer(201, {}), 'answer-without-id'],
    ] as const) {
      it(`is sent again for an approval: ${what}`, async () => {
        connector.answerWith(given);
        await deliver([entry({}, { notice: APPROVAL })]);
        assert.deepEqual(results(), [retry(1, reason, true)]);
      });

      it(`is not sent again for another card: ${what}`, async () => {
        connector.answerWith(given);
        await deliver([entry()]);
        assert.deepEqual([results(), unreachable], [[{ kind: 'dead', reason: 'ambiguous' }], []]);
      });
    }

    it('counts silence for it', async () => {
      connector.answerWith(silence);
      await deliver([entry({}, { notice: APPROVAL })], { timeoutMs: 50 });
      assert.deepEqual(results(), [retry(1, 'timeout', true)]);
    });

    it('repeats changes and removals, which say where they belong', async () => {
      connector.answerWith(answer(502), answer(502));
      await deliver([
        entry({ operation: 'update' }, shown),
        entry({ operation: 'delete' }, { ...shown, id: cardId('c2') }),
      ]);
      assert.deepEqual(results(), [retry(1, 'http-502'), retry(1, 'http-502')]);
    });

    it('is sent again after a crash cut it short, with new buttons: nothing that was committed is lost', async () => {
      await deliver([entry({ wasAmbiguous: true, attempt: 1 })]);
      assert.deepEqual([settled[0]?.[1], results()[0]?.kind, painted], [4, 'delivered', [4]]);
    });

    it('is changed with the buttons that it has', async () => {
      await deliver([entry({ operation: 'update', wasAmbiguous: true }, shown)]);
      assert.deepEqual(painted, [3]);
    });
  });

  describe('what is gone', () => {
    it('sends a live card anew when its message is gone', async () => {
      connector.answerWith(failure(404, 'ActivityNotFoundInConversation'));
      await deliver([entry({ operation: 'update' }, shown)]);
      assert.deepEqual(results(), [{ kind: 'delivered', activityId: 'act-2', conversationId: 'a:1;x' }]);
    });

    it('lets a retired card go when its message is gone', async () => {
      connector.answerWith(failure(404, 'ActivityNotFoundInConversation'));
      await deliver([entry({ operation: 'update' }, { ...shown, isRetired: true })]);
      assert.deepEqual([calls.length, results()[0]?.kind], [1, 'delivered']);
    });

    it('has nothing to do when what it should delete is gone', async () => {
      connector.answerWith(failure(404, 'ActivityNotFoundInConversation'));
      await deliver([entry({ operation: 'delete' }, shown)]);
      assert.equal(results()[0]?.kind, 'delivered');
    });
  });

  describe('who cannot be reached', () => {
    const blocked = answer(403, { errorCode: 209, message: '{"subCode":"MessageWritesBlocked"}' });

    it('gives up on a person who blocked the bot, notes the chat, and tells whoever cares', async () => {
      connector.answerWith(blocked);
      await deliver([entry()]);
      assert.deepEqual(results(), [{ kind: 'dead', reason: 'MessageWritesBlocked' }]);
      assert.deepEqual(dead, ['a:1;x MessageWritesBlocked']);
      assert.deepEqual(unreachable, ['c1 blocked']);
    });

    it('tries again with the next card, and notes that the person is back', async () => {
      await deliver([entry({ conversation: chat({ deadReason: 'MessageWritesBlocked' }) })]);
      assert.equal(results()[0]?.kind, 'delivered');
      assert.deepEqual(saved, [chat()]);
    });

    it('gives up loudly after three hundred attempts', async () => {
      connector.answerWith(failure(429, 'TooManyRequests'));
      await deliver([entry({ attempt: 300 })]);
      assert.deepEqual(results(), [{ kind: 'dead', reason: 'TooManyRequests' }]);
      assert.deepEqual(
        lines.map(({ level, event }) => [level, event]),
        [['error', 'delivery.given-up']],
      );
    });
  });

  it('writes where the others are in place of a stored address that is not on the list', async () => {
    const conversation = chat({ serviceUrl: 'https://evil.example/' });
    await deliver([
      entry({ conversation }),
      entry({ conversation, operation: 'update' }, { ...shown, id: cardId('c2') }),
    ]);
    assert.deepEqual([calls.length, results().map(({ kind }) => kind)], [2, ['delivered', 'delivered']]);
  });

  it('gives up a card that cannot be painted, says that its approver was not asked, and goes on with the others', async () => {
    await deliver([entry({}, { story: 'unpaintable', notice: APPROVAL }), entry({}, { id: cardId('c2') })]);
    assert.deepEqual(settled.map(([card, , result]) => [card, result.kind]).toSorted(), [
      ['c1', 'dead'],
      ['c2', 'delivered'],
    ]);
    assert.deepEqual(unreachable, ['c1 failed']);
  });

  it('looks once more after an empty claim, and then leaves it to others', async () => {
    await deliver([entry()], { emptyClaims: 1 });
    assert.deepEqual([claims, settled.length], [2, 1]);
    claims = 0;
    await deliver([entry()], { emptyClaims: 9 });
    assert.deepEqual([claims, settled.length], [2, 1]);
  });

  it('claims once when all it was given is sent', async () => {
    await deliver([entry(), entry({}, { id: cardId('c2') })]);
    assert.equal(claims, 1);
  });

  it('never has more than eight sends under way, and never claims among more than a few', async () => {
    let open = 0;
    let most = 0;
    const slow: Answer = (res, req) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        answer(201, { id: 'x' })(res, req);
      });
    };
    connector.answerWith(...Array.from({ length: 50 }, () => slow));
    await deliver(Array.from({ length: 50 }, (_, index) => entry({}, { id: cardId(`c${index}`) })));
    assert.deepEqual([settled.length, most <= 8, mostAsked], [50, true, 32]);
  });
});
