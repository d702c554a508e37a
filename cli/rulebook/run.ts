import { readFileSync } from 'node:fs';
import { rotaJsonSchema } from '../../src/adapters/on-call/rota-document.ts';
import { type DocumentProblem, printProblem } from '../../src/documents/yaml-document.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { readRulebook, rulebookJsonSchema } from '../../src/rulebook/rulebook-document.ts';
import { diffRulebooks, explainRole, explainRulebook } from '../../src/rulebook/rulebook-words.ts';
import { type CommandContext, createCommand, readArguments, tenantConfig, UsageError } from '../command.ts';
import { openTenant } from '../roles/tenant.ts';
import { findMissing } from './against-tenant.ts';

export const HELP = `Checks, explains and compares rulebooks. Changes nothing.

npm run -s rulebook -- check FILE [--tenant] [--json]
npm run -s rulebook -- explain FILE [--role NAME [--on SCOPE]]
npm run -s rulebook -- diff OLD NEW [--json]
npm run -s rulebook -- schema [rota]

  check        tells everything that is wrong with the file, with its lines
  --tenant     looks up as the reader, too, whether the roles and groups exist; the tenant is told as for the bot
  explain      says in words what the rulebook forbids
  --role NAME  only what it forbids to whoever holds that role of the tenant, told as for the bot
  --on SCOPE   the scope's name or path; for a PIM group "member" or "owner"
  diff         says what would change if NEW took the place of OLD, and whether it allows more
  schema       prints the JSON Schema for editors, of rulebooks or of rotas
  --json       one JSON object a line: {"line","path","text"} of a problem, {"rule","what","allowsMore"} of a difference
  --help       this text

Exits 0 when all is well, or nothing differs; 1 when the file is wrong, or something differs; 2 when the command line or the
settings are wrong, a file or the tenant cannot be read.
`;

const [FINE, FOUND] = [0, 1];

const OPTIONS = {
  tenant: { type: 'boolean' },
  json: { type: 'boolean' },
  role: { type: 'string' },
  on: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Runs the command and answers its exit code. */
export const runRulebook = createCommand(run);

type Options = ReturnType<typeof readArguments<typeof OPTIONS>>['values'];

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values: options, positionals } = readArguments(args, OPTIONS);
  if (options.help) {
    context.out(HELP);
    return FINE;
  }
  const [action, ...files] = positionals;
  const [first = '', second = ''] = files;
  if (action === 'check' && files.length === 1) {
    return await check(first, options, context);
  }
  if (action === 'explain' && files.length === 1) {
    return await explain(first, options, context);
  }
  if (action === 'diff' && files.length === 2) {
    return diff([first, second], options, context);
  }
  if (action === 'schema' && (files.length === 0 || (files.length === 1 && first === 'rota'))) {
    context.out(`${JSON.stringify(first === 'rota' ? rotaJsonSchema() : rulebookJsonSchema(), null, 2)}\n`);
    return FINE;
  }
  throw new UsageError(HELP);
}

async function check(file: string, { json, tenant }: Options, context: CommandContext): Promise<number> {
  const reading = readRulebook(textOf(file));
  let problems: readonly DocumentProblem[] = reading.isValid ? [] : reading.problems;
  if (reading.isValid && tenant) {
    problems = await findMissing(openTenant(tenantConfig(context)), reading.rulebook);
  }
  for (const problem of problems) {
    context.out(json ? `${JSON.stringify(problem)}\n` : `${file}: ${printProblem(problem)}\n`);
  }
  if (problems.length === 0 && reading.isValid && !json) {
    const { version, separationOfDuties } = reading.rulebook;
    context.out(`${file}: fine. Version ${version}; rules of separation of duties: ${separationOfDuties.length}.\n`);
  }
  return problems.length === 0 ? FINE : FOUND;
}

async function explain(file: string, { role, on }: Options, context: CommandContext): Promise<number> {
  const rulebook = rulebookOf(file);
  if (role === undefined) {
    context.out(`${explainRulebook(rulebook).join('\n')}\n`);
    return FINE;
  }
  const { roles, unread } = await openTenant(tenantConfig(context)).findRoles(role, on ?? null);
  if (roles.length === 0) {
    throw new UsageError([`No role of the tenant is called “${role}”.`, ...unread].join('\n'));
  }
  const lines = roles.flatMap((one) => {
    const said = explainRole(rulebook, one);
    return said.length === 0 ? [`${one.roleName} on ${one.scope.name}: the rulebook forbids nothing beside it.`] : said;
  });
  context.out(`${lines.join('\n')}\n`);
  return FINE;
}

function diff([before, after]: readonly [string, string], { json }: Options, context: CommandContext): number {
  const differences = diffRulebooks(rulebookOf(before), rulebookOf(after));
  for (const difference of differences) {
    const { rule, what, allowsMore } = difference;
    const effect = allowsMore === null ? '' : ` (${allowsMore ? 'allows more' : 'allows less'})`;
    context.out(json ? `${JSON.stringify(difference)}\n` : `${rule} ${what}${effect}\n`);
  }
  if (differences.length === 0 && !json) {
    context.out('Nothing differs.\n');
  }
  return differences.length === 0 ? FINE : FOUND;
}

/** The rulebook of a file that must be valid. */
function rulebookOf(file: string): Rulebook {
  const reading = readRulebook(textOf(file));
  if (!reading.isValid) {
    throw new UsageError(reading.problems.map((problem) => `${file}: ${printProblem(problem)}`).join('\n'));
  }
  return reading.rulebook;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'}).`);
  }
}
