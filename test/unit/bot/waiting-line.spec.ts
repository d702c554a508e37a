import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createWaitingLine, type Place, type WaitingLine } from '../../../bot/waiting-line.ts';
import { type PrincipalId, principalId } from '../../../src/domain/ids.ts';

const person = (digit: number): PrincipalId => principalId(`${digit}1111111-2222-4333-8444-555555555555`);

interface Named {
  readonly who: number;
  readonly place: Place;
}

/** A line with one turn under way and these waiting, in the order in which they came. */
function lineOf(who: readonly number[]): { readonly first: Place; readonly waiting: readonly Named[] } {
  const line = createWaitingLine({ atATime: 1, longest: 1_000 });
  const first = line.rejoin(person(9));
  return { first, waiting: who.map((digit) => ({ who: digit, place: line.rejoin(person(digit)) })) };
}

/** Lets each turn end as soon as it has begun; gives who was served, in order. */
function serve(first: Place, waiting: readonly Named[]): readonly Named[] {
  const served: Named[] = [];
  first.leave();
  for (;;) {
    const begun = waiting.find(({ place }) => place.hasBegun);
    if (begun === undefined) {
      return served;
    }
    served.push(begun);
    begun.place.leave();
  }
}

const crowd = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 });

describe('createWaitingLine', () => {
  const full = (line: WaitingLine): boolean => line.join(person(1)) === null;

  it('lets so many turns be under way, so many wait, and no more', () => {
    const line = createWaitingLine({ atATime: 2, longest: 1 });
    const places = [1, 2, 3].map((digit) => line.join(person(digit)));
    assert.deepEqual(
      places.map((place) => [place?.hasBegun, place?.number()]),
      [
        [true, 0],
        [true, 0],
        [false, 1],
      ],
    );
    assert.ok(full(line));
    places[0]?.leave();
    assert.deepEqual([places[2]?.hasBegun, full(line)], [true, false]);
  });

  it('has room for what was accepted before, however long it is', () => {
    const line = createWaitingLine({ atATime: 1, longest: 0 });
    const first = line.rejoin(person(1));
    const second = line.rejoin(person(2));
    assert.deepEqual([full(line), second.number()], [true, 1]);
    first.leave();
    assert.ok(second.hasBegun);
  });

  it('frees a place once, whoever says twice that a turn is over', () => {
    const line = createWaitingLine({ atATime: 1, longest: 5 });
    const [first, second, third] = [1, 2, 3].map((digit) => line.rejoin(person(digit)));
    first?.leave();
    first?.leave();
    assert.deepEqual([second?.hasBegun, third?.hasBegun], [true, false]);
  });

  it('passes over a turn that gave its place up', () => {
    const { first, waiting } = lineOf([1, 1, 2]);
    waiting[0]?.place.leave();
    assert.deepEqual(
      waiting.slice(1).map(({ place }) => place.number()),
      [1, 2],
    );
    assert.deepEqual(
      serve(first, waiting).map(({ who }) => who),
      [1, 2],
    );
  });

  it('serves somebody with one sentence right after one of a flood', () => {
    const { first, waiting } = lineOf([1, 1, 1, 1, 1, 1, 1, 1, 2, 3]);
    assert.deepEqual(
      serve(first, waiting).map(({ who }) => who),
      [1, 2, 3, 1, 1, 1, 1, 1, 1, 1],
    );
  });

  it('serves everybody who waits once before it serves anybody twice', () => {
    fc.assert(
      fc.property(crowd, (who) => {
        const { first, waiting } = lineOf(who);
        const order = serve(first, waiting);
        assert.equal(order.length, who.length);
        for (const [index, { who: one }] of order.entries()) {
          const before = order.slice(0, index);
          const mine = before.filter((other) => other.who === one).length;
          for (const other of order.slice(index + 1)) {
            const theirs = before.filter(({ who: digit }) => digit === other.who).length;
            assert.ok(mine <= theirs, `${one} was served ${mine} times before ${other.who}, who was ${theirs} times`);
          }
        }
      }),
    );
  });

  it('keeps the order of one person, and tells each their number', () => {
    fc.assert(
      fc.property(crowd, (who) => {
        const { first, waiting } = lineOf(who);
        const numbers = new Map(waiting.map(({ place }) => [place, place.number()]));
        const order = serve(first, waiting);
        assert.deepEqual(
          order.map(({ place }) => numbers.get(place)),
          order.map((_, index) => index + 1),
        );
        for (const digit of new Set(who)) {
          assert.deepEqual(
            order.filter((one) => one.who === digit),
            waiting.filter((one) => one.who === digit),
          );
        }
      }),
    );
  });
});
