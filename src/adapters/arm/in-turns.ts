/** Microsoft publishes no limits for PIM; this many calls at once are kind (pim-api §19.34). */
const AT_A_TIME = 5;

/** Does the work for each item, a few at a time, and keeps their order. The first failure fails all. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, items.length) }, worker));
  return results;
}
