import { assemble } from './assemble.ts';
import type { Command } from './command.ts';
import { flatten } from './flatten.ts';
import type { Context } from './moment.ts';
import { scan } from './scan.ts';
import { tokenize } from './tokens.ts';

/**
 * Understands one sentence (DESIGN §7). Never throws, whatever the text; takes time in proportion to its length.
 *
 * Pure: the clock, the person's time zone and their locale (for dates such as 03/04) come in `context`.
 */
export function parse(text: string, context: Context): Command {
  const flat = flatten(text);
  const tokens = tokenize(flat);
  return assemble(scan(tokens), tokens, flat, context);
}
