import assert from 'node:assert/strict';
import { promoteDue } from '../../../src/adapters/jobs/promote.ts';
import { type Jobs, type JobsOptions, startJobs } from '../../../src/adapters/jobs/start-jobs.ts';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import type { CardId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { DueTimer } from '../../../src/ports/jobs.ts';
import { aDraft, aFixture, type Fixture, id } from '../postgres/fixture.ts';

/** Collects what comes in and lets a test wait until there is enough of it. */
function aMailbox<T>() {
  const items: T[] = [];
  const waiting = new Set<() => void>();
  return {
    items,
    put(item: T): void {
      items.push(item);
      for (const wake of [...waiting]) {
        wake();
      }
    },
    async until(count: number): Promise<readonly T[]> {
      while (items.length < count) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
      return items;
    },
  };
}

describe('startJobs', () => {
  let on: Fixture;
  let running: Jobs[] = [];
  before(async () => {
    on = await aFixture();
  });
  afterEach(async () => {
    await Promise.all(running.map((jobs) => jobs.stop()));
    running = [];
    await on.clear();
  });
  after(() => on.drop());

  async function start(handlers: Partial<JobsOptions['handlers']>, more: Partial<JobsOptions> = {}) {
    const timers = aMailbox<DueTimer>();
    const cards = aMailbox<CardId>();
    const log = aMailbox<string>();
    const note = (event: string): void => log.put(event);
    const jobs = await startJobs({
      pool: on.pool,
      address: on.url,
      clock: on.clock,
      replica: 'here',
      concurrency: 4,
      log: { info: note, warn: note, error: note },
      handlers: {
        deliver: async (ids) => {
          for (const card of ids) {
            cards.put(card);
          }
        },
        fireTimer: async (timer) => timers.put(timer),
        ...handlers,
      },
      ...more,
    });
    running.push(jobs);
    return { jobs, timers, cards, log };
  }
  const setTimer = (name: string, minutes: number, attempt = 0) =>
    on.here.store.now.timers.set({
      kind: 'activation.end',
      subject: id(name),
      dueAt: on.clock.now().add({ minutes }),
      attempt,
    });
  const timerRows = async () => (await on.pool.query('select from pimlico.timers')).rowCount;

  it('fires a timer when the clock is moved to its instant, and not before', async () => {
    await setTimer('A111', 5, 3);
    await setTimer('B222', 60);
    const { timers } = await start({});
    assert.deepEqual(timers.items, []);
    on.clock.advance({ minutes: 5 });
    const [timer] = await timers.until(1);
    assert.deepEqual(
      { ...timer, dueAt: timer?.dueAt.toString() },
      { kind: 'activation.end', subject: 'A111', dueAt: '2026-11-23T08:05:00Z', attempt: 3 },
    );
    assert.equal(await timerRows(), 1);
  });

  it('takes the trace of a timer to whoever fires it, beside a payload that an older replica can read', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { pool, clock } = on;
    const traced = createPostgresStore({ pool, clock, replica: 'here', trace: () => trace });
    await traced.now.timers.set({ kind: 'activation.end', subject: 'A111', dueAt: clock.now() });
    await promoteDue(pool, clock.now());
    const { rows } = await pool.query<{ payload: object }>('select payload from graphile_worker._private_jobs');
    assert.deepEqual(Object.keys(rows[0]?.payload ?? {}).sort(), ['attempt', 'dueAt', 'kind', 'subject', 'v']);
    const { timers } = await start({});
    const [timer] = await timers.until(1);
    assert.deepEqual([timer?.subject, timer?.trace], ['A111', trace]);
  });

  it('fires everything that fell due while nobody ran, more than a batch of it, once', async () => {
    await on.pool.query(
      `insert into pimlico.timers select 'activation.remind', 'R' || n, $1, 0 from generate_series(1, 1100) n`,
      [on.clock.now().toString()],
    );
    const first = await start({});
    const second = await start({}, { replica: 'there' });
    on.clock.advance({ hours: 1 });
    while (first.timers.items.length + second.timers.items.length < 1100) {
      await Promise.race([
        first.timers.until(first.timers.items.length + 1),
        second.timers.until(second.timers.items.length + 1),
      ]);
    }
    const subjects = [...first.timers.items, ...second.timers.items].map((timer) => timer.subject);
    assert.deepEqual([subjects.length, new Set(subjects).size], [1100, 1100]);
    assert.equal(await timerRows(), 0);
  });

  it('is woken by an earlier timer that was set in this process', async () => {
    const { jobs, timers } = await start({});
    const store = createPostgresStore({ pool: on.pool, clock: on.clock, replica: 'here', onTimer: jobs.wake });
    await store.now.timers.set({ kind: 'activation.watch', subject: id('A111'), dueAt: on.clock.now() });
    assert.equal((await timers.until(1))[0]?.kind, 'activation.watch');
  });

  it('delivers a card that was posted for a job', async () => {
    const { cards } = await start({});
    const posted = await on.here.store.now.cards.post(aDraft('A'));
    assert.deepEqual(await cards.until(1), [posted]);
  });

  it('delivers a card that the replica which reserved it never sent, when its claim has run out', async () => {
    const { cards } = await start({});
    const posted = await on.there.store.now.cards.post({ ...aDraft('A'), delivery: 'now' });
    on.clock.advance({ seconds: 30 });
    assert.deepEqual(await cards.until(1), [posted]);
  });

  it('delivers a card again at the instant that a retry waits for', async () => {
    const posted = await on.here.store.now.cards.post({ ...aDraft('A'), delivery: 'now' });
    await on.here.outbox.claim([posted], 1);
    const at = on.clock.now().add({ seconds: 8 });
    await on.here.outbox.settle(posted, 1, { kind: 'retry', at, isAmbiguous: false, reason: '429' });
    const { cards } = await start({});
    on.clock.advance({ seconds: 8 });
    assert.deepEqual(await cards.until(1), [posted]);
  });

  it('removes a withdrawn message that nobody knows the id of', async () => {
    const posted = await on.here.store.now.cards.post({ ...aDraft('A'), delivery: 'now' });
    await on.here.outbox.claim([posted], 1);
    await on.here.store.now.cards.withdraw(posted);
    await setTimer('A111', 1);
    const { timers, cards } = await start({});
    on.clock.advance({ minutes: 1 });
    await timers.until(1);
    assert.deepEqual(cards.items, []);
    assert.equal((await on.pool.query('select from pimlico.outbox')).rowCount, 0);
  });

  it('runs a retryable failure again', async () => {
    let tries = 0;
    const { timers, log } = await start({
      fireTimer: async (timer) => {
        tries += 1;
        if (tries === 1) {
          // Lets the test not wait for graphile's backoff of real seconds.
          await on.pool.query(`
            create or replace function pimlico.test_now() returns trigger language plpgsql as $$
            begin new.run_at = now(); return new; end $$;
            create or replace trigger test_now before update on graphile_worker._private_jobs
              for each row when (new.last_error is not null) execute function pimlico.test_now()`);
          throw new AccessError('graph.unavailable', 'try again', { retryable: true });
        }
        timers.put(timer);
      },
    });
    await setTimer('A111', 1);
    on.clock.advance({ minutes: 1 });
    await timers.until(1);
    assert.equal(tries, 2);
    assert.ok(!log.items.includes('jobs.exhausted'));
  });

  it('gives up what running again cannot help, loudly', async () => {
    const { log } = await start({
      fireTimer: async () => {
        throw new AccessError('activation.request_unknown', 'no such request');
      },
    });
    await setTimer('A111', 1);
    on.clock.advance({ minutes: 1 });
    while (!log.items.includes('jobs.given_up')) {
      await log.until(log.items.length + 1);
    }
  });

  it('says loudly when the last attempt failed', async () => {
    const { log } = await start({
      fireTimer: async () => {
        throw new RangeError('bug');
      },
    });
    await on.pool.query(`
      select graphile_worker.add_job('timer.fire', max_attempts := 1, payload := json_build_object('v', 1, 'attempt', 0,
        'kind', 'activation.end', 'subject', 'A111', 'dueAt', '2026-11-23T08:00:00.000000Z'))`);
    while (!log.items.includes('jobs.exhausted')) {
      await log.until(log.items.length + 1);
    }
  });

  it('leaves what a newer program wrote for a replica that can read it', async () => {
    const { jobs, log } = await start({});
    await on.pool.query(`
      select graphile_worker.add_job('timer.fire', payload := json_build_object('v', 1, 'attempt', 0,
        'kind', 'activation.later', 'subject', 'A111', 'dueAt', '2026-11-23T08:00:00.000000Z'));
      select graphile_worker.add_job('outbox.deliver', payload := '{"v":2,"cards":["A"]}')`);
    while (log.items.filter((item) => item === 'jobs.payload_unknown').length < 2) {
      await log.until(log.items.length + 1);
    }
    running = [];
    await jobs.stop();
    const { rows } = await on.pool.query(
      'select task_identifier, attempts < max_attempts as again, locked_by from graphile_worker.jobs order by 1',
    );
    assert.deepEqual(rows, [
      { task_identifier: 'outbox.deliver', again: true, locked_by: null },
      { task_identifier: 'timer.fire', again: true, locked_by: null },
    ]);
  });

  it('waits for the running job when it stops, and takes no other', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const order: string[] = [];
    const { jobs } = await start(
      {
        fireTimer: async () => {
          begun.resolve();
          await release.promise;
          order.push('job done');
        },
      },
      { concurrency: 1 },
    );
    await setTimer('A111', 1);
    on.clock.advance({ minutes: 1 });
    await begun.promise;
    await on.here.store.now.cards.post(aDraft('A'));
    const stopped = jobs.stop().then(() => order.push('stopped'));
    running = [];
    release.resolve();
    await stopped;
    assert.deepEqual(order, ['job done', 'stopped']);
    assert.equal((await on.jobs()).length, 1);
  });

  it('gives a job back that does not end in time', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { jobs, log } = await start({
      fireTimer: () => {
        begun.resolve();
        return release.promise;
      },
    });
    await setTimer('A111', 1);
    on.clock.advance({ minutes: 1 });
    await begun.promise;
    running = [];
    await jobs.stop(20);
    assert.ok(log.items.includes('jobs.cut_off'));
    const { rows } = await on.pool.query(
      'select key, locked_by, attempts < max_attempts as again from graphile_worker.jobs',
    );
    assert.deepEqual(rows, [{ key: 'timer.fire:activation.end:A111', locked_by: null, again: true }]);
    release.resolve();
  });

  it('runs jobs also when the very first look for them failed', async () => {
    await on.pool.query('alter table graphile_worker._private_tasks rename to away');
    try {
      const { timers, log } = await start({});
      while (!log.items.includes('jobs.worker')) {
        await log.until(log.items.length + 1);
      }
      await on.pool.query('alter table graphile_worker.away rename to _private_tasks');
      await setTimer('A111', 0);
      assert.deepEqual(
        (await timers.until(1)).map(({ subject }) => subject),
        ['A111'],
      );
    } finally {
      await on.pool.query('alter table if exists graphile_worker.away rename to _private_tasks');
    }
  });

  it('runs at once what a killed process was running, and leaves alone what a living one runs', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const cards = aMailbox<CardId>();
    const deliver = async (ids: readonly CardId[]): Promise<void> => ids.forEach(cards.put);
    const fired: string[] = [];
    const fireTimer = async (timer: DueTimer): Promise<void> => {
      fired.push(timer.subject);
      begun.resolve();
      await release.promise;
    };
    await start({ deliver, fireTimer });
    await setTimer('A111', 1);
    on.clock.advance({ minutes: 1 });
    await begun.promise;
    await on.pool.query(`
      select graphile_worker.add_job('outbox.deliver', payload := '{"v":1,"cards":["lost"]}', flags := array['hold']);
      update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), flags = null
        where flags is not null`);
    const other = await start({ deliver, fireTimer }, { replica: 'there' });
    assert.ok(other.log.items.includes('jobs.dead_worker_unlocked'));
    assert.deepEqual(await cards.until(1), ['lost']);
    assert.deepEqual(fired, ['A111']);
    release.resolve();
  });
});
