import assert from 'node:assert/strict';

import {
  ALEX,
  CHANNEL,
  type Channel,
  type Edge,
  invoke,
  message,
  NOW,
  post,
  press,
  startChannel,
  startEdge,
  TENANT,
} from './edge.ts';

const GROUP = { id: '19:g@thread.v2', conversationType: 'groupChat', isGroup: true, tenantId: TENANT };

describe('what one person may ask, and where it is answered', () => {
  let channel: Channel;
  let edge: Edge;
  let token: string;
  let turns: number;

  before(async () => {
    channel = await startChannel();
    token = await channel.token();
  });
  after(() => channel.close());
  afterEach(() => edge.close());

  const send = (activity: Record<string, unknown>) => post(edge, activity, { token });
  const start = async (turnsPerMinute: number): Promise<void> => {
    edge = await startEdge(channel, { turnsPerMinute });
    turns = 0;
    edge.product.sentence = async () => {
      turns += 1;
      return { cards: [] };
    };
    edge.product.press = async () => {
      turns += 1;
      return { kind: 'done', cards: [], reply: null, toast: null };
    };
  };

  describe('too many at once', () => {
    beforeEach(() => start(2));

    it('tells the person in one card, and neither notes nor carries out the rest', async () => {
      for (const id of ['1', '2', '3', '4']) {
        assert.equal((await send(message({ id }))).status, 200);
      }
      assert.equal(turns, 2);
      assert.equal(edge.statements.filter((statement) => statement === 'inbox.accept').length, 2);
      assert.deepEqual(
        edge.posted.map(({ notice, recipient }) => [recipient, notice]),
        [
          [
            ALEX,
            { card: 'error', code: 'command.too_many', facts: { wait: 'PT30S' }, suggestions: [], reference: null },
          ],
        ],
      );
      const reasons = edge.lines.filter(({ event }) => event === 'activity.refused').map(({ reason }) => reason);
      assert.deepEqual(reasons, ['too-many', 'too-many']);
    });

    it('neither tells nor carries out later what is delivered again', async () => {
      for (const id of ['1', '2', '3', '3']) {
        await send(message({ id }));
      }
      edge.clock.advance({ minutes: 5 });
      await send(message({ id: '3' }));
      assert.deepEqual([turns, edge.posted.length], [2, 1]);
      await send(message({ id: '4' }));
      assert.equal(turns, 3);
    });

    it('takes a message that is delivered again for one', async () => {
      for (const id of ['1', '1', '1', '2']) {
        await send(message({ id }));
      }
      assert.deepEqual([turns, edge.posted], [2, []]);
    });

    it('says so under the card that was pressed, and does nothing', async () => {
      for (const id of ['f:1', 'f:2']) {
        await send({ ...press('approve'), id });
      }
      let isAccepted = false;
      edge.product.accept = async () => {
        isAccepted = true;
      };
      const reply = await send({ ...press('approve', { authentication: { token: 'sso' } }), id: 'f:3' });
      assert.deepEqual(
        [reply.body, turns, isAccepted, edge.posted],
        [
          {
            statusCode: 200,
            type: 'application/vnd.microsoft.activity.message',
            value: 'Eso ha sido mucho de una vez. Vuelve a intentarlo dentro de un momento.',
          },
          2,
          false,
          [],
        ],
      );
    });

    it('counts sentences and presses together, and cards that paint themselves apart', async () => {
      await send({ ...press('view', { trigger: 'automatic' }), id: 'f:1' });
      await send({ ...press('view', { trigger: 'automatic' }), id: 'f:2' });
      await send(message({ id: '1' }));
      await send({ ...press('approve'), id: 'f:3' });
      await send(message({ id: '2' }));
      assert.deepEqual([turns, edge.posted.length], [4, 1]);
    });

    it('frees the place of a press whose token was refused', async () => {
      await edge.close();
      await start(20);
      edge.product.accept = async () => {
        throw new TypeError('refused');
      };
      for (let index = 0; index < 10; index += 1) {
        await send({ ...press('approve', { authentication: { token: 'sso' } }), id: `f:${index}` });
      }
      await send({ ...press('approve'), id: 'f:last' });
      assert.equal(turns, 1);
    });

    it('asks somebody else nothing of it', async () => {
      for (const id of ['1', '2', '3']) {
        await send(message({ id }));
      }
      const aadObjectId = '22222222-2222-4333-8444-555555555555';
      await send(message({ id: '4', from: { id: '29:2', name: 'Megan', aadObjectId } }));
      assert.equal(turns, 3);
    });

    it('takes 30 proofs of a person a minute, and late clients of one that went well besides', async () => {
      const proof = (id: string) => send(invoke('signin/tokenExchange', { id, token: 'sso' }));
      const statuses: number[] = [];
      for (let index = 0; index < 31; index += 1) {
        statuses.push((await proof(`ex-${index}`)).status);
      }
      assert.deepEqual([statuses[29], statuses[30], (await proof('ex-0')).status], [200, 412, 200]);
      assert.deepEqual(edge.posted, []);
    });
  });

  it('takes nine sentences of a person side by side for one too many', async () => {
    await start(60);
    const release = Promise.withResolvers<void>();
    const full = Promise.withResolvers<void>();
    edge.product.sentence = async () => {
      turns += 1;
      if (turns === 8) {
        full.resolve();
      }
      await release.promise;
      return { cards: [] };
    };
    const waiting = Array.from({ length: 8 }, (_, index) => send(message({ id: `${index}` })));
    await full.promise;
    await send(message({ id: 'ninth' }));
    release.resolve();
    await Promise.all(waiting);
    const [draft] = edge.posted;
    assert.deepEqual([turns, draft?.notice.card === 'error' && draft.notice.facts], [8, { wait: 'PT5S' }]);
    await send(message({ id: 'tenth' }));
    assert.equal(turns, 9);
  });

  describe('where others read along', () => {
    beforeEach(() => start(60));
    const ask = async (changes: Record<string, unknown>): Promise<void> => {
      await send(message(changes));
      await edge.background.drain(1_000);
    };
    const CHANNEL_ITSELF = '19:c@thread.tacv2';
    /** For whom a note was posted, in which thread, and what it says. */
    const notes = () =>
      edge.posted.flatMap(({ recipient, notice }) =>
        notice.card === 'thread-note' ? [[recipient, notice.threadId, notice.says]] : [],
      );

    it('says in the thread that the answer is elsewhere, after the turn', async () => {
      await ask({ id: '1' });
      await ask({ id: '2', conversation: CHANNEL, text: 'secret-word' });
      assert.deepEqual([notes(), turns], [[[CHANNEL_ITSELF, CHANNEL.id, 'answered-elsewhere']], 2]);
      assert.equal(edge.delivered.length, edge.posted.length);
      assert.doesNotMatch(JSON.stringify(edge.posted), /secret-word/);
    });

    it('says it once in ten minutes to a person in a conversation, whatever the thread', async () => {
      await ask({ id: '0' });
      await ask({ id: '1', conversation: CHANNEL });
      await ask({ id: '2', conversation: { ...CHANNEL, id: '19:c@thread.tacv2;messageid=99' } });
      edge.clock.advance({ minutes: 9, seconds: 59 });
      await ask({ id: '3', conversation: CHANNEL });
      assert.equal(notes().length, 1);
      edge.clock.advance({ seconds: 1 });
      await ask({ id: '4', conversation: CHANNEL });
      await ask({ id: '5', conversation: GROUP });
      const megan = { id: '29:2', name: 'Megan', aadObjectId: '22222222-2222-4333-8444-555555555555' };
      await ask({ id: '6', conversation: CHANNEL, from: megan });
      assert.deepEqual(
        notes().map(([, thread]) => thread),
        [CHANNEL.id, CHANNEL.id, GROUP.id, CHANNEL.id],
      );
      assert.equal(new Set(edge.posted.map(({ story }) => story)).size, 4);
    });

    it('says how to open a chat of their own to somebody who has none, or whose is gone', async () => {
      await ask({ id: '1', conversation: GROUP });
      await send(message({ type: 'installationUpdate', action: 'add' }));
      await send(message({ type: 'installationUpdate', action: 'remove' }));
      await ask({ id: '2', conversation: CHANNEL });
      assert.deepEqual(
        notes().map(([, , says]) => says),
        ['no-chat', 'no-chat'],
      );
    });

    it('opens a chat of their own for somebody who never had one, and says so', async () => {
      const asked: string[] = [];
      edge.product.install = (id) => {
        asked.push(id);
        return 'installed';
      };
      await ask({ id: '1', conversation: CHANNEL });
      assert.deepEqual([notes().map(([, , says]) => says), asked], [['chat-added'], [ALEX]]);
    });

    it('asks Microsoft once for who may not be given one, however often they write', async () => {
      let asked = 0;
      edge.product.install = () => {
        asked += 1;
        return 'not-allowed';
      };
      await ask({ id: '1', conversation: CHANNEL });
      edge.clock.advance({ minutes: 11 });
      await ask({ id: '2', conversation: CHANNEL });
      assert.deepEqual([notes().map(([, , says]) => says), asked], [['no-chat', 'no-chat'], 1]);
    });

    it('does not give back what somebody took away', async () => {
      edge.product.install = () => {
        throw new Error('asked for');
      };
      await send(message({ type: 'installationUpdate', action: 'add' }));
      await send(message({ type: 'installationUpdate', action: 'remove' }));
      await ask({ id: '1', conversation: CHANNEL });
      assert.deepEqual(
        notes().map(([, , says]) => says),
        ['no-chat'],
      );
    });

    it('writes nothing into a private channel, where bots cannot', async () => {
      const team = { id: '19:t@thread.tacv2', name: 'Contoso' };
      const channel = { id: CHANNEL_ITSELF, name: 'leads', type: 'private' };
      await ask({ id: '1', conversation: CHANNEL, channelData: { tenant: { id: TENANT }, team, channel } });
      assert.deepEqual([notes(), turns], [[], 1]);
    });

    it('speaks to the one who asked in their language', async () => {
      await ask({ id: '1', conversation: CHANNEL });
      const [note] = edge.posted.flatMap(({ notice }) => (notice.card === 'thread-note' ? [notice.locale] : []));
      assert.equal(note, 'es-ES');
    });

    it('does nothing for a message that was edited, also where the edit brought the mention', async () => {
      await ask({ id: '1', type: 'messageUpdate', conversation: CHANNEL });
      assert.deepEqual([notes(), turns], [[], 0]);
    });

    it('says nothing in their own chat, nor for what was delivered again', async () => {
      await ask({ id: '1' });
      await ask({ id: '2', conversation: CHANNEL });
      edge.clock.advance({ hours: 1 });
      await ask({ id: '2', conversation: CHANNEL });
      assert.equal(notes().length, 1);
    });
  });

  describe('somebody who signed out in another replica', () => {
    const at = Temporal.Instant.from('2026-11-23T07:59:00Z');
    const order: string[] = [];
    beforeEach(async () => {
      await start(60);
      order.length = 0;
      const known = { id: ALEX, name: 'Alex Wilber', teamsUserId: '29:1alex', timeZone: 'UTC', locale: 'en-US' };
      edge.people.set(ALEX, { ...known, reminderMinutes: null, signedOutAt: at } as never);
      edge.product.forget = (id, before) => void order.push(`forget ${id} ${before}`);
      edge.product.accept = async () => void order.push('accept');
      edge.product.sentence = async () => {
        order.push('sentence');
        return { cards: [] };
      };
      edge.product.press = async () => {
        order.push('press');
        return { kind: 'done', cards: [], reply: null, toast: null };
      };
    });
    const FORGET = `forget ${ALEX} 2026-11-23T07:59:00Z`;

    it('is forgotten before a sentence, a press or a proof acts', async () => {
      await send(message());
      await send(press('approve', { authentication: { token: 'sso' } }));
      await send(invoke('signin/tokenExchange', { id: 'ex-1', token: 'sso' }));
      assert.deepEqual(order, [FORGET, 'sentence', FORGET, 'accept', 'press', FORGET, 'accept']);
    });

    it('stays signed out when their name changes here', async () => {
      await send(message({ id: '1' }));
      const later = NOW.add({ seconds: 30 });
      const row = edge.people.get(ALEX);
      assert.ok(row !== undefined);
      edge.people.set(ALEX, { ...row, signedOutAt: later });
      await send(message({ id: '2', from: { id: '29:1alex', name: 'Alexander Wilber', aadObjectId: ALEX } }));
      assert.deepEqual(
        [edge.people.get(ALEX)?.name, edge.people.get(ALEX)?.signedOutAt?.toString(), order[2]],
        ['Alexander Wilber', '2026-11-23T08:00:30Z', `forget ${ALEX} 2026-11-23T08:00:30Z`],
      );
    });
  });
});
