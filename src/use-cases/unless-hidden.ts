import { AccessError, type ErrorCode } from '../errors.ts';

/** The reader may not see it, or it is not there: then we do not know, which is not the same as none. */
const HIDDEN: ReadonlySet<ErrorCode> = new Set(['graph.forbidden', 'graph.not_found', 'graph.unauthorized']);

/** Reads something of the tenant; `whenHidden` says what it comes to where nobody lets us see it. */
export async function unlessHidden<T, Unseen>(
  read: () => Promise<T>,
  whenHidden: (code: ErrorCode) => Unseen,
): Promise<T | Unseen> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof AccessError && HIDDEN.has(thrown.code)) {
      return whenHidden(thrown.code);
    }
    throw thrown;
  }
}
