import { flatten, type Mention, resolveMentions } from './flatten.ts';
import { scan } from './scan.ts';
import { tokenize } from './tokens.ts';

const DOUBLE = /[“”„‟«»]/g;
const SINGLE = /[‘’‚‛]/g;

/**
 * Makes the plain sentence of a Teams message: one line, entities decoded, straight quotes before the justification,
 * mentions of the bot removed before the justification and turned into its name inside it, which otherwise stays as
 * typed. Doing it twice changes nothing more.
 */
export function normalizeText(text: string, options: { readonly mentions?: readonly Mention[] } = {}): string {
  const flat = flatten(text, options.mentions);
  const tokens = tokenize(flat);
  const from = scan(tokens).justificationFrom;
  const cut = from === null ? flat.length : (tokens[from - 1]?.end ?? 0);
  const head = resolveMentions(flat.slice(0, cut), 'drop').replace(DOUBLE, '"').replace(SINGLE, "'");
  const tail = resolveMentions(flat.slice(cut), 'name');
  return [head, tail].filter((part) => part !== '').join(' ');
}
