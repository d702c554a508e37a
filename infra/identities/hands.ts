import type { Change, Directory } from './graph.ts';

/** Stands for the id of what is not there yet: nothing is below it. Encoding it for an address leaves it as it is. */
export const NOT_YET = '(not-created-yet)';

/** A directory in which nothing changes: what would be written is noted, and what would be created has no id yet. */
export function withoutWriting(directory: Directory, changes: Change[]): Directory {
  const isBelowNothing = (path: string): boolean => path.includes(NOT_YET);
  return {
    read: async (path) => (isBelowNothing(path) ? null : await directory.read(path)),
    list: async (path) => (isBelowNothing(path) ? [] : await directory.list(path)),
    async write(change) {
      changes.push(change);
      return { id: NOT_YET, appId: NOT_YET };
    },
  };
}

/** The directory itself, with a note of what was written. */
export function withNotes(directory: Directory, changes: Change[]): Directory {
  return {
    ...directory,
    async write(change) {
      const answer = await directory.write(change);
      changes.push(change);
      return answer;
    },
  };
}
