import type { Pool } from 'pg';
import { type CommandContext, type readArguments, UsageError } from '../command.ts';

/** Every option there is; which command takes which is said where commands are. */
export const OPTIONS = {
  anchors: { type: 'string', multiple: true },
  since: { type: 'string' },
  until: { type: 'string' },
  before: { type: 'string' },
  person: { type: 'string' },
  request: { type: 'string' },
  event: { type: 'string' },
  format: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** What stands on the command line behind the command. */
export interface Asked {
  readonly values: ReturnType<typeof readArguments<typeof OPTIONS>>['values'];
  readonly words: readonly string[];
}

export interface AuditTools {
  readonly pool: Pool;
  readonly context: CommandContext;
}

/** @throws {UsageError} */
export function demandNothingElse(words: readonly string[]): void {
  if (words.length > 0) {
    throw new UsageError(`“${words[0]}” is too much.`);
  }
}

/** Null where the option is not given. @throws {UsageError} for what is no instant */
export function instantOf(option: string, text: string | undefined): Temporal.Instant | null {
  if (text === undefined) {
    return null;
  }
  try {
    return Temporal.Instant.from(text);
  } catch {
    throw new UsageError(
      `--${option} must be an instant with its offset, such as 2026-11-23T08:00:00Z; “${text}” is none.`,
    );
  }
}

/** From when to when; null where it is not said. @throws {UsageError} for an end that is not later than the beginning */
export function periodOf({ values }: Asked): {
  readonly since: Temporal.Instant | null;
  readonly until: Temporal.Instant | null;
} {
  const [since, until] = [instantOf('since', values.since), instantOf('until', values.until)];
  if (since !== null && until !== null && Temporal.Instant.compare(since, until) >= 0) {
    throw new UsageError('--until must be later than --since.');
  }
  return { since, until };
}
