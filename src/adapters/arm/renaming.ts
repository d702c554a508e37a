import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';

/** Gives an error of ours the code it has in this place; its facts stay. */
export async function renaming<T>(work: Promise<T>, names: Partial<Record<ErrorCode, ErrorCode>>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AccessError)) {
      throw error;
    }
    const code = names[error.code];
    throw code === undefined ? error : new AccessError(code, error.message, { facts: error.facts });
  }
}
