import type { Command, CommandName } from './command.ts';

/** The JSON object of DESIGN §7, keys in its order. */
export type CommandJson = {
  readonly command: string;
  readonly roles: readonly string[];
  readonly scope: string | null;
  readonly duration: string | null;
  readonly until: string | null;
  readonly start: string | null;
  readonly justification: string | null;
  readonly ticket: string | null;
  readonly action: string | null;
  readonly target: string | null;
  readonly problems: readonly { readonly code: string; readonly text: string }[];
};

/** Writes a duration in hours and minutes (`PT24H`, `PT1H30M`), with seconds only where somebody said seconds. */
export function formatDuration(duration: Temporal.Duration): string {
  const { hours, minutes, seconds } = duration.round({ largestUnit: 'hours', smallestUnit: 'seconds' });
  const text = `${hours === 0 ? '' : `${hours}H`}${minutes === 0 ? '' : `${minutes}M`}${seconds === 0 ? '' : `${seconds}S`}`;
  return text === '' ? 'PT0M' : `PT${text}`;
}

/** Writes an instant in UTC with seconds, such as `2026-11-23T08:00:00Z`. */
export function formatInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second' });
}

/** DESIGN §7 prints the operation of two commands; what others keep there is the product's own, but for what is printed whole. */
const PRINT_ACTION = new Set<CommandName>([
  'which-role',
  'can',
  'assign',
  'update-assignment',
  'remove-assignment',
  'export',
]);

/** DESIGN's closed list of printed names has none for these; the product itself knows them. */
const NOT_PRINTED = new Set<CommandName>([
  'extend-assignment',
  'renew-assignment',
  'approvals-channel',
  'pause',
  'resume',
]);

/** Writes a command as DESIGN §7 prints it. */
export function toJson(command: Command): CommandJson {
  const isPrintable = !NOT_PRINTED.has(command.command);
  return {
    command: isPrintable ? command.command : 'unknown',
    roles: isPrintable ? command.roles : [],
    scope: isPrintable ? command.scope : null,
    duration: isPrintable && command.duration !== null ? formatDuration(command.duration) : null,
    until: isPrintable && command.until !== null ? formatInstant(command.until) : null,
    start: isPrintable && command.start !== null ? formatInstant(command.start) : null,
    justification: isPrintable ? command.justification : null,
    ticket: isPrintable ? command.ticket : null,
    action: PRINT_ACTION.has(command.command) ? command.action : null,
    target: isPrintable ? command.target : null,
    problems: isPrintable ? command.problems.map(({ code, text }) => ({ code, text })) : [],
  };
}
