/**
 * Commands that a sentence can mean, spelt as DESIGN §7 prints them.
 *
 * DESIGN's closed list of printed names has none for some that are understood, such as PIM's selfExtend and selfRenew: the
 * product sees them, `toJson` prints `unknown`.
 */
export const COMMAND_NAMES = [
  'activate',
  'deactivate',
  'continue',
  'cancel',
  'approve',
  'deny',
  'my-roles',
  'active',
  'pending',
  'approvals',
  'history',
  'who-has',
  'who-approves',
  'role',
  'settings',
  'which-role',
  'can',
  'compare',
  'check',
  'runbook',
  'roles-drift',
  'roles-apply',
  'roles-delete',
  'breakglass',
  'standdown',
  'report',
  'bundle',
  'timezone',
  'language',
  'reminder',
  'sign-out',
  'pause',
  'resume',
  'help',
  'unknown',
  'extend-assignment',
  'renew-assignment',
  'assign',
  'update-assignment',
  'remove-assignment',
  'export',
  'approvals-channel',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

/** Everything that can be wrong with a sentence, in the order in which it is reported; a closed list (DESIGN §7). */
export const PROBLEM_CODES = [
  'role.missing',
  'duration.no_unit',
  'duration.not_positive',
  'until.in_the_past',
  'start.in_the_past',
  'end.said_twice',
  'text.left_over',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What a person is told about each problem, unless the problem itself quotes their words. */
export const PROBLEM_TEXTS: Readonly<Record<ProblemCode, string>> = {
  'role.missing': 'Which role? Name it after the command.',
  'duration.no_unit': 'How long? A bare number could be minutes or hours: say "for 2h" or "for 30 min".',
  'duration.not_positive':
    'The access would end before it begins: say a duration or an end that is later than the start.',
  'until.in_the_past': 'That end has already passed.',
  'start.in_the_past': 'That start has already passed.',
  'end.said_twice': 'The end was said twice: say either a duration or an end, once.',
  'text.left_over': 'Part of the sentence was not understood.',
};

export type Problem = { readonly code: ProblemCode; readonly text: string };

/** A sentence as it was understood; every use-case starts from one of these. */
export type Command = {
  readonly command: CommandName;
  readonly roles: readonly string[];
  readonly scope: string | null;
  readonly duration: Temporal.Duration | null;
  readonly until: Temporal.Instant | null;
  readonly start: Temporal.Instant | null;
  readonly justification: string | null;
  readonly ticket: string | null;
  /**
   * The operation in "which role lets me …" and `can`; `eligible` or `active` of an assignment; `run`, `save` or `delete` of a
   * bundle; `change` or `code` of settings; `here` or `off` of the approvals channel; `everything` of a pause; `csv` or `ndjson` of
   * an export.
   */
  readonly action: string | null;
  /**
   * The request id (in capitals; several to decide with commas between, `everything` for all of them), pack, bundle, runbook, time zone or person (`me` for oneself); `last-time` when what was activated
   * last is meant.
   */
  readonly target: string | null;
  /** An assignment without an end was asked for in so many words; not printed. */
  readonly isPermanent: boolean;
  readonly problems: readonly Problem[];
};
