import type { PullId } from '../../domain/ids.ts';
import type { Pull } from '../../domain/pull.ts';
import type { Pulls } from '../../ports/pulls.ts';
import type { Database, Statement } from './database.ts';
import { readStored } from './stored-json.ts';
import { storedPull, writtenPull } from './stored-pull.ts';

interface PullRow {
  readonly body: unknown;
}

const INSERT = {
  name: 'pulls.insert',
  text: `
    insert into pimlico.pulls (id, puller_id, state, planned_at, review_due_at, body)
    values ($1, $2, $3, $4, $5, $6)`,
};
const FIND = { name: 'pulls.find', text: 'select body from pimlico.pulls where id = $1' };
const LOCK = { name: 'pulls.lock', text: `${FIND.text} for update` };
const WRITE = {
  name: 'pulls.write',
  text: 'update pimlico.pulls set state = $2, review_due_at = $3, body = $4 where id = $1',
};
const LIST_UNDER_WAY = {
  name: 'pulls.list-under-way',
  text: `
    select body from pimlico.pulls where puller_id = $1 and state in ('pulling', 'waiting', 'active')
    order by planned_at, id`,
};
const LIST_UNREVIEWED = {
  name: 'pulls.list-unreviewed',
  text: 'select body from pimlico.pulls where review_due_at is not null order by review_due_at, id',
};

/** When a review waits, by what is kept of it. */
function reviewDueAt({ review }: Pull): string | null {
  return review === null || review.done !== null ? null : review.dueAt.toString();
}

/** Keeps uses of packs in PostgreSQL. */
export function postgresPulls(database: Database): Pulls {
  const many = async (statement: Statement, values: readonly unknown[]): Promise<readonly Pull[]> =>
    (await database.run<PullRow>(statement, values)).map(({ body }) => readStored(storedPull, body, 'a pull'));
  const one = async (statement: Statement, id: PullId): Promise<Pull | null> =>
    (await many(statement, [id]))[0] ?? null;
  return {
    async insert(pull) {
      const { id, puller, state, plannedAt } = pull;
      const values = [id, puller.id, state, plannedAt.toString(), reviewDueAt(pull), writtenPull(pull)];
      await database.run(INSERT, values);
    },
    find: (id) => one(FIND, id),
    lock: (id) => one(LOCK, id),
    async change(id, from, change) {
      const current = await one(LOCK, id);
      if (current === null || !from.includes(current.state)) {
        return null;
      }
      const changed = { ...current, ...change };
      await database.run(WRITE, [id, changed.state, reviewDueAt(changed), writtenPull(changed)]);
      return changed;
    },
    listUnderWayOf: (puller) => many(LIST_UNDER_WAY, [puller]),
    listUnreviewed: () => many(LIST_UNREVIEWED, []),
  };
}
