import { z } from 'zod';
import type { Listener } from '../messages.ts';
import { moreWords, takeFitting } from './fitting.ts';

/** One line of a section: words, a name in the letters of code, and what is said less loudly. Absent parts are empty. */
const line = z.strictObject({ id: z.string(), text: z.string(), code: z.string(), note: z.string() });
const section = z.strictObject({ id: z.string(), heading: z.string(), lines: z.array(line), more: z.string() });

/** The parts of a card about role definitions, each under a heading of ours. */
export const sectionsShape = z.array(section);
export type Section = z.infer<typeof section>;
export type LineWords = Partial<Omit<z.infer<typeof line>, 'id'>>;

// What the templates add around the words of one line, in bytes of JSON.
const LINE_FRAME = 300;

interface SectionWords {
  readonly id: string;
  readonly heading: string;
  readonly lines: readonly LineWords[];
  /** How many there are, where only the first ones are at hand. */
  readonly total?: number;
  readonly advice?: string;
  readonly budget: number;
  /** As many as people want to read at first, where the rest is elsewhere. */
  readonly most?: number;
}

/** Makes a section of what fits into `budget` bytes and says how many lines are left out; none without lines. */
export function sectionOf(
  { id, heading, lines, total, advice, budget, most }: SectionWords,
  reader: Listener,
): Section[] {
  const entries = lines
    .slice(0, most)
    .map((words, index) => ({ id: `${id}-${index + 1}`, text: '', code: '', note: '', ...words }));
  const { shown } = takeFitting(entries, budget, LINE_FRAME);
  const left = (total ?? lines.length) - shown.length;
  return shown.length === 0 ? [] : [{ id, heading, lines: shown, more: moreWords(left, reader, advice) }];
}
