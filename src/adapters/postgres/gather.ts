import { asAccessError } from '../../errors.ts';

/** Statements of one kind under way at a time; what comes meanwhile goes together in the next: two would mean smaller ones. */
const AT_A_TIME = 1;
const MOST_TOGETHER = 100;

/** One kind of work that can be done for one item, or for many in one statement. */
export interface Gathered<Item, Result> {
  alone(item: Item): Promise<Result>;
  /** The results in the order of the items. A failure must mean that nothing was done, unless the database is unavailable. */
  together(items: readonly Item[]): Promise<readonly Result[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly settled: PromiseWithResolvers<Result>;
}

/**
 * Makes one statement of calls that come while others of their kind are under way: a quiet bot waits for nothing, a busy one
 * has fewer round trips and commits. When PostgreSQL refuses many, each is tried alone, so that one cannot fail another.
 */
export function gather<Item, Result>(work: Gathered<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let underWay = 0;

  const next = (): void => {
    while (underWay < AT_A_TIME && waiting.length > 0) {
      underWay += 1;
      void carryOut(work, waiting.splice(0, MOST_TOGETHER)).then(() => {
        underWay -= 1;
        next();
      });
    }
  };
  return (item) => {
    const settled = Promise.withResolvers<Result>();
    waiting.push({ item, settled });
    next();
    return settled.promise;
  };
}

/** Settles every promise, and never rejects. */
async function carryOut<Item, Result>(
  work: Gathered<Item, Result>,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  if (batch.length > 1) {
    try {
      const results = await work.together(batch.map(({ item }) => item));
      for (const [index, { settled }] of batch.entries()) {
        settled.resolve(results[index] as Result);
      }
      return;
    } catch (thrown) {
      // The commit may have happened although its answer was lost: not to be repeated.
      if (asAccessError(thrown).code === 'internal.database_unavailable') {
        for (const { settled } of batch) {
          settled.reject(thrown);
        }
        return;
      }
    }
  }
  await Promise.all(batch.map(({ item, settled }) => work.alone(item).then(settled.resolve, settled.reject)));
}
