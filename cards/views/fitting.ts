import { z } from 'zod';
import type { RoleChoice } from '../../src/domain/notice.ts';
import { type Listener, say } from '../messages.ts';
import { roleWords, tellingWords } from './request.ts';

/** One entry of a choice input: its title is shown as typed, its value comes back. */
export const choice = z.strictObject({ title: z.string(), value: z.string() });
export type Choice = z.infer<typeof choice>;

// What a template adds around the words of one choice or one line, in bytes of JSON.
const ENTRY_FRAME = 260;

/**
 * Takes entries from the front while they fit into `budget` bytes, so that a card stays deliverable (Teams refuses above about
 * 100 KB, ours stay below 25 KB). `frame` is what the template adds to each. `left` counts the ones that did not fit.
 */
export function takeFitting<T>(
  entries: readonly T[],
  budget: number,
  frame = ENTRY_FRAME,
): { shown: T[]; left: number } {
  return takeMapped(entries, (entry) => entry, { budget, frame });
}

/** As {@link takeFitting}, and makes no more entries than fit: somebody may have thousands. */
export function takeMapped<T, E>(
  rows: readonly T[],
  entryOf: (row: T, index: number) => E,
  { budget, frame = ENTRY_FRAME }: { readonly budget: number; readonly frame?: number | ((entry: E) => number) },
): { shown: E[]; left: number } {
  let size = 0;
  const shown: E[] = [];
  for (const [index, row] of rows.entries()) {
    const entry = entryOf(row, index);
    size += (typeof frame === 'number' ? frame : frame(entry)) + Buffer.byteLength(JSON.stringify(entry));
    if (size > budget) {
      break;
    }
    shown.push(entry);
  }
  return { shown, left: rows.length - shown.length };
}

/** "and 12 more", or nothing. */
export function moreWords(left: number, reader: Listener, advice = ''): string {
  const more = say(reader, 'request.more', { count: String(left) });
  return left === 0 ? '' : `${more}${advice === '' ? '' : ` ${advice}`}`;
}

export function roleChoice(role: RoleChoice, reader: Listener): Choice {
  return { title: `${roleWords(role, reader)}${tellingWords(role, reader)}`, value: role.key };
}
