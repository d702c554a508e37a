import type { Pool } from 'pg';
import { createSystemClock } from '../../src/adapters/clock/system-clock.ts';
import { postgresAudit } from '../../src/adapters/postgres/audit.ts';
import { measureTrail, readTrail, type TrailFilter } from '../../src/adapters/postgres/audit-read.ts';
import { poolDatabase } from '../../src/adapters/postgres/database.ts';
import { AUDIT_EVENTS } from '../../src/domain/audit.ts';
import { isGuid, principalId, requestId } from '../../src/domain/ids.ts';
import { auditOf } from '../../src/ports/audit.ts';
import { UsageError } from '../command.ts';
import { type Asked, type AuditTools, demandNothingElse, periodOf } from './asked.ts';
import { FORMATS, type Format, PRINT } from './formats.ts';

interface ExportOrder {
  readonly filter: TrailFilter;
  readonly format: Format;
}

/**
 * Prints the records that match, in order of position, up to where the trail goes now. That it was exported is recorded first:
 * whoever cuts the output off has not exported in silence.
 */
export async function exportRecords(asked: Asked, { pool, context }: AuditTools): Promise<number> {
  demandNothingElse(asked.words);
  const order = orderOf(asked);
  const { last, records } = await measureTrail(pool, order.filter);
  await recordExport(pool, order, records);
  const print = PRINT[order.format];
  let piece: 'beginning' | 'continuation' = 'beginning';
  for await (const page of readTrail(pool, order.filter, last)) {
    context.out(await print(page, { pool, piece }));
    await context.drained();
    piece = 'continuation';
  }
  if (piece === 'beginning') {
    context.out(await print([], { pool, piece }));
  }
  return 0;
}

function orderOf(asked: Asked): ExportOrder {
  const { person, request, event, format = 'ndjson' } = asked.values;
  if (person !== undefined && !isGuid(person)) {
    throw new UsageError('--person must be the object id of a person (a GUID).');
  }
  if (request?.trim() === '') {
    throw new UsageError('--request must not be empty.');
  }
  const [eventName = null] = AUDIT_EVENTS.filter((name) => name === event);
  if (event !== undefined && eventName === null) {
    throw new UsageError(`There is no event “${event}”. There are ${AUDIT_EVENTS.join(', ')}.`);
  }
  const [known] = FORMATS.filter((name) => name === format);
  if (known === undefined) {
    throw new UsageError(`--format must be ${FORMATS.join(', ')}.`);
  }
  const filter: TrailFilter = {
    ...periodOf(asked),
    person: person === undefined ? null : principalId(person),
    requestId: request === undefined ? null : requestId(request),
    event: eventName,
  };
  return { filter, format: known };
}

async function recordExport(pool: Pool, { filter, format }: ExportOrder, records: number): Promise<void> {
  const { since, until, person, requestId, event } = filter;
  await auditOf(postgresAudit(poolDatabase(pool), () => ({}))).exportMade({
    at: createSystemClock().now(),
    // A command line knows no person.
    actorId: null,
    facts: {
      of: 'audit',
      format,
      rows: String(records),
      ...(since !== null && { since: since.toString() }),
      ...(until !== null && { until: until.toString() }),
      ...(person !== null && { person }),
      ...(requestId !== null && { request: requestId }),
      ...(event !== null && { event }),
    },
  });
}
