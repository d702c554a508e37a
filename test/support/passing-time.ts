import { setImmediate } from 'node:timers/promises';
import sinon from 'sinon';

/**
 * Gives what is answered when so many milliseconds have passed, of which the machine's speed is no part: from when `hasBegun` the
 * timers of this process go by the test alone. What is not answered by then lets the test run into its own limit.
 */
export async function answeredWithin<T>(
  ms: number,
  ask: () => Promise<T>,
  hasBegun: () => boolean,
): Promise<Awaited<T>> {
  const time = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldClearNativeTimers: true });
  try {
    const answer = ask();
    while (!hasBegun()) {
      await setImmediate();
    }
    await time.tickAsync(ms);
    return await answer;
  } finally {
    time.restore();
  }
}
