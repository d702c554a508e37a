import assert from 'node:assert/strict';
import { resumeTurn } from '../../../bot/resume-turn.ts';
import { AccessError } from '../../../src/errors.ts';
import { aProduct, type Product } from '../../support/product.ts';

const ASK = 'activate Security Reader for 1h because audit';
const SECONDS_30 = Temporal.Duration.from({ seconds: 30 });
const NOT_IN_HAND = { has: () => false, take: () => () => undefined };

const throttled = (retryAfter?: Temporal.Duration) =>
  new AccessError('graph.throttled', 'slow down', { retryable: true, ...(retryAfter && { retryAfter }) });

describe('a sentence that Microsoft is too busy for', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
  });

  interface Waiting {
    readonly subject: string;
    readonly due: string;
    readonly attempt: number;
  }
  const timer = async (): Promise<Waiting | null> => {
    const { rows } = await product.database.pool.query<Waiting>(
      `select subject, attempt, to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as due
       from pimlico.timers where kind = 'turn.resume'`,
    );
    return rows[0] ?? null;
  };
  /** Lets time pass up to the instant at which it goes on, and lets it go on. */
  const goOn = async (): Promise<void> => {
    const waiting = await timer();
    assert.ok(waiting !== null);
    const { subject, due, attempt } = waiting;
    product.clock.set(due);
    const now = product.clock.now();
    // The promoter takes the timer out when it makes a job of it.
    await product.services.store.now.timers.clear('turn.resume', subject);
    const run = async (_person: unknown, work: () => Promise<void>) => await work();
    await resumeTurn(
      product.services,
      { kind: 'turn.resume', subject, dueAt: now, attempt },
      { inHand: NOT_IN_HAND, run },
    );
  };
  const names = async () =>
    (await product.cards('engineer')).map(({ slot, notice }) => [slot, notice.card === 'error' ? notice.code : '']);

  it('goes on by itself after the time that was asked for, and is carried out once', async () => {
    product.seeded.tenant.failNext('activate', throttled(SECONDS_30));
    const [notice] = await product.says('engineer', ASK);
    assert.deepEqual(notice?.card === 'error' && [notice.code, notice.facts], [
      'graph.throttled',
      { goesOnAfter: 'PT30S' },
    ]);
    const wait = product.clock
      .now()
      .until((await timer())?.due ?? '')
      .total('seconds');
    assert.ok(wait >= 30 && wait <= 35, String(wait));
    await goOn();
    assert.equal((await product.card('engineer', 'activation-active')).notice.card, 'activation-active');
    assert.deepEqual([await names(), await timer()], [[['activation-active', '']], null]);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('waits again, in the same message, until it is five minutes old', async () => {
    const codes: string[] = [];
    product.seeded.tenant.failNext('activate', throttled(SECONDS_30));
    await product.says('engineer', ASK);
    while ((await timer()) !== null) {
      assert.deepEqual(await names(), [['waiting', 'graph.throttled']]);
      product.seeded.tenant.failNext('activate', throttled(SECONDS_30));
      await goOn();
      codes.push('again');
    }
    assert.ok(codes.length >= 7 && codes.length <= 11, String(codes.length));
    const { notice } = await product.card('engineer', 'error');
    assert.deepEqual(notice.card === 'error' && notice.facts, { wait: 'PT30S' });
    assert.deepEqual([await names(), product.seeded.tenant.requests()], [[['error', 'graph.throttled']], []]);
  });

  it('is for its person to say again when no time was named, or minutes', async () => {
    for (const error of [throttled(), throttled(Temporal.Duration.from({ minutes: 3 }))]) {
      product.seeded.tenant.failNext('activate', error);
      await product.says('engineer', ASK);
      assert.equal(await timer(), null);
    }
  });

  it('is not said again as a whole when a part of it was done', async () => {
    product.seeded.tenant.failNext('activate', throttled(SECONDS_30), { surface: 'azure' });
    const notices = await product.says(
      'engineer',
      'activate Security Reader and "Virtual Machine Operator" for 1h because audit',
    );
    assert.deepEqual(
      notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card)),
      ['activation-active', 'graph.throttled'],
    );
    assert.equal(await timer(), null);
  });

  it('is asked for one more press when it was one, on the card that was pressed', async () => {
    await product.says('engineer', 'activate Security Reader for 9h because audit');
    const form = await product.card('engineer', 'activation-form');
    const inputs = { duration: '2 hours', justification: 'audit', ticket: '' };
    product.seeded.tenant.failNext('activate', throttled(SECONDS_30));
    const { notices } = await product.presses('engineer', form, 'activate', inputs);
    assert.deepEqual(notices[0]?.card === 'error' && notices[0].facts, { wait: 'PT30S' });
    assert.equal(await timer(), null);
    const again = await product.card('engineer', 'activation-form');
    await product.presses('engineer', again, 'activate', inputs);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });
});
