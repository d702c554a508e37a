import assert from 'node:assert/strict';

import { Timeline } from '../../../../sandbox/pim/timeline.ts';

const at = (second: number): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(second * 1000);

describe('Timeline', () => {
  it('runs what is due in order of time, and in order of adding at one instant', () => {
    const timeline = new Timeline();
    const ran: string[] = [];
    for (const [name, second] of [
      ['c', 3],
      ['a', 1],
      ['b1', 2],
      ['b2', 2],
      ['d', 4],
    ] as const) {
      timeline.add(at(second), () => ran.push(name));
    }
    timeline.settle(at(3));
    assert.deepEqual(ran, ['a', 'b1', 'b2', 'c']);
    timeline.settle(at(9));
    assert.deepEqual(ran, ['a', 'b1', 'b2', 'c', 'd']);
  });

  it('tells each entry its own instant and runs it once', () => {
    const timeline = new Timeline();
    const seen: string[] = [];
    timeline.add(at(5), (instant) => seen.push(instant.toString()));
    timeline.settle(at(60));
    timeline.settle(at(61));
    assert.deepEqual(seen, ['1970-01-01T00:00:05Z']);
  });

  it('runs in the same look what an entry adds and is due', () => {
    const timeline = new Timeline();
    const ran: string[] = [];
    timeline.add(at(1), () => timeline.add(at(2), () => ran.push('second')));
    timeline.settle(at(2));
    assert.deepEqual(ran, ['second']);
  });
});
