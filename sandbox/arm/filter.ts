import { invalidFilter } from './problem.ts';

/** Whose rows a list of PIM shows. */
export type PimFilter =
  | { readonly kind: 'everything' | 'atScope' | 'asTarget' | 'asRequestor' | 'asApprover' | 'asCreatedBy' }
  | { readonly kind: 'principal' | 'assignedTo'; readonly principalId: string };

const WORDS = ['atScope', 'asTarget', 'asRequestor', 'asApprover', 'asCreatedBy'] as const;
const GUID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const PRINCIPAL = new RegExp(`^principalId\\s+eq\\s+(?:'${GUID}'|${GUID})$`, 'i');
const ASSIGNED_TO = new RegExp(`^assignedTo\\(\\s*'${GUID}'\\s*\\)$`, 'i');

/** Reads the `$filter` of a list of PIM: one of the functions, never two together (pim-api §4.2). */
export function parsePimFilter(text: string | null, allowed: readonly PimFilter['kind'][]): PimFilter {
  const filter = read(text?.trim() ?? '');
  if (filter === null || (filter.kind !== 'everything' && !allowed.includes(filter.kind))) {
    throw invalidFilter(text ?? '');
  }
  return filter;
}

function read(text: string): PimFilter | null {
  if (text === '') {
    return { kind: 'everything' };
  }
  const word = WORDS.find((one) => text.toLowerCase() === `${one.toLowerCase()}()`);
  if (word !== undefined) {
    return { kind: word };
  }
  const principal = PRINCIPAL.exec(text);
  if (principal !== null) {
    return { kind: 'principal', principalId: (principal[1] ?? principal[2] ?? '').toLowerCase() };
  }
  const assigned = ASSIGNED_TO.exec(text)?.[1];
  return assigned === undefined ? null : { kind: 'assignedTo', principalId: assigned.toLowerCase() };
}

/** Comparisons `name eq 'text'` and functions without arguments, joined by one word; keys are in lower case. */
export function parseTerms(text: string, joiner: 'and' | 'or'): ReadonlyMap<string, readonly string[]> {
  const terms = new Map<string, string[]>();
  for (const part of text.split(new RegExp(`\\s+${joiner}\\s+(?=\\w+(?:\\s+eq|\\())`, 'i'))) {
    const [, name, value, word] = /^(\w+)\s+eq\s+'((?:[^']|'')*)'$|^(\w+)\(\)$/i.exec(part.trim()) ?? [];
    const key = name ?? word;
    if (key === undefined) {
      throw invalidFilter(text);
    }
    const values = terms.get(key.toLowerCase()) ?? [];
    terms.set(key.toLowerCase(), [...values, (value ?? '').replaceAll("''", "'")]);
  }
  return terms;
}
