import { readDuration } from './clauses/duration.ts';
import { type Command, type CommandName, PROBLEM_TEXTS, type ProblemCode } from './command.ts';
import type { Token } from './tokens.ts';

const AUTOMATIC = new Set(['automatic', 'automatically', 'usual', 'default', 'normal']);

/** What "remind me 10 minutes before the end" says: how long before, or `automatic`; nothing said opens the preferences. */
export function readReminder(tokens: readonly Token[], empty: (command: CommandName) => Command): Command {
  const command = empty('reminder');
  if (tokens.some((token) => AUTOMATIC.has(token.key))) return { ...command, target: 'automatic' };
  for (let at = 0; at < tokens.length; at++) {
    const reading = readDuration(tokens, at);
    if (reading?.seconds != null) {
      if (reading.seconds <= 0) return { ...command, problems: [problem('duration.not_positive')] };
      return {
        ...command,
        duration: Temporal.Duration.from({ seconds: reading.seconds }).round({ largestUnit: 'hours' }),
      };
    }
  }
  if (tokens.some((token) => /^\d+$/.test(token.key))) return { ...command, problems: [problem('duration.no_unit')] };
  // "remind me to call" is for somebody else; the noun alone asks for the preferences.
  return tokens.some((token) => token.key === 'remind') ? empty('unknown') : command;
}

function problem(code: ProblemCode) {
  return { code, text: PROBLEM_TEXTS[code] };
}
