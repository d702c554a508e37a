import assert from 'node:assert/strict';
import type { PressAnswer, PressTurn } from '../../../bot/turns.ts';
import { PATIENCE, type Patience } from '../../../bot/waiting-line.ts';
import { cardId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { answeredWithin } from '../../support/passing-time.ts';
import { type Channel, type Edge, message, post, press, type Reply, startChannel, startEdge } from './edge.ts';

const CARD = { id: cardId('c1'), version: 4, isRetired: false, notice: { card: 'active' } } as unknown as CardRecord;
const DONE: PressAnswer = { kind: 'done', cards: [cardId('x1')], reply: { card: CARD, step: null }, toast: null };
const MESSAGE = 'application/vnd.microsoft.activity.message';
const IN_HURRY: Partial<Patience> = { workMs: 30, answerMs: 5_000 };

/** A press that comes with a proof of who pressed. */
const proven = (id: string) => {
  const data = { s: '7F3K', c: 'active', v: 4, n: 'nonce-0001' };
  const action = { type: 'Action.Execute', verb: 'deactivate', data };
  return { ...press('deactivate', { action, trigger: 'manual', authentication: { token: 'sso' } }), id };
};

const click = (id: string, more: { verb?: string; slot?: string; trigger?: string } = {}) => {
  const { verb = 'deactivate', slot = 'active', trigger = 'manual' } = more;
  const data = { s: '7F3K', c: slot, v: 4, n: 'nonce-0001' };
  return { ...press(verb, { action: { type: 'Action.Execute', verb, data }, trigger }), id };
};

describe('a press that takes long', () => {
  let channel: Channel;
  let edge: Edge;
  let token: string;
  let turns: PressTurn[];
  let ends: PromiseWithResolvers<PressAnswer>;
  /** What hangs in a test ends with it. */
  let stuck: PromiseWithResolvers<void>;

  before(async () => {
    channel = await startChannel();
    token = await channel.token();
  });
  after(() => channel.close());
  afterEach(async () => {
    ends.resolve(DONE);
    stuck.resolve();
    await edge.close();
  });

  const start = async (patience: Partial<Patience> = IN_HURRY, more: object = {}): Promise<void> => {
    edge = await startEdge(channel, { patience, ...more });
    turns = [];
    ends = Promise.withResolvers();
    stuck = Promise.withResolvers();
    edge.product.press = async (turn) => {
      turns.push(turn);
      return turn.isAutomatic ? { ...DONE, cards: [] } : await ends.promise;
    };
    edge.product.pressedCard = async () => ({ card: CARD, step: null });
  };
  const send = (activity: Record<string, unknown>): Promise<Reply> => post(edge, activity, { token });
  const shownIn = ({ body }: Reply): Record<string, unknown> => (body as { value: Record<string, unknown> }).value;
  const saysWorking = (reply: Reply): void => {
    assert.equal(reply.status, 200);
    assert.equal(shownIn(reply).id, 'active');
    assert.match(reply.text, /En ello… Esta tarjeta cambiará cuando termine\./);
  };
  const isOver = async (): Promise<void> => assert.equal(await edge.background.drain(5_000), true);

  it('is answered in two seconds by the card itself, which says so and is written down to come back', async () => {
    await start(PATIENCE);
    assert.equal(PATIENCE.answerMs, 2_000);
    const reply = await answeredWithin(
      1_999,
      () => send(click('f:1')),
      () => turns.length > 0,
    );
    saysWorking(reply);
    assert.deepEqual([[...edge.timers], edge.delivered, edge.redrawn], [['card.redraw c1'], [], []]);
    ends.resolve(DONE);
    await isOver();
    assert.deepEqual([[...edge.timers], edge.delivered, edge.redrawn], [[], ['x1', 'c1'], ['c1']]);
  });

  const SLOW: readonly (readonly [what: string, slow: () => void, expected: RegExp])[] = [
    ['the database does not say who it is', () => hang('people', 'find'), /No se ha cambiado nada: vuelve a pulsar/],
    ['the token is not judged', () => Object.assign(edge.product, { accept: () => stuck.promise }), /En ello…/],
    ['the product does not answer', () => undefined, /En ello…/],
    [
      'the card is not found either',
      () => Object.assign(edge.product, { pressedCard: () => stuck.promise.then(() => null) }),
      /En ello\. La tarjeta cambiará/,
    ],
    ['the database does not note it', () => hang('timers', 'set'), /En ello\. La tarjeta cambiará/],
  ];
  const hang = (room: 'people' | 'timers', method: string): void => {
    Object.assign(edge.stores[room], { [method]: () => stuck.promise.then(() => null) });
  };
  for (const [what, slow, expected] of SLOW) {
    it(`is answered in time when ${what}`, async () => {
      await start({ workMs: 30, answerMs: 80 });
      slow();
      // What is slow never ends: without a limit there is no answer.
      const reply = await send(proven('f:1'));
      assert.equal(reply.status, 200);
      assert.match(reply.text, expected);
    });
  }

  it('is answered in time when its turn does not come, and nothing is done later', async () => {
    await start({ pressMs: 20, workMs: 500 }, { line: { atATime: 1, longest: 5 } });
    const sentence = Promise.withResolvers<{ cards: [] }>();
    const begun = Promise.withResolvers<void>();
    edge.product.sentence = () => {
      begun.resolve();
      return sentence.promise;
    };
    const first = send(message({ id: '1' }));
    await begun.promise;
    const reply = await send(click('f:1'));
    sentence.resolve({ cards: [] });
    await first;
    assert.match(reply.text, /No se ha cambiado nada: vuelve a pulsar/);
    assert.deepEqual([turns, edge.redrawn], [[], []]);
  });

  it('is carried out once, whatever else is pressed on its card meanwhile', async () => {
    await start();
    saysWorking(await send(click('f:1')));
    saysWorking(await send(click('f:1')));
    saysWorking(await send(click('f:2')));
    saysWorking(await send(click('f:3', { verb: 'continue' })));
    saysWorking(await send(click('f:4', { verb: 'view', trigger: 'automatic' })));
    assert.deepEqual(
      turns.map(({ turnId }) => turnId),
      ['f:1'],
    );
    ends.resolve(DONE);
    await isOver();
    assert.deepEqual([edge.delivered, edge.redrawn], [['x1', 'c1'], ['c1']]);
  });

  it('holds up no other card, and nobody else', async () => {
    await start();
    await send(click('f:1'));
    await send(click('f:2', { slot: 'pending' }));
    await send({ ...click('f:3'), from: { id: '29:2', name: 'Megan', aadObjectId: ALEX2 } });
    assert.deepEqual(
      turns.map(({ turnId }) => turnId),
      ['f:1', 'f:2', 'f:3'],
    );
    ends.resolve(DONE);
    await isOver();
  });
  const ALEX2 = '22222222-2222-4333-8444-555555555555';

  it('answers a second press with what the first one made of the card, where that comes in time', async () => {
    await start({ workMs: 5_000 });
    const replies = [send(click('f:1')), send(click('f:2'))];
    while (turns.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    ends.resolve(DONE);
    const [one, two] = await Promise.all(replies);
    assert.deepEqual([one && shownIn(one).id, two && shownIn(two).id], ['active', 'active']);
    assert.deepEqual(
      turns.map(({ isAutomatic }) => isAutomatic),
      [false, true],
    );
  });

  for (const [what, newer] of [
    ['has a newer version', { ...CARD, version: 5 }],
    ['is over', { ...CARD, isRetired: true }],
  ] as const) {
    it(`answers with the card as it is when it ${what}, and paints nothing over it`, async () => {
      await start();
      edge.product.pressedCard = async () => ({ card: newer, step: null });
      const reply = await send(click('f:1'));
      assert.deepEqual([shownIn(reply).id, /En ello…/.test(reply.text)], ['active', false]);
      assert.deepEqual([...edge.timers], []);
      ends.resolve(DONE);
      await isOver();
      assert.deepEqual([edge.delivered, edge.redrawn], [['x1'], []]);
    });
  }

  it('lets the card come back after every answer that says it is under way has arrived', async () => {
    await start();
    await send(click('f:1'));
    await send(click('f:2'));
    ends.resolve(DONE);
    const begun = performance.now();
    await isOver();
    assert.ok(performance.now() - begun > 400);
    assert.deepEqual(edge.redrawn, ['c1']);
  });

  const LATE: readonly (readonly [what: string, end: () => void, code: string])[] = [
    ['fails', () => ends.reject(new TypeError('secret-word')), 'internal.unexpected'],
    [
      'loses the database',
      () => ends.reject(new AccessError('internal.database_unavailable', 'gone')),
      'internal.database_unavailable',
    ],
    ['has to sign in', () => ends.resolve({ kind: 'sign-in-first', pageSignInId: null }), 'identity.sign_in_required'],
  ];
  for (const [what, end, code] of LATE) {
    it(`tells it in the person’s chat when it ${what} in the end, and brings the card back`, async () => {
      await start();
      saysWorking(await send(click('f:1')));
      end();
      await isOver();
      assert.deepEqual(
        edge.posted.map(({ notice }) => notice.card === 'error' && notice.code),
        [code],
      );
      assert.deepEqual([edge.redrawn, edge.delivered.at(-1)], [['c1'], 'c1']);
    });
  }

  it('tells why a token that was judged late is not accepted', async () => {
    await start();
    const judged = Promise.withResolvers<void>();
    edge.product.accept = () => judged.promise;
    saysWorking(await send(proven('f:1')));
    judged.reject(new AccessError('identity.consent_missing', 'no consent'));
    await isOver();
    assert.deepEqual(
      [turns, edge.posted.map(({ notice }) => notice.card === 'error' && notice.code), edge.redrawn],
      [[], ['identity.consent_missing'], ['c1']],
    );
  });

  it('does nothing more to a card that nobody could look up in time', async () => {
    await start();
    edge.product.pressedCard = async () => {
      throw new AccessError('internal.database_unavailable', 'gone');
    };
    const reply = await send(click('f:1'));
    assert.equal((reply.body as { type: string }).type, MESSAGE);
    ends.resolve(DONE);
    await isOver();
    assert.deepEqual([edge.delivered, edge.redrawn], [['x1'], []]);
  });
});
