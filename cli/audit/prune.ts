import { createSystemClock } from '../../src/adapters/clock/system-clock.ts';
import { pruneAudit } from '../../src/adapters/postgres/audit-retention.ts';
import { UsageError } from '../command.ts';
import { type Asked, type AuditTools, demandNothingElse, instantOf } from './asked.ts';

/** Forgets what old records tell of people. */
export async function prune({ values, words }: Asked, { pool, context }: AuditTools): Promise<number> {
  demandNothingElse(words);
  const before = instantOf('before', values.before);
  if (before === null) {
    throw new UsageError('prune takes --before: what is older is erased.');
  }
  if (Temporal.Instant.compare(before, createSystemClock().now()) > 0) {
    throw new UsageError('--before must be in the past.');
  }
  if (!values.yes) {
    throw new UsageError('What is erased cannot be had again: say --yes.');
  }
  const fields = await pruneAudit(pool, before);
  context.out(`${fields} fields were erased.\n`);
  return 0;
}
