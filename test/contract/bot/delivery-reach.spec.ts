import assert from 'node:assert/strict';
import { createConnector } from '../../../bot/connector.ts';
import { createDelivery } from '../../../bot/delivery.ts';
import { createHostFinder } from '../../../bot/host-finder.ts';
import { createInvitations } from '../../../bot/invitations.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import { conversationId, type PrincipalId, type RequestId } from '../../../src/domain/ids.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { ApprovalAsk } from '../../../src/ports/approvals.ts';
import type { InstallationRecord, InstallOutcome } from '../../../src/ports/bot-installer.ts';
import type { DeliveryResult, OutboxEntry } from '../../../src/ports/outbox.ts';
import type { CardRecord, ConversationRecord, Store } from '../../../src/ports/store.ts';
import { BOT, type LogLine, NOW, TENANT } from './edge.ts';
import { APPROVAL, aChat, anEntry, nobodyElse } from './outbox-entry.ts';
import { type Answer, answer, type Call, failure, startScriptedConnector } from './scripted-connector.ts';

const WITHOUT_BOT = failure(403, 'ForbiddenOperationException');
const NOT_IN_ROSTER = failure(403, 'BotNotInConversationRoster');
const BLOCKED = answer(403, { errorCode: 209, message: '{"subCode":"MessageWritesBlocked"}' });
const TO_OPEN = 'POST /v3/conversations';
const TO_KNOWN = 'POST /v3/conversations/a%3A1%3Bx/activities';
const TO_NEW = 'POST /v3/conversations/a%3Anew/activities';

