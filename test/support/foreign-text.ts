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

/** The same notice with `text` wherever people's words or names stand. */
export function filledWith<N extends Notice>(notice: N, text: string): N {
  return refill(notice, text, false) as N;
}

function refill(value: unknown, text: string, isForeign: boolean): unknown {
  if (typeof value === 'string') {
    return isForeign ? text : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => refill(item, text, isForeign));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const isText = isForeign || FOREIGN_LISTS.has(name) || (FOREIGN_TEXT.has(name) && typeof item === 'string');
      return [name, refill(item, text, isText)];
    }),
  );
}
