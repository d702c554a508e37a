import { createPostgresPool } from '../../src/adapters/postgres/pool.ts';
import { type CommandContext, createCommand, readArguments, UsageError } from '../command.ts';
import { databaseAddress } from '../database-address.ts';
import { type Asked, type AuditTools, OPTIONS } from './asked.ts';
import { erase } from './erase.ts';
import { exportRecords } from './export.ts';
import { match } from './match.ts';
import { prune } from './prune.ts';
import { verify } from './verify.ts';

export const HELP = `Proves and exports the audit trail, and erases what it tells of people. Running bots need not be stopped.

npm run -s audit -- verify [--anchors FILE]… [--json]
npm run -s audit -- export [--since ISO] [--until ISO] [--person ID] [--request ID] [--event NAME] [--format FORMAT]
npm run -s audit -- match [--since ISO] [--until ISO] [--json]
npm run -s audit -- erase PERSON --yes
npm run -s audit -- prune --before ISO --yes

  verify          computes the chain of records again, and compares it with the links in the database and with the anchors
  --anchors FILE  heads of the chain that a bot wrote down outside the database; without any, only the database speaks for itself
  --json          the verdict as one JSON object

  export          prints records in the order of the trail, and records that it was done
  --since ISO     the first instant, such as 2026-11-23T08:00:00Z
  --until ISO     the first instant that is left out
  --person ID     who acted or is named, by object id; nothing is found of a person who was erased
  --request ID    what belongs to one ask, such as 7F3K
  --event NAME    one event, such as approval.decided
  --format FORMAT ndjson (as it is if you say nothing), csv, or ocsf: Open Cybersecurity Schema Framework 1.3, one event a line

  match           compares Entra's log with the trail, a line for each activation, decision and deactivation that only one of both
                  tells of: done past the bot, or claimed by the bot and not in the log. Reads the log as the reader; the
                  tenant is told as for the bot, by PIMLICO_… names. What is younger than 15 minutes there, or an hour here,
                  is not judged
  --since ISO     a day ago if you say nothing; Entra keeps its log for 30 days
  --until ISO     now if you say nothing
  --json          one JSON object a line, and no summary

  erase PERSON    forgets everything that tells of the person with that object id, and what they wrote; the records stay, and
                  the chain still verifies. Cannot be undone
  prune           the same for everybody, in records from before an instant in the past. Cannot be undone
  --before ISO    the first instant that is kept

  --url URL       the database; defaults to PIMLICO_DATABASE_URL
  --help          this text

Exits 0 when the trail is intact or it was done, 1 when the trail is broken or something does not match, 2 when it was asked
wrongly or could not be looked at.
`;

interface AuditCommand {
  readonly options: readonly string[];
  /** Gives the exit code. */
  run(asked: Asked, tools: AuditTools): Promise<number>;
}

const COMMANDS: Readonly<Record<string, AuditCommand>> = {
  verify: { options: ['anchors', 'json'], run: verify },
  export: { options: ['since', 'until', 'person', 'request', 'event', 'format'], run: exportRecords },
  match: { options: ['since', 'until', 'json'], run: match },
  erase: { options: ['yes'], run: erase },
  prune: { options: ['before', 'yes'], run: prune },
};

/** Runs the command and answers its exit code. */
export const runAudit = createCommand(run);

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  if (values.help) {
    context.out(HELP);
    return 0;
  }
  const [name = '', ...words] = positionals;
  const command = commandOf(name, Object.keys(values));
  const url = databaseAddress(values.url, context.env);
  if (url === null) {
    throw new UsageError('No database: give --url or set PIMLICO_DATABASE_URL.');
  }
  const warn = (event: string, fields: object = {}): void => context.err(`${event} ${JSON.stringify(fields)}\n`);
  const log = { info: () => undefined, warn, error: warn };
  const pool = createPostgresPool({ url, log, max: 2, name: 'pimlico-audit' });
  try {
    return await command.run({ values, words }, { pool, context });
  } finally {
    await pool.end();
  }
}

function commandOf(name: string, given: readonly string[]): AuditCommand {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`${name === '' ? 'Say what to do.' : 'There is no such command.'}\n\n${HELP}`);
  }
  const stray = given.find((option) => option !== 'url' && !command.options.includes(option));
  if (stray !== undefined) {
    throw new UsageError(`${name} takes no --${stray}.\n\n${HELP}`);
  }
  return command;
}
