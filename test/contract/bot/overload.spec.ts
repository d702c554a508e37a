import assert from 'node:assert/strict';

import type { LineSizes, Patience } from '../../../bot/waiting-line.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import { ALEX, type Channel, type Edge, message, post, press, startChannel, startEdge } from './edge.ts';

const MEGAN = '22222222-2222-4333-8444-555555555555';
const FROM_MEGAN = { from: { id: '29:2', name: 'Megan', aadObjectId: MEGAN } };
/** The person's client speaks Spanish. */
const BUSY = 'Mucha gente está preguntando a la vez. No se ha cambiado nada: vuelve a pulsar dentro de un momento.';
const AWAY =
  'Ahora mismo no puedo anotar nada. Mira esta tarjeta otra vez dentro de un minuto, y pulsa entonces si sigue igual.';

describe('more turns than can be under way', () => {
  let channel: Channel;
  let edge: Edge;
  let token: string;
  /** Sentences that began, and how each is let end. */
  let begun: { readonly text: string; end(): void }[];
  let onBegin: () => void;

  before(async () => {
    channel = await startChannel();
    token = await channel.token();
  });
  after(() => channel.close());
  afterEach(() => edge.close());

  const send = (activity: Record<string, unknown>) => post(edge, activity, { token });
  const start = async (
    line: LineSizes,
    patience: Partial<Patience> = { sentenceMs: 10_000, pressMs: 0 },
  ): Promise<void> => {
    edge = await startEdge(channel, { line, patience });
    begun = [];
    onBegin = () => undefined;
    edge.product.sentence = async ({ text }) => {
      const ended = Promise.withResolvers<void>();
      begun.push({ text, end: ended.resolve });
      onBegin();
      await ended.promise;
      return { cards: [] };
    };
  };
  const beginning = async (count: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    onBegin = () => (begun.length >= count ? resolve() : undefined);
    onBegin();
    await promise;
  };
  /** What `look` gives, as soon as it is `wanted`; told what it was when that takes too long. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const accepted = (count: number) => () => edge.statements.filter((one) => one === 'inbox.accept').length === count;
  const codes = () => edge.posted.map(({ notice }) => (notice.card === 'error' ? notice.code : notice.card));

  it('wait for their turn, noted before they wait, and are all carried out', async () => {
    await start({ atATime: 1, longest: 5 });
    const sent = ['1', '2', '3'].map((id) => send(message({ id, text: id })));
    await until(accepted(3));
    assert.equal(begun.length, 1);
    for (const count of [1, 2, 3]) {
      await beginning(count);
      begun[count - 1]?.end();
    }
    assert.deepEqual(
      (await Promise.all(sent)).map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual([begun.length, edge.posted], [3, []]);
  });

  it('tell who waits longer than a moment which number they are, and take that away with the answer', async () => {
    await start({ atATime: 1, longest: 5 }, { sentenceMs: 0, pressMs: 0 });
    const first = send(message({ id: '1' }));
    await beginning(1);
    const second = send(message({ id: '2', text: 'second', ...FROM_MEGAN }));
    await until(() => edge.delivered.length === 1);
    const facts = { number: '1' };
    assert.deepEqual(
      edge.posted.map(({ story, slot, recipient, notice }) => ({ story, slot, recipient, notice })),
      [
        {
          story: 'turn:a:1xyz/2',
          slot: 'waiting',
          recipient: MEGAN,
          notice: { card: 'error', code: 'command.busy', facts, suggestions: [], reference: null },
        },
      ],
    );
    assert.deepEqual(edge.withdrawn, []);
    begun[0]?.end();
    await beginning(2);
    begun[1]?.end();
    await Promise.all([first, second]);
    await edge.background.drain(1_000);
    assert.deepEqual([edge.withdrawn, edge.delivered], [['card-1'], ['card-1', 'card-1']]);
  });

  it('do not let the flood of one person keep somebody else waiting', async () => {
    await start({ atATime: 1, longest: 100 });
    const flood = Array.from({ length: 8 }, (_, index) => send(message({ id: `${index}`, text: 'flood' })));
    await until(accepted(8));
    const other = send(message({ id: 'other', text: 'other', ...FROM_MEGAN }));
    await until(accepted(9));
    for (let count = 1; count <= 9; count += 1) {
      await beginning(count);
      begun[count - 1]?.end();
    }
    await Promise.all([...flood, other]);
    assert.deepEqual(
      begun.map(({ text }) => text),
      ['flood', 'flood', 'other', ...Array.from({ length: 6 }, () => 'flood')],
    );
  });

  it('are refused in one card when the line is full, with nothing noted, also when they are delivered again', async () => {
    await start({ atATime: 1, longest: 1 });
    const waiting = ['1', '2'].map((id) => send(message({ id })));
    await until(accepted(2));
    for (const id of ['3', '3']) {
      assert.equal((await send(message({ id, text: 'three' }))).status, 200);
    }
    assert.deepEqual(codes(), ['command.overloaded']);
    for (const count of [1, 2]) {
      await beginning(count);
      begun[count - 1]?.end();
    }
    await Promise.all(waiting);
    // There is room now; but the person was told that it was not taken.
    await send(message({ id: '3', text: 'three' }));
    assert.deepEqual([begun.length, edge.posted.length, accepted(2)()], [2, 1, true]);
    const reasons = edge.lines.filter(({ event }) => event === 'activity.refused').map(({ reason }) => reason);
    assert.deepEqual(reasons, ['overloaded', 'overloaded', 'overloaded']);
    const again = send(message({ id: '4', text: 'four' }));
    await beginning(3);
    begun[2]?.end();
    assert.equal((await again).status, 200);
  });

  it('are refused without a card, to be sent again, when even refusing is too much', async () => {
    await start({ atATime: 1, longest: 0 });
    const first = send(message({ id: '1' }));
    await beginning(1);
    const stuck = Promise.withResolvers<void>();
    const { cards } = edge.store.now;
    const write = cards.post;
    cards.post = async (draft) => {
      await stuck.promise;
      return await write(draft);
    };
    const refused = Array.from({ length: 20 }, (_, index) => send(message({ id: `r${index}`, ...FROM_MEGAN })));
    await until(() => edge.lines.filter(({ event }) => event === 'activity.refused').length === 20);
    const beyond = await send(message({ id: 'beyond', text: 'beyond', ...FROM_MEGAN }));
    assert.deepEqual([beyond.status, beyond.body], [503, { code: 'Unavailable' }]);
    stuck.resolve();
    await Promise.all(refused);
    begun[0]?.end();
    await first;
    const again = send(message({ id: 'beyond', text: 'beyond', ...FROM_MEGAN }));
    await beginning(2);
    begun[1]?.end();
    assert.deepEqual([(await again).status, begun[1]?.text], [200, 'beyond']);
  });

  it('answer a press that would wait too long at once, and change nothing', async () => {
    await start({ atATime: 1, longest: 5 });
    let presses = 0;
    edge.product.press = async () => {
      presses += 1;
      return { kind: 'done', cards: [], reply: null, toast: null };
    };
    const first = send(message({ id: '1' }));
    await beginning(1);
    const busy = await send({ ...press('approve'), id: 'f:1' });
    const type = 'application/vnd.microsoft.activity.message';
    assert.deepEqual([busy.status, busy.body, presses], [200, { statusCode: 200, type, value: BUSY }, 0]);
    begun[0]?.end();
    await first;
    await send({ ...press('approve'), id: 'f:1' });
    assert.deepEqual([presses, edge.posted], [1, []]);
  });

  it('let a press wait that need not wait long', async () => {
    await start({ atATime: 1, longest: 5 }, { sentenceMs: 10_000, pressMs: 10_000 });
    const first = send(message({ id: '1' }));
    await beginning(1);
    const pressed = send({ ...press('approve'), id: 'f:1', ...FROM_MEGAN });
    await until(() => edge.people.has(principalId(MEGAN)));
    begun[0]?.end();
    await first;
    assert.deepEqual(((await pressed).body as { value: string }).value, 'Saved.');
  });

  it('are held in the database for as long as they wait or run, so that no other replica takes them for lost', async () => {
    await start({ atATime: 1, longest: 5 });
    const sent = ['1', '2'].map((id) => send(message({ id })));
    await until(accepted(2));
    await beginning(1);
    await edge.inHand.hold();
    // Two requests may come in either order.
    assert.deepEqual([...edge.held].sort(), ['a:1xyz/1', 'a:1xyz/2']);
    for (const count of [1, 2]) {
      await beginning(count);
      begun[count - 1]?.end();
    }
    await Promise.all(sent);
    await edge.background.drain(1_000);
    assert.deepEqual([edge.inHand.has('a:1xyz/1'), edge.inHand.has('a:1xyz/2')], [false, false]);
  });

  it('are answered only when they are written down, a few at a time', async () => {
    await start({ atATime: 20, longest: 0 });
    const { inbox } = edge.store.now;
    const accept = inbox.accept;
    const written = Promise.withResolvers<void>();
    let noting = 0;
    inbox.accept = async (turnId, sentence) => {
      noting += 1;
      await written.promise;
      return await accept(turnId, sentence);
    };
    let answered = 0;
    const sent = Array.from({ length: 14 }, async (_, index) => {
      const digits = String(index).padStart(2, '0');
      const from = { id: `29:${digits}`, name: 'X', aadObjectId: `222222${digits}-2222-4333-8444-555555555555` };
      const { status } = await send(message({ id: digits, from }));
      answered += 1;
      return status;
    });
    // The fifteenth asks for nothing that must be written down, and so comes after all of them.
    await send(message({ type: 'messageReaction' }));
    await until(() => noting >= 12);
    assert.deepEqual([noting, answered, begun.length], [12, 0, 0]);
    written.resolve();
    await beginning(14);
    for (const { end } of begun) {
      end();
    }
    assert.deepEqual(new Set(await Promise.all(sent)), new Set([200]));
  });

  describe('while the database is away', () => {
    beforeEach(() => start({ atATime: 5, longest: 5 }));
    const away = async (): Promise<never> => {
      throw new AccessError('internal.database_unavailable', 'away', { retryable: true });
    };

    it('tell a person under the card that was pressed', async () => {
      edge.product.press = away;
      const type = 'application/vnd.microsoft.activity.message';
      const reply = await send(press('approve'));
      assert.deepEqual([reply.status, reply.body], [200, { statusCode: 200, type, value: AWAY }]);
      edge.store.now.people.find = away;
      edge.store.now.people.save = away;
      const unknown = await send({ ...press('approve'), id: 'f:2', ...FROM_MEGAN });
      assert.deepEqual([unknown.status, unknown.body], [200, { statusCode: 200, type, value: AWAY }]);
    });

    it('ask for a sentence again, and carry nothing of it out', async () => {
      edge.store.now.inbox.accept = away;
      const reply = await send(message());
      assert.deepEqual([reply.status, begun.length, edge.posted], [503, 0, []]);
      assert.equal(edge.people.get(ALEX)?.name, 'Alex Wilber');
    });
  });
});
