import assert from 'node:assert/strict';
import sinon from 'sinon';
import { type Pace, PlanePace } from '../../../../src/adapters/pace/pace.ts';
import { AccessError } from '../../../../src/errors.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';

const seconds = (count: number) => Temporal.Duration.from({ seconds: count });

function aPace() {
  const clock = createFakeClock();
  const closings: string[] = [];
  const pauses: { readonly ms: number; end(): void }[] = [];
  const pace = new PlanePace({
    clock,
    onClosed: (until) => void closings.push(clock.now().until(until).toString()),
    pause: (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      pauses.push({ ms, end: resolve });
      return promise;
    },
  });
  return { pace, clock, closings, pauses };
}

/** How a call that wants to be made stands: not yet, or with what it was refused. */
async function standing(entering: Promise<() => void>): Promise<string> {
  const waiting = new Promise<string>((resolve) => setImmediate(resolve, 'waits'));
  const outcome = entering.then(
    () => 'in',
    (error: AccessError) => `${error.code} ${error.retryAfter}`,
  );
  return await Promise.race([outcome, waiting]);
}

async function throttle(pace: Pace, retryAfter: Temporal.Duration | null): Promise<void> {
  const leave = await pace.enter();
  pace.throttled(retryAfter);
  leave();
}

describe('PlanePace', () => {
  it('limits people by nothing while nobody was throttled', async () => {
    const { pace } = aPace();
    for (let count = 0; count < 200; count += 1) {
      assert.equal(await standing(pace.people.enter()), 'in');
    }
  });

  it('asks nothing of a service that asked to wait, whoever it told, and says how long it will be', async () => {
    const { pace, clock, closings } = aPace();
    await throttle(pace.people, seconds(30));
    clock.advance({ seconds: 10 });
    assert.deepEqual(
      [await standing(pace.people.enter()), await standing(pace.background.enter()), closings],
      ['graph.throttled PT20S', 'graph.throttled PT20S', ['PT30S']],
    );
    clock.advance({ seconds: 20 });
    assert.equal(await standing(pace.people.enter()), 'in');
  });

  it('keeps a call back for two seconds at most, instead of refusing it', async () => {
    const { pace, clock, pauses } = aPace();
    await throttle(pace.people, seconds(2));
    const entering = pace.people.enter();
    assert.equal(await standing(entering), 'waits');
    assert.deepEqual(
      pauses.map(({ ms }) => ms),
      [2_000],
    );
    clock.advance({ seconds: 2 });
    pauses[0]?.end();
    assert.equal(await standing(entering), 'in');
  });

  it('lets calls back a few at a time, one more for each that went well, and people first', async () => {
    const { pace, clock } = aPace();
    await throttle(pace.people, seconds(30));
    clock.advance({ seconds: 30 });
    const [first] = await Promise.all([pace.people.enter(), pace.background.enter()]);
    const background = pace.background.enter();
    const people = [pace.people.enter(), pace.people.enter(), pace.people.enter()] as const;
    first?.();
    // Two may be under way now besides the one of the background.
    assert.deepEqual(await Promise.all([...people, background].map(standing)), ['in', 'in', 'waits', 'waits']);
    (await people[0])();
    assert.deepEqual(await Promise.all([people[2], background].map(standing)), ['in', 'in']);
  });

  it('refuses who would wait longer than two seconds for that, and everybody when it is closed again', async () => {
    const { pace, clock, pauses } = aPace();
    await throttle(pace.people, seconds(30));
    clock.advance({ seconds: 30 });
    const leaves = [await pace.people.enter(), await pace.people.enter()];
    const late = pace.people.enter();
    assert.equal(await standing(late), 'waits');
    pauses.at(-1)?.end();
    assert.equal(await standing(late), 'graph.throttled PT2S');
    const [person, background] = [pace.people.enter(), pace.background.enter()];
    pace.people.throttled(seconds(40));
    assert.deepEqual(await Promise.all([person, background].map(standing)), [
      'graph.throttled PT40S',
      'graph.throttled PT40S',
    ]);
    for (const leave of leaves) {
      leave();
    }
  });

  it('never makes more than five calls at a time that nobody waits for', async () => {
    const { pace } = aPace();
    const entering = Array.from({ length: 7 }, () => pace.background.enter());
    const wanted = ['in', 'in', 'in', 'in', 'in', 'waits', 'waits'];
    assert.deepEqual(await Promise.all(entering.map(standing)), wanted);
    assert.equal(await standing(pace.people.enter()), 'in');
    (await entering[0])?.();
    assert.deepEqual(await Promise.all(entering.slice(5).map(standing)), ['in', 'waits']);
  });

  it('tells others once of a storm, and again when the wait grew', async () => {
    const { pace, clock, closings } = aPace();
    const leaves = await Promise.all(Array.from({ length: 20 }, () => pace.people.enter()));
    for (const leave of leaves) {
      clock.advance({ milliseconds: 10 });
      pace.people.throttled(seconds(30));
      leave();
    }
    pace.people.throttled(seconds(60));
    pace.people.throttled(seconds(1));
    assert.deepEqual(closings, ['PT30S', 'PT60S']);
  });

  it('takes a 429 without a time for five seconds, and an absurd one for five minutes', async () => {
    const { pace, closings } = aPace();
    pace.people.throttled(null);
    pace.people.throttled(seconds(999_999));
    assert.deepEqual(closings, ['PT5S', 'PT300S']);
  });

  it('hears of another replica without telling it on', async () => {
    const { pace, clock, closings } = aPace();
    pace.close(clock.now().add(seconds(30)));
    pace.close(clock.now().subtract(seconds(30)));
    assert.deepEqual([await standing(pace.people.enter()), closings], ['graph.throttled PT30S', []]);
  });

  it('opens by the machine’s time as well: the sandbox’s clock may stand still', async () => {
    const time = sinon.useFakeTimers({ toFake: ['performance'] });
    const { pace } = aPace();
    await throttle(pace.people, seconds(30));
    time.tick(29_000);
    assert.equal(await standing(pace.people.enter()), 'waits');
    time.tick(1_000);
    assert.equal(await standing(pace.people.enter()), 'in');
  });

  it('throws what may be tried again', async () => {
    const { pace } = aPace();
    await throttle(pace.people, seconds(30));
    await assert.rejects(pace.people.enter(), (error) => error instanceof AccessError && error.retryable);
  });
});
