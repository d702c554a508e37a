import { AccessError, asAccessError } from '../../errors.ts';

/** What others have is read and changed with one's own rights: when these are not enough, that is said, and which would be. */
export async function explainingRights<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const error = asAccessError(thrown);
    throw error.code === 'graph.forbidden'
      ? new AccessError('role.rights_missing', error.message, { cause: error, facts: error.facts })
      : error;
  }
}
