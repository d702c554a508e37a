import { erasePerson } from '../../src/adapters/postgres/audit-verify.ts';
import { isGuid, principalId } from '../../src/domain/ids.ts';
import { UsageError } from '../command.ts';
import { type Asked, type AuditTools, demandNothingElse } from './asked.ts';

/** Forgets what the trail tells of a person. */
export async function erase({ values, words }: Asked, { pool, context }: AuditTools): Promise<number> {
  const [person = '', ...rest] = words;
  demandNothingElse(rest);
  if (!isGuid(person)) {
    throw new UsageError('erase takes the object id of one person (a GUID).');
  }
  if (!values.yes) {
    throw new UsageError('What is erased cannot be had again: say --yes.');
  }
  const fields = await erasePerson(pool, principalId(person));
  context.out(`${fields} fields were erased.\n`);
  return 0;
}
