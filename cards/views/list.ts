import { z } from 'zod';
import type { Listener } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { placeWords } from './request.ts';

/** One entry of a list: the role, where it applies (" on rg-web", or nothing) and a line of notes below. */
export const roleEntryShape = { id: z.string(), role: z.string(), place: z.string(), notes: z.string() };

// What the templates of lists add around the words of one entry, in bytes of JSON.
export const LIST_ENTRY_FRAME = 640;

/** Names a role as a list does. */
export function roleOf(role: { readonly roleName: string; readonly scopeName: string }, reader: Listener) {
  return { role: nameText(role.roleName), place: placeWords(role.scopeName, reader) };
}

/** Joins what is known: "up to 4 hours · needs approval". */
export function notesLine(notes: readonly string[]): string {
  return notes.filter((note) => note !== '').join(' · ');
}

/** Says sentences one after the other; what there is nothing to say of is empty. */
export function sentences(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
