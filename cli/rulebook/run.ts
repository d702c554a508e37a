import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Environment, loadConfig } from '../../bot/config.ts';
import { Secret } from '../../src/adapters/identity/secret.ts';
import { type DocumentProblem, printProblem } from '../../src/documents/yaml-document.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { AccessError } from '../../src/errors.ts';
import { readRulebook, rulebookJsonSchema } from '../../src/rulebook/rulebook-document.ts';
import { diffRulebooks, explainRole, explainRulebook } from '../../src/rulebook/rulebook-words.ts';
import { openTenant } from '../roles/tenant.ts';
import { findMissing } from './against-tenant.ts';

export const HELP = `Checks, explains and compares rulebooks. Changes nothing.

npm run -s rulebook -- check FILE [--tenant] [--json]
npm run -s rulebook -- explain FILE [--role NAME [--on SCOPE]]
npm run -s rulebook -- diff OLD NEW [--json]
npm run -s rulebook -- schema

  check        tells everything that is wrong with the file, with its lines
  --tenant     looks up as the reader, too, whether the roles and groups exist; the tenant is told as for the bot
  explain      says in words what the rulebook forbids
  --role NAME  only what it forbids to whoever holds that role of the tenant, told as for the bot
  --on SCOPE   the scope's name or path; for a PIM group "member" or "owner"
  diff         says what would change if NEW took the place of OLD, and whether it allows more
  schema       prints the JSON Schema for editors
  --json       one JSON object a line: {"line","path","text"} of a problem, {"rule","what","allowsMore"} of a difference
  --help       this text

Exits 0 when all is well, or nothing differs; 1 when the file is wrong, or something differs; 2 when the command line or the
settings are wrong, a file or the tenant cannot be read.
`;

/** What the command is run in. */
export interface RulebookContext {
  readonly env: Environment;
  out(text: string): void;
  err(text: string): void;
}

const [FINE, FOUND, WRONG] = [0, 1, 2];

class UsageError extends Error {}

/** Runs the command and answers its exit code. */
export async function runRulebook(args: readonly string[], context: RulebookContext): Promise<number> {
  try {
    const { values, positionals } = read(args);
    if (values.help) {
      context.out(HELP);
      return FINE;
    }
    return await run(positionals, values, context);
  } catch (error) {
    if (error instanceof UsageError) {
      context.err(`${error.message}\n`);
      return WRONG;
    }
    if (error instanceof AccessError) {
      context.err(`${error.code}: ${error.message}\n`);
      return WRONG;
    }
    throw error;
  }
}

type Options = ReturnType<typeof read>['values'];

async function run(positionals: readonly string[], options: Options, context: RulebookContext): Promise<number> {
  const [action, ...files] = positionals;
  const [first = '', second = ''] = files;
  if (action === 'check' && files.length === 1) {
    return await check(first, options, context);
  }
  if (action === 'explain' && files.length === 1) {
    return await explain(first, options, context);
  }
  if (action === 'diff' && files.length === 2) {
    return await diff([first, second], options, context);
  }
  if (action === 'schema' && files.length === 0) {
    context.out(`${JSON.stringify(rulebookJsonSchema(), null, 2)}\n`);
    return FINE;
  }
  throw new UsageError(HELP);
}

async function check(file: string, { json, tenant }: Options, context: RulebookContext): Promise<number> {
  const reading = readRulebook(await textOf(file));
  const problems = reading.isValid
    ? await missingFrom(tenant === true ? openTenant(configOf(context)) : null, reading.rulebook)
    : reading.problems;
  for (const problem of problems) {
    context.out(json ? `${JSON.stringify(problem)}\n` : `${file}: ${printProblem(problem)}\n`);
  }
  if (problems.length === 0 && reading.isValid && !json) {
    const { version, separationOfDuties } = reading.rulebook;
    context.out(`${file}: fine. Version ${version}; rules of separation of duties: ${separationOfDuties.length}.\n`);
  }
  return problems.length === 0 ? FINE : FOUND;
}

async function missingFrom(
  tenant: ReturnType<typeof openTenant> | null,
  rulebook: Rulebook,
): Promise<readonly DocumentProblem[]> {
  return tenant === null ? [] : await findMissing(tenant, rulebook);
}

async function explain(file: string, { role, on }: Options, context: RulebookContext): Promise<number> {
  const rulebook = await rulebookOf(file);
  if (role === undefined) {
    context.out(`${explainRulebook(rulebook).join('\n')}\n`);
    return FINE;
  }
  const { roles, unread } = await openTenant(configOf(context)).findRoles(role, on ?? null);
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

async function diff(
  [before, after]: readonly [string, string],
  { json }: Options,
  context: RulebookContext,
): Promise<number> {
  const differences = diffRulebooks(await rulebookOf(before), await rulebookOf(after));
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
async function rulebookOf(file: string): Promise<Rulebook> {
  const reading = readRulebook(await textOf(file));
  if (!reading.isValid) {
    throw new UsageError(reading.problems.map((problem) => `${file}: ${printProblem(problem)}`).join('\n'));
  }
  return reading.rulebook;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'}).`);
  }
}

const configOf = ({ env }: RulebookContext) => loadConfig(env, (text) => new Secret(text));

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        tenant: { type: 'boolean' },
        json: { type: 'boolean' },
        role: { type: 'string' },
        on: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
