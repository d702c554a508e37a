import type { AssignmentAction } from '../../domain/administration.ts';
import { ASSIGNMENT_ACTIONS } from '../../domain/administration.ts';
import type { AssignmentChangeNotice, AssignmentFormNotice } from '../../domain/administration-notice.ts';
import { AccessError } from '../../errors.ts';
import { parse } from '../../language/parse.ts';
import { isoOrNull } from '../facts.ts';

/** When an assignment is to end. Without an end only when that was said. */
export type WantedEnd =
  | { readonly kind: 'at'; readonly at: Temporal.Instant }
  | { readonly kind: 'for'; readonly duration: Temporal.Duration }
  | { readonly kind: 'permanent' };

/** An administrator's change as far as it was said. */
export interface AssignmentWords {
  readonly action: AssignmentAction;
  /** Null when it follows from what there is, or is the usual one. */
  readonly kind: 'eligible' | 'active' | null;
  readonly principal: string;
  readonly role: string;
  readonly scope: string | null;
  readonly startsAt: Temporal.Instant | null;
  readonly end: WantedEnd | null;
  readonly justification: string;
  readonly ticket: string | null;
}

export type FormValues = AssignmentFormNotice['values'];

/** What the form shows of it. */
export function formValues(words: AssignmentWords): FormValues {
  return {
    action: words.action,
    kind: words.kind ?? 'eligible',
    principal: words.principal,
    role: words.role,
    scope: words.scope ?? '',
    end: endText(words.end),
    start: isoOrNull(words.startsAt) ?? '',
    justification: words.justification,
    ticket: words.ticket ?? '',
  };
}

function endText(end: WantedEnd | null): string {
  switch (end?.kind) {
    case 'at':
      return isoOrNull(end.at) ?? '';
    case 'for':
      return end.duration.toString();
    case 'permanent':
      return 'permanent';
    case undefined:
      return '';
  }
}

/** What the form would hold if it had been filled in to get this card; ids, since names may mean others as well. */
export function valuesOfChange(notice: AssignmentChangeNotice): FormValues {
  const { action, kind, role, principal, startsAt, endsAt, justification, ticket } = notice;
  return {
    action,
    kind,
    principal: principal.userPrincipalName ?? principal.id,
    role: role.roleName,
    scope: role.scope.name,
    end: action === 'remove' ? '' : (endsAt ?? 'permanent'),
    start: startsAt ?? '',
    justification,
    ticket: ticket ?? '',
  };
}

/** The texts of a form: what a client did not send stays as the form showed it. */
export function mergeInputs(values: FormValues, inputs: Readonly<Record<string, string>>): FormValues {
  const action = ASSIGNMENT_ACTIONS.find((known) => known === inputs.action) ?? values.action;
  const kind = (['eligible', 'active'] as const).find((known) => known === inputs.kind) ?? values.kind;
  return {
    action,
    kind,
    principal: text(inputs.principal, values.principal),
    role: text(inputs.role, values.role),
    scope: text(inputs.scope, values.scope),
    end: text(inputs.end, values.end),
    start: text(inputs.start, values.start),
    justification: text(inputs.justification, values.justification),
    ticket: text(inputs.ticket, values.ticket),
  };
}

function text(input: string | undefined, before: string): string {
  return (input ?? before).trim();
}

interface ReadingContext {
  readonly now: Temporal.Instant;
  readonly timeZone: string;
  readonly locale: string;
}

const PERMANENT = /^(?:permanent(?:ly)?|forever|no end|without (?:an )?end|never)$/i;

/** Reads the form as a sentence would be read. @throws {AccessError} command.problem with the reader's own words */
export function readForm(values: FormValues, context: ReadingContext): AssignmentWords {
  const { action, kind, principal, role, scope, justification, ticket } = values;
  return {
    action,
    kind,
    principal,
    role,
    scope: scope === '' ? null : scope,
    startsAt: readStart(values.start, context),
    end: action === 'remove' ? null : readEnd(values.end, context),
    justification,
    ticket: ticket === '' ? null : ticket,
  };
}

function readStart(words: string, context: ReadingContext): Temporal.Instant | null {
  return words === '' ? null : (readTimes(words, ['at', 'from', ''], context).start ?? null);
}

function readEnd(words: string, context: ReadingContext): WantedEnd | null {
  if (words === '') {
    return null;
  }
  if (PERMANENT.test(words)) {
    return { kind: 'permanent' };
  }
  const { until, duration } = readTimes(words, ['for', 'until', ''], context);
  if (until !== null) {
    return { kind: 'at', at: until };
  }
  return duration === null ? null : { kind: 'for', duration };
}

type Times = Pick<ReturnType<typeof parse>, 'duration' | 'until' | 'start'>;

/** Tries the words after each of the lead-ins that a sentence would have; the first that makes a time wins. */
function readTimes(words: string, leads: readonly string[], context: ReadingContext): Times {
  let problem = 'That is not a time.';
  for (const lead of leads) {
    const command = parse(`activate "role" ${lead} ${words.slice(0, 200)}`, context);
    const hasTime = command.duration !== null || command.until !== null || command.start !== null;
    if (hasTime && command.problems.length === 0) {
      return command;
    }
    problem = command.problems[0]?.text ?? problem;
  }
  throw new AccessError('command.problem', 'unreadable time in a form', { facts: { text: problem } });
}
