import { readFileSync } from 'node:fs';
import { printProblem } from '../../src/documents/yaml-document.ts';
import type { Runbook } from '../../src/domain/runbook.ts';
import { timeInWords } from '../../src/domain/settings-duration.ts';
import { dutyInWords } from '../../src/rulebook/role-words.ts';
import { readRunbooks, runbooksJsonSchema } from '../../src/runbooks/runbooks-document.ts';
import { type CommandContext, createCommand, readArguments, UsageError } from '../command.ts';
import { checkRunbooks } from './check.ts';

export const HELP = `Checks and lists runbooks: which task needs which role, how it is done, how one sees that it works. Changes nothing.

npm run -s runbooks -- check FILE [--tenant] [--json]
npm run -s runbooks -- list FILE [--json]
npm run -s runbooks -- schema

  check     tells everything that is wrong with the file, with its lines
  --tenant  looks up as the reader, too, whether the roles and groups exist, whether anybody may activate them, and whether the
            suggested time is one that their settings allow; the tenant is told as for the bot
  list      prints each runbook with its role, its time, and how many steps and checks it has
  schema    prints the JSON Schema for editors
  --json    one JSON object a line: {"line","path","text"} of a problem, the same with "level":"warning" of a warning,
            {"name","title","words","role","duration","steps","checks","owner"} of a runbook
  --help    this text

The runbook for emergencies, for paper, is another thing: npm run -s rulebook -- runbook.

Exits 0 when all is well but for warnings; 1 when the file is wrong; 2 when the command line or the settings are wrong, the file or
the tenant cannot be read.
`;

const FINE = 0;

const OPTIONS = {
  tenant: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Runs the command and answers its exit code. */
export const runRunbooks = createCommand(run);

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values: options, positionals } = readArguments(args, OPTIONS);
  if (options.help) {
    context.out(HELP);
    return FINE;
  }
  const { json: isJson = false, tenant: isTenantAsked = false } = options;
  const [action, ...files] = positionals;
  const [file = ''] = files;
  if (action === 'check' && files.length === 1) {
    return await checkRunbooks({ file, text: textOf(file), isTenantAsked, isJson }, context);
  }
  if (action === 'list' && files.length === 1 && !isTenantAsked) {
    return list(file, isJson, context);
  }
  if (action === 'schema' && files.length === 0 && !isTenantAsked && !isJson) {
    context.out(`${JSON.stringify(runbooksJsonSchema(), null, 2)}\n`);
    return FINE;
  }
  throw new UsageError(HELP);
}

function list(file: string, isJson: boolean, { out }: CommandContext): number {
  const reading = readRunbooks(textOf(file));
  if (!reading.isValid) {
    throw new UsageError(reading.problems.map((problem) => `${file}: ${printProblem(problem)}`).join('\n'));
  }
  for (const runbook of reading.content.all) {
    out(isJson ? `${JSON.stringify(runbook)}\n` : `${lineOf(runbook)}\n`);
  }
  return FINE;
}

function lineOf({ name, title, role, duration, steps, checks }: Runbook): string {
  const time = duration === null ? '' : ` for ${timeInWords(duration)}`;
  return `${name}: ${title}. ${dutyInWords(role)}${time}; steps: ${steps.length}, checks: ${checks.length}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'}).`);
  }
}
