import assert from 'node:assert/strict';

import { arrivals, SHOWN_MS } from '../../../bench/simulation/arrivals.ts';
import { createGraph } from '../../../bench/simulation/microsoft.ts';
import { simulate } from '../../../bench/simulation/model.ts';
import { type Report, reportOf, tableOf } from '../../../bench/simulation/report.ts';
import { createVirtualTime } from '../../../bench/simulation/virtual-time.ts';

const START = Temporal.Instant.from('2026-11-23T08:00:00Z');
const INSTALLATION = {
  replicas: 2,
  turnsAtATime: 64,
  turnsPerMinute: 60,
  jobConcurrency: 8,
  turnMs: 8,
  graphMs: 350,
  coldReads: 2,
};

/** So many activations within so many seconds, by as many people. */
async function played(count: number, seconds: number, seed = 1): Promise<Report> {
  const instants = Array.from({ length: count }, (_, index) => Math.floor((index * seconds * 1_000) / count));
  const tenant = { arrivals: instants, people: 10_000, approvalPart: 0.2, approvers: 2, approverPool: 20, seed };
  return reportOf(instants, await simulate(tenant, INSTALLATION, START));
}

describe('simulation of a morning', () => {
  it('gives the same for the same seed, and something else for another', async () => {
    const once = await played(60, 5);
    assert.deepEqual(await played(60, 5), once);
    assert.notDeepEqual((await played(60, 5, 2)).answer, once.answer);
  });

  it('is not changed by a machine that is slow', async () => {
    const slowly = setInterval(() => {
      const until = performance.now() + 80;
      while (performance.now() < until);
    }, 100);
    try {
      const slow = await played(120, 1);
      clearInterval(slowly);
      assert.deepEqual(await played(120, 1), slow);
    } finally {
      clearInterval(slowly);
    }
  });

  it('has nobody wait when nobody comes', async () => {
    const report = await played(0, 1);
    const nothing = { count: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    assert.deepEqual(
      [report.answered, report.busiestMinute, report.teamsCalls, report.answer, report.bottleneck],
      [0, 0, 0, nothing, null],
    );
    assert.match(tableOf(report), /bottleneck: none/);
  });

  it('answers everybody, and has nobody wait for less when twice as many come', async () => {
    const [few, many, most] = await Promise.all([played(150, 5), played(300, 5), played(600, 5)]);
    for (const [less, more] of [
      [few, many],
      [many, most],
    ] as const) {
      assert.equal(more.answered, 2 * less.answered);
      for (const mark of ['p50', 'p95', 'p99', 'max'] as const) {
        assert.ok(more.waiting.teams[mark] >= less.waiting.teams[mark], mark);
      }
    }
    assert.equal(few.answered, 150);
    assert.equal(most.bottleneck?.stage, 'teams');
  });

  it('keeps together under what Teams allows in a second', async () => {
    const { teamsCalls, answer } = await played(300, 1);
    // Three messages each before anything else is due, at 50 a second.
    assert.ok(teamsCalls > 900);
    assert.ok(answer.max >= (300 / 50) * 1_000 - 1_000);
  });

  it('throttles writes as Graph publishes it, and tells the pace of every replica', async () => {
    const time = createVirtualTime(START);
    const graph = createGraph(time, 2, 100);
    const answers: (number | null)[] = [];
    const pastEach: number[] = [];
    for (let call = 0; call < 3_002; call += 1) {
      void graph.call('write', 0, () => 0.5).then((answer) => answers.push(answer));
    }
    void time.pause(2_000).then(async () => {
      for (const pace of graph.paces) {
        await pace.people.enter().catch((refused) => pastEach.push(refused.retryAfter.seconds));
      }
    });
    await time.run();
    assert.deepEqual([answers.filter((answer) => answer === null).length, graph.throttled()], [3_000, 2]);
    assert.deepEqual(new Set(answers), new Set([null, 5]));
    assert.equal(pastEach.length, 2);
  });
});

describe('arrivals', () => {
  it('come around nine on a Monday, and evenly otherwise', () => {
    const nineish = (instants: readonly number[]): number =>
      instants.filter((atMs) => Math.abs(atMs - 3_600_000) < 900_000).length / instants.length;
    assert.ok(nineish(arrivals('monday', 20_000, 1)) > 0.6);
    const flat = arrivals('flat', 20_000, 1);
    assert.ok(Math.abs(nineish(flat) - 0.25) < 0.02);
    assert.ok(flat.every((atMs) => atMs >= 0 && atMs < SHOWN_MS));
  });

  it('of a smaller tenant are a part of those of a larger one', () => {
    const larger = new Set(arrivals('monday', 2_000, 7));
    assert.ok(arrivals('monday', 500, 7).every((atMs) => larger.has(atMs)));
  });
});
