import type { Notice } from '../../src/domain/notice.ts';

const FOREIGN_TEXT = new Set([
  'roleName',
  'scopeName',
  'requesterName',
  'personName',
  'justification',
  'ticket',
  'words',
  'notUnderstood',
  'name',
  'approvedBy',
  'through',
  'decidedBy',
  'byName',
  'ruleName',
  'ruleReason',
  'app',
  'address',
  'activity',
]);
const FOREIGN_LISTS = new Set(['otherApprovers', 'suggestions', 'facts']);

/** Where in a notice people's words or names stand. */
export interface ForeignNames {
  /** Fields with a text. */
  readonly texts: ReadonlySet<string>;
  /** Fields of which everything below is foreign. */
  readonly lists: ReadonlySet<string>;
  /** Fields of which nothing below is: what is called alike elsewhere is a code of ours there. */
  readonly ours?: ReadonlySet<string>;
}

/** The same notice with `text` wherever people's words or names stand. */
export function filledWith<N extends Notice>(
  notice: N,
  text: string,
  names: ForeignNames = { texts: FOREIGN_TEXT, lists: FOREIGN_LISTS },
): N {
  return refill(notice, { text, names, isForeign: false }) as N;
}

interface Refilling {
  readonly text: string;
  readonly names: ForeignNames;
  readonly isForeign: boolean;
}

function refill(value: unknown, how: Refilling): unknown {
  const { text, names, isForeign } = how;
  if (typeof value === 'string') {
    return isForeign ? text : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => refill(item, how));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (names.ours?.has(name)) {
        return [name, item];
      }
      const isText = isForeign || names.lists.has(name) || (names.texts.has(name) && typeof item === 'string');
      return [name, refill(item, { ...how, isForeign: isText })];
    }),
  );
}