describe('delivery to somebody who cannot be reached', () => {
  let connector: Awaited<ReturnType<typeof startScriptedConnector>>;
  let calls: Call[];
  let lines: LogLine[];
  let noted: string[];
  let installations: InstallationRecord[];
  let installed: PrincipalId[];
  let outcome: InstallOutcome;
  let asks: readonly Pick<ApprovalAsk, 'approverId' | 'why'>[];
  let now: Temporal.Instant;

  before(async () => {
    connector = await startScriptedConnector();
  });
  after(() => connector.close());
  beforeEach(() => {
    calls = connector.begin();
    [lines, noted, installations, installed] = [[], [], [], []];
    outcome = 'installed';
    asks = [];
    now = NOW;
  });

  const chat = (changes: Partial<ConversationRecord> = {}) => aChat({ serviceUrl: connector.url, ...changes });
  const ask = (changes: Partial<OutboxEntry> = {}, card: Partial<CardRecord> = {}) =>
    anEntry({ conversation: chat(), ...changes }, { notice: APPROVAL, ...card });
  const stranger = (changes: Partial<OutboxEntry> = {}, card: Partial<CardRecord> = {}) =>
    ask({ conversation: null, person: null, ...changes }, card);

  async function deliver(
    entry: OutboxEntry,
    answers: readonly Answer[],
    hosts = [new URL(connector.url).host],
  ): Promise<DeliveryResult> {
    connector.answerWith(...answers);
    const waiting = [entry];
    const results: DeliveryResult[] = [];
    const log = (level: string) => (event: string, fields?: object) => void lines.push({ level, event, ...fields });
    const logs = { error: log('error'), warn: log('warn'), info: log('info') };
    const clock = { now: () => now, waitUntil: async () => undefined };
    const serviceUrls = createServiceUrls(hosts);
    const store = {
      now: {
        conversations: {
          save: async ({ id, deadReason }: ConversationRecord) => noted.push(`saved ${id} ${deadReason}`) > 0,
          markDead: async (id: string, reason: string) => void noted.push(`dead ${id} ${reason}`),
        },
        approvals: {
          findAsk: async (_: RequestId, person: PrincipalId) =>
            asks.find(({ approverId }) => approverId === person) ?? null,
        },
        installations: {
          list: async () => installations,
          note: async (record: InstallationRecord) => void installations.splice(0, 1, record),
        },
      },
    } as unknown as Store;
    const installer = {
      install: async (person: PrincipalId) => {
        installed.push(person);
        return outcome;
      },
    };
    const plain = createConnector({
      tenantId: TENANT,
      botAppId: BOT,
      serviceUrls,
      tokens: { token: async () => 'app-token', reject: () => undefined },
    });
    const delivery = createDelivery({
      outbox: {
        claim: async () => waiting.splice(0),
        settle: async (_card, _version, result) => void results.push(result),
        renew: async () => null,
        resume: async () => undefined,
      },
      connector: createHostFinder(plain, serviceUrls, logs),
      store,
      clock,
      log: logs,
      render: () => ({ card: { type: 'AdaptiveCard', id: 'whole' }, summary: 'whole' }),
      botAppId: BOT,
      serviceUrl: () => connector.url,
      isAllowed: serviceUrls.isAllowed,
      ...nobodyElse,
      invitations: createInvitations({ installer, store, clock }),
      onUndeliverable: async (_card, { why }) => {
        noted.push(`unreachable ${why}`);
        return [];
      },
      onReached: async () => {
        noted.push('reached');
        return [];
      },
      onReachable: async () => void noted.push('reachable'),
      random: () => 0,
    });
    await delivery.deliver([entry.card.id]);
    return results[0] ?? assert.fail('nothing was settled');
  }

  const asked = () => calls.map(({ line }) => line);
  const opened = answer(201, { id: 'a:new' });

  it('adds the bot to the chats of an approver who was never seen, and sends in the chat that this opens', async () => {
    const result = await deliver(stranger(), [WITHOUT_BOT, opened]);
    assert.deepEqual([result.kind, asked(), installed.length], ['delivered', [TO_OPEN, TO_OPEN, TO_NEW], 1]);
    assert.deepEqual(noted, ['saved a:new null', 'reachable', 'reached']);
  });

  it('does so for one who lost it: the known chat says that they do not have it', async () => {
    const result = await deliver(ask(), [NOT_IN_ROSTER, opened]);
    assert.deepEqual([result.kind, asked(), installed.length], ['delivered', [TO_KNOWN, TO_OPEN, TO_NEW], 1]);
  });

  it('takes a bot that is there already for an installation', async () => {
    outcome = 'already';
    assert.equal((await deliver(stranger(), [WITHOUT_BOT, opened])).kind, 'delivered');
  });

  it('waits a moment where Teams has not heard of the installation yet, without a second one', async () => {
    const first = await deliver(stranger(), [WITHOUT_BOT, WITHOUT_BOT]);
    assert.deepEqual([first.kind === 'retry' && first.reason, noted], ['installing', []]);
    now = NOW.add({ seconds: 2 });
    assert.equal((await deliver(stranger({ attempt: 1 }), [WITHOUT_BOT, opened])).kind, 'delivered');
    assert.equal(installed.length, 1);
    now = NOW.add({ minutes: 11 });
    const late = await deliver(stranger({ attempt: 2 }), [WITHOUT_BOT]);
    assert.deepEqual([late.kind === 'retry' && late.reason, installed.length], ['ForbiddenOperationException', 1]);
    assert.equal(noted.at(-1), 'unreachable no-bot');
  });

  for (const [given, why, pause] of [
    ['not-allowed', 'not-allowed', { minutes: 60 }],
    ['unknown-app', 'no-bot', { minutes: 60 }],
    ['unavailable', 'no-bot', { minutes: 5 }],
  ] as const) {
    it(`says why when installing is ${given}, and does not ask again before ${Temporal.Duration.from(pause)}`, async () => {
      outcome = given;
      const result = await deliver(stranger(), [WITHOUT_BOT]);
      assert.deepEqual([result.kind, noted], ['retry', [`unreachable ${why}`]]);
      now = NOW.add(pause).subtract({ seconds: 1 });
      await deliver(stranger({ attempt: 1 }), [WITHOUT_BOT]);
      assert.equal(installed.length, 1);
      now = NOW.add(pause);
      await deliver(stranger({ attempt: 2 }), [WITHOUT_BOT]);
      assert.equal(installed.length, 2);
    });
  }

  it('never adds the bot for a guest, as the requester was told', async () => {
    const guest = stranger();
    asks = [{ approverId: guest.card.recipient as PrincipalId, why: 'guest' }];
    const result = await deliver(guest, [WITHOUT_BOT]);
    assert.deepEqual([result.kind, installed, noted], ['retry', [], ['unreachable guest']]);
  });

  it('never adds the bot for somebody who blocked it', async () => {
    const result = await deliver(ask(), [BLOCKED]);
    assert.deepEqual(
      [result.kind, installed, noted],
      ['retry', [], ['dead a:1;x MessageWritesBlocked', 'unreachable blocked']],
    );
  });

  it('looks again every quarter of an hour, for a day, at somebody who must act', async () => {
    const first = await deliver(ask(), [BLOCKED]);
    assert.deepEqual(first.kind === 'retry' && first.at, NOW.add({ minutes: 15 }));
    assert.deepEqual(await deliver(ask({ attempt: 100 }), [BLOCKED]), { kind: 'dead', reason: 'MessageWritesBlocked' });
    assert.equal((await deliver(ask({}, { notice: { card: 'help' } as Notice }), [BLOCKED])).kind, 'dead');
  });

  it('gives up on somebody without the bot who need not act, and adds it to no chat', async () => {
    const result = await deliver(stranger({}, { notice: { card: 'help' } as Notice }), [WITHOUT_BOT]);
    assert.deepEqual([result.kind, installed, noted], ['dead', [], ['unreachable no-bot']]);
  });

  it('adds it again for somebody who took it away only where they must act, and once a day', async () => {
    const conversation = chat({ deadReason: 'uninstalled' });
    const plain = await deliver(ask({ conversation }, { notice: { card: 'help' } as Notice }), [BLOCKED]);
    assert.deepEqual([plain.kind, installed, noted], ['dead', [], ['unreachable removed']]);
    assert.equal((await deliver(ask({ conversation }), [BLOCKED, opened])).kind, 'delivered');
    now = NOW.add({ hours: 23 });
    noted = [];
    const again = await deliver(ask({ conversation }), [BLOCKED, WITHOUT_BOT]);
    assert.deepEqual([again.kind, installed.length], ['retry', 1]);
  });

  it('forgets a card that came to nothing while its person could not be reached', async () => {
    const decided = { notice: { card: 'approval-decided', request: { requestId: '7F3K' }, decidedBy: null } as Notice };
    const before = { attempt: 1, reason: 'MessageWritesBlocked' };
    for (const card of [decided, { isRetired: true }]) {
      assert.deepEqual([await deliver(ask(before, card), []), asked()], [{ kind: 'dead', reason: 'over' }, []]);
    }
    for (const other of [{ wasAmbiguous: true }, { reason: 'TooManyRequests' }]) {
      const kind = 'wasAmbiguous' in other ? 'delivered' : 'dead';
      assert.equal((await deliver(ask({ ...before, ...other }, decided), [])).kind, kind);
    }
    assert.deepEqual(
      lines.filter(({ event }) => event === 'delivery.given-up'),
      [],
    );
  });

  it('tells nobody how an approval ended that they were never asked for, and everybody who may have been', async () => {
    const notice = { card: 'approval-decided', request: { requestId: '7F3K' }, decidedBy: 'Megan Bowen' } as Notice;
    const decided = { notice };
    const byThemselves = { notice: { ...notice, decidedBy: 'Alex Wilber' } as Notice };
    const channel = { ...decided, recipient: conversationId('19:c@t') };
    for (const card of [decided, channel, { isRetired: true }]) {
      assert.deepEqual([await deliver(ask({}, card), []), asked()], [{ kind: 'dead', reason: 'over' }, []]);
    }
    const shown = { activityId: 'act-0', conversationId: conversationId('a:1;x') };
    const withdrawn = { isRetired: true, notice: { card: 'help' } as Notice };
    for (const entry of [
      ask({ wasAmbiguous: true }, decided),
      ask({ wasAmbiguous: true }, { isRetired: true }),
      ask({ operation: 'update' }, { ...decided, ...shown }),
      ask({}, withdrawn),
      ask({}, byThemselves),
    ]) {
      assert.equal((await deliver(entry, [])).kind, 'delivered');
    }
  });

  it('sets right what the requester was told, and brings what else waits, once the approver can be reached', async () => {
    await deliver(ask({ conversation: chat({ deadReason: 'MessageWritesBlocked' }), attempt: 3 }), []);
    assert.deepEqual(noted, ['saved a:1;x null', 'reachable', 'reached']);
    noted = [];
    for (const before of [{ attempt: 3 }, { reason: 'BadSyntax' }]) {
      await deliver(ask(before), []);
      assert.deepEqual(noted, ['reached']);
      noted = [];
    }
    await deliver(ask(), []);
    assert.deepEqual(noted, []);
  });

  it('notes a channel whose team was deleted while a card was on its way, says so once, and looks again', async () => {
    const id = conversationId('19:c@t');
    const place = chat({ id, kind: 'channel', principalId: null });
    for (const [deadReason, told] of [
      [null, ['unreachable failed']],
      ['conversation-gone', []],
    ] as const) {
      noted = [];
      const entry = ask({ conversation: { ...place, deadReason }, person: null }, { recipient: id });
      const result = await deliver(entry, [failure(404, 'ConversationNotFound')]);
      assert.deepEqual([result.kind, installed], ['retry', []]);
      assert.deepEqual(noted, ['dead 19:c@t conversation-gone', ...told]);
    }
  });

  it('brings to a channel what else waits, once something arrives there', async () => {
    const id = conversationId('19:c@t');
    const conversation = chat({ id, kind: 'channel', principalId: null, deadReason: 'conversation-gone' });
    await deliver(ask({ conversation, person: null }, { recipient: id }), []);
    assert.deepEqual(noted, ['saved 19:c@t null', 'reachable', 'reached']);
  });

  describe('for a reason that is not theirs', () => {
    for (const [status, code] of [
      [401, 'BotNotRegistered'],
      [403, 'BotDisabledByAdmin'],
      [403, 'NotEnoughPermissions'],
      [403, 'InvalidBotApiHost'],
    ] as const) {
      it(`${code} is told to an operator, and the card waits`, async () => {
        const result = await deliver(ask(), [failure(status, code)]);
        const at = NOW.add({ minutes: 5 });
        assert.deepEqual(result, { kind: 'retry', at, isAmbiguous: false, keepsPlace: false, reason: code });
        const told = lines.filter(({ level }) => level === 'error').map(({ event, reason }) => [event, reason]);
        assert.deepEqual([told, noted], [[['delivery.bot_refused', code]], []]);
      });
    }

    it('goes to the host of the tenant where that is on the list', async () => {
      const { port } = new URL(connector.url);
      const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
      const result = await deliver(ask(), [failure(403, 'InvalidBotApiHost')], hosts);
      assert.deepEqual([result.kind, asked()], ['delivered', [TO_KNOWN, TO_KNOWN]]);
      assert.deepEqual(
        lines.map(({ event }) => event),
        ['connector.host_changed'],
      );
    });

    it('sends a smaller card where the whole one is too big', async () => {
      const result = await deliver(ask(), [failure(413, 'MessageSizeTooBig')]);
      const content = calls.map(({ body }) => (body.attachments as { content: { id: string } }[])[0]?.content.id);
      assert.deepEqual([result.kind, content], ['delivered', ['whole', 'smaller']]);
      const twice = failure(413, 'MessageSizeTooBig');
      assert.deepEqual(await deliver(ask(), [twice, twice]), { kind: 'dead', reason: 'MessageSizeTooBig' });
      assert.deepEqual(noted, ['unreachable failed']);
    });

    for (const [status, code] of [
      [400, 'BadSyntax'],
      [403, 'SomethingNew'],
    ] as const) {
      it(`says that an approver was not asked, to the requester and an operator, where Teams refuses the card: ${code}`, async () => {
        assert.deepEqual(await deliver(ask(), [failure(status, code)]), { kind: 'dead', reason: code });
        assert.deepEqual(noted, ['unreachable failed']);
        const told = lines.map(({ level, event, reason }) => [level, event, reason]);
        assert.deepEqual(told, [['error', 'delivery.given-up', code]]);
      });
    }

    it('says that nothing will stand in a channel that refuses the card', async () => {
      const id = conversationId('19:c@t');
      const entry = ask({ conversation: chat({ id, kind: 'channel', principalId: null }) }, { recipient: id });
      assert.equal((await deliver(entry, [failure(400, 'BadSyntax')])).kind, 'dead');
      assert.deepEqual(noted, ['unreachable failed']);
    });

    it('says nothing of an approver whose card was only to change, nor of other cards', async () => {
      const shown = { activityId: 'act-0', conversationId: conversationId('a:1;x') };
      for (const entry of [ask({ operation: 'update' }, shown), ask({}, { notice: { card: 'help' } as Notice })]) {
        assert.equal((await deliver(entry, [failure(400, 'BadSyntax')])).kind, 'dead');
      }
      assert.deepEqual(noted, []);
    });
  });
});
