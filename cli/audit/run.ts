import { type Anchor, readAnchors } from '../../src/adapters/audit/anchor-file.ts';
import { type AuditVerdict, erasePerson, verifyAudit } from '../../src/adapters/postgres/audit-verify.ts';
import { createPostgresPool } from '../../src/adapters/postgres/pool.ts';
import { isGuid, principalId } from '../../src/domain/ids.ts';
import { type CommandContext, createCommand, readArguments, UsageError } from '../command.ts';

export const HELP = `Proves the audit trail, and erases what it tells of a person. Running bots need not be stopped.

npm run -s audit -- verify [--anchors FILE]… [--json]
npm run -s audit -- erase PERSON --yes

  verify          computes the chain of records again, and compares it with the links in the database and with the anchors
  --anchors FILE  heads of the chain that a bot wrote down outside the database; without any, only the database speaks for itself
  erase PERSON    forgets everything that tells of the person with that object id, and what they wrote; the records stay, and
                  the chain still verifies. Cannot be undone
  --url URL       the database; defaults to PIMLICO_DATABASE_URL
  --json          the verdict as one JSON object
  --help          this text

Exits 0 when the trail is intact, 1 when it is broken, 2 when it was asked wrongly or could not be read.
`;

const [INTACT, BROKEN] = [0, 1];

const OPTIONS = {
  anchors: { type: 'string', multiple: true },
  url: { type: 'string' },
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Runs the command and answers its exit code. */
export const runAudit = createCommand(run);

type Options = ReturnType<typeof readArguments<typeof OPTIONS>>['values'];

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  if (values.help) {
    context.out(HELP);
    return INTACT;
  }
  const url = values.url ?? context.env.PIMLICO_DATABASE_URL;
  const problem =
    problemOf(positionals, values) ?? (url ? null : 'No database: give --url or set PIMLICO_DATABASE_URL.');
  if (problem !== null || !url) {
    throw new UsageError(`${problem}\n\n${HELP}`);
  }
  const anchors = await anchorsOf(values.anchors ?? []);
  const warn = (event: string, fields: object = {}): void => context.err(`${event} ${JSON.stringify(fields)}\n`);
  const log = { info: () => undefined, warn, error: warn };
  const pool = createPostgresPool({ url, log, max: 2, name: 'pimlico-audit' });
  try {
    if (positionals[0] === 'erase') {
      const fields = await erasePerson(pool, principalId(positionals[1] ?? ''));
      context.out(`${fields} fields were erased.\n`);
      return INTACT;
    }
    const verdict = await verifyAudit(pool, anchors);
    context.out(values.json ? `${JSON.stringify(verdict)}\n` : inWords(verdict));
    return verdict.broken === null ? INTACT : BROKEN;
  } finally {
    await pool.end();
  }
}

function problemOf([command, person, ...rest]: readonly string[], { yes = false }: Options): string | null {
  if (command === 'verify' && person === undefined) {
    return null;
  }
  if (command !== 'erase' || rest.length > 0) {
    return command === undefined ? 'Say what to do.' : 'There is no such command.';
  }
  if (person === undefined || !isGuid(person)) {
    return 'erase takes the object id of one person (a GUID).';
  }
  return yes ? null : 'What is erased cannot be had again: say --yes.';
}

function inWords({
  broken,
  linked,
  unlinked,
  oldestUnlinkedAt,
  erased,
  anchoredAt,
  anchoredPlace,
}: AuditVerdict): string {
  const proof =
    anchoredAt === null
      ? 'No anchor was given: whoever can change the whole database could have made the chain anew, and nothing here would show it.'
      : `Anchored up to link ${anchoredPlace}. Not provable since ${anchoredAt}, when that was written down outside.`;
  const tail = unlinked === 0 ? '' : ` ${unlinked} more wait to be linked, the oldest of ${oldestUnlinkedAt}.`;
  const gone = erased === 0 ? '' : ` ${erased} personal fields were erased.`;
  return broken === null
    ? `Intact: ${linked} records.${tail}${gone}\n${proof}\n`
    : `Broken: ${broken}\nUp to there ${linked} records are intact.\n${proof}\n`;
}

async function anchorsOf(files: readonly string[]): Promise<readonly Anchor[]> {
  const all: Anchor[] = [];
  for (const file of files) {
    const found = await readAnchors(file).catch((error: unknown) => {
      throw new UsageError(`${file} is no file of anchors: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (found.length === 0) {
      throw new UsageError(`${file} holds no anchors.`);
    }
    all.push(...found);
  }
  return all.toSorted((a, b) => a.place - b.place);
}
