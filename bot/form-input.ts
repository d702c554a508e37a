import type { ActivationFormNotice } from '../src/domain/notice.ts';
import { AccessError } from '../src/errors.ts';
import { parse } from '../src/language/parse.ts';
import { type ActivationAsk, askFromFacts } from '../src/use-cases/plan-activation.ts';

interface ReadingContext {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly locale: string;
}

/**
 * Reads the activation form. Times are typed in words like in a sentence, so the same reader reads them; what is left empty
 * stays as the sentence before said it.
 *
 * @throws {AccessError} command.problem with the reader's own words
 */
export function readFormAsk(
  inputs: Readonly<Record<string, string>>,
  notice: ActivationFormNotice,
  context: ReadingContext,
): ActivationAsk {
  const asked = askFromFacts(notice.asked);
  const length = readTimes(inputs.duration, ['for', ''], context);
  const start = readTimes(inputs.start, ['at', ''], context);
  return {
    duration: length === null ? asked.duration : length.duration,
    until: length === null ? asked.until : length.until,
    start: start === null ? asked.start : start.start,
    justification: inputs.justification ?? asked.justification,
    ticket: inputs.ticket ?? asked.ticket,
  };
}

type Times = Pick<ReturnType<typeof parse>, 'duration' | 'until' | 'start'>;

/** Tries the words after each of the lead-ins that a sentence would have; the first that makes a time wins. */
function readTimes(words: string | undefined, leads: readonly string[], context: ReadingContext): Times | null {
  const text = words?.trim() ?? '';
  if (text === '') {
    return null;
  }
  let problem = 'That is not a time.';
  for (const lead of leads) {
    const command = parse(`activate "role" ${lead} ${text}`, context);
    const hasTime = command.duration !== null || command.until !== null || command.start !== null;
    if (hasTime && command.problems.length === 0) {
      return command;
    }
    problem = command.problems[0]?.text ?? problem;
  }
  throw new AccessError('command.problem', 'unreadable time in a form', { facts: { text: problem } });
}
