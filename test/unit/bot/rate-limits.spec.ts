import assert from 'node:assert/strict';

import { createRateLimits, type RateLimits } from '../../../bot/rate-limits.ts';
import { principalId } from '../../../src/domain/ids.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';

const ALEX = principalId('11111111-2222-4333-8444-555555555555');
const MEGAN = principalId('22222222-2222-4333-8444-555555555555');

describe('createRateLimits', () => {
  let clock: FakeClock;
  let limits: RateLimits;
  let turns: number;

  beforeEach(() => {
    clock = createFakeClock();
    limits = createRateLimits(clock, 60);
    turns = 0;
  });

  /** A turn that is over at once; what became of it. */
  const turn = (person = ALEX, id = `t${turns++}`): string => {
    const admission = limits.admit(person, id);
    if (admission.kind === 'admitted') {
      admission.leave();
      return 'admitted';
    }
    return `${admission.wait}${admission.isNews ? ' news' : ''}`;
  };
  const many = (count: number): readonly string[] => Array.from({ length: count }, () => turn());

  it('lets as many in at once as a minute allows, then says how long to wait', () => {
    assert.deepEqual(new Set(many(60)), new Set(['admitted']));
    assert.deepEqual(many(3), ['PT1S news', 'PT1S', 'PT1S']);
  });

  it('lets one more in with every second, and no more than the burst after a long time', () => {
    many(61);
    clock.advance({ seconds: 2 });
    assert.deepEqual(many(3), ['admitted', 'admitted', 'PT1S']);
    clock.advance({ hours: 5 });
    assert.equal(many(61).filter((result) => result === 'admitted').length, 60);
  });

  it('names the wait in whole seconds of the rate', () => {
    limits = createRateLimits(clock, 7);
    many(7);
    assert.equal(turn(), 'PT9S news');
    clock.advance({ seconds: 8 });
    assert.equal(turn(), 'PT1S');
    clock.advance({ seconds: 1 });
    assert.equal(turn(), 'admitted');
  });

  it('tells a person again after a minute, not before', () => {
    limits = createRateLimits(clock, 1);
    assert.deepEqual([turn(), turn(), turn()], ['admitted', 'PT60S news', 'PT60S']);
    clock.advance({ seconds: 59 });
    assert.equal(turn(), 'PT1S');
    clock.advance({ seconds: 1 });
    assert.deepEqual([turn(), turn()], ['admitted', 'PT60S news']);
  });

  it('counts each person alone', () => {
    many(61);
    assert.equal(turn(MEGAN), 'admitted');
  });

  it('takes the same turn again for the same: not charged, not told twice, not let in later', () => {
    limits = createRateLimits(clock, 1);
    assert.deepEqual([turn(ALEX, 'a'), turn(ALEX, 'a'), turn(ALEX, 'b')], ['admitted', 'admitted', 'PT60S news']);
    clock.advance({ minutes: 2 });
    assert.match(turn(ALEX, 'b'), /^PT\d+S$/);
    assert.equal(turn(ALEX, 'c'), 'admitted');
  });

  it('lets eight turns of a person be under way, and the next when one of them is over', () => {
    const running = Array.from({ length: 8 }, (_, index) => limits.admit(ALEX, `r${index}`));
    assert.equal(turn(), 'PT5S news');
    assert.equal(turn(MEGAN), 'admitted');
    const [first] = running;
    assert.ok(first?.kind === 'admitted');
    first.leave();
    assert.equal(turn(), 'admitted');
  });

  it('does not charge for a turn that found eight others under way', () => {
    limits = createRateLimits(clock, 9);
    const running = Array.from({ length: 8 }, (_, index) => limits.admit(ALEX, `r${index}`));
    many(5);
    for (const admission of running) {
      assert.ok(admission.kind === 'admitted');
      admission.leave();
    }
    assert.deepEqual(many(2), ['admitted', 'PT7S']);
  });

  it('counts what clients paint again by themselves apart from what their person does', () => {
    const refreshes = Array.from({ length: 61 }, () => limits.refresh(ALEX).kind);
    assert.deepEqual([refreshes[59], refreshes[60], turn()], ['admitted', 'refused', 'admitted']);
  });

  it('lets a person prove who they are 30 times a minute', () => {
    const proofs = Array.from({ length: 31 }, () => limits.mayExchange(ALEX));
    assert.deepEqual([proofs[29], proofs[30], limits.mayExchange(MEGAN), turn()], [true, false, true, 'admitted']);
  });

  it('limits nothing at 0', () => {
    limits = createRateLimits(clock, 0);
    const running = Array.from({ length: 500 }, (_, index) => limits.admit(ALEX, `r${index}`).kind);
    assert.deepEqual(new Set(running), new Set(['admitted']));
    assert.deepEqual(
      new Set(Array.from({ length: 500 }, () => limits.mayExchange(ALEX) && limits.refresh(ALEX).kind)),
      new Set(['admitted']),
    );
  });

  it('gives nothing for a clock that was set back', () => {
    limits = createRateLimits(clock, 1);
    turn();
    clock.set('2026-11-23T07:00:00Z');
    assert.equal(turn(), 'PT60S news');
  });

  it('forgets who was not heard of for the longest when 20,000 others were', () => {
    limits = createRateLimits(clock, 1);
    assert.deepEqual([turn(), turn()], ['admitted', 'PT60S news']);
    for (let index = 0; index < 20_000; index += 1) {
      limits.mayExchange(MEGAN);
      limits.admit(principalId(`p${index}`), 'x');
    }
    assert.equal(turn(), 'admitted');
  });

  it('lets a box be filled 120 times a minute for each person, beside everything else', () => {
    many(60);
    const searches = Array.from({ length: 121 }, () => limits.maySearch(ALEX));
    assert.deepEqual([searches.filter(Boolean).length, searches.at(-1), limits.maySearch(MEGAN)], [120, false, true]);
    clock.advance({ seconds: 1 });
    assert.equal(limits.maySearch(ALEX), true);
  });
});
