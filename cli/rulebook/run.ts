import { readFileSync } from 'node:fs';
import { CLOUDS, cloudOrPublic } from '../../bot/clouds.ts';
import { rotaJsonSchema } from '../../src/adapters/on-call/rota-document.ts';
import { printProblem } from '../../src/documents/yaml-document.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { emergencyPaperOf } from '../../src/rulebook/emergency-paper.ts';
import { readRulebook, rulebookJsonSchema } from '../../src/rulebook/rulebook-document.ts';
import { diffRulebooks, explainRole, explainRulebook } from '../../src/rulebook/rulebook-words.ts';
import { withAllowed } from '../../src/use-cases/read-allowed.ts';
import { type CommandContext, createCommand, readArguments, tenantConfig, UsageError } from '../command.ts';
import { openTenant } from '../roles/tenant.ts';
import { checkRulebook } from './check.ts';
import { printOnCall } from './oncall.ts';
import { paperAsHtml, paperAsText } from './paper-pages.ts';

export const HELP = `Checks, explains and compares rulebooks. Changes nothing.

npm run -s rulebook -- check FILE [--tenant] [--json]
npm run -s rulebook -- explain FILE [--role NAME [--on SCOPE]]
npm run -s rulebook -- diff OLD NEW [--json]
npm run -s rulebook -- oncall FILE [--source NAME] [--at INSTANT] [--tenant] [--json]
npm run -s rulebook -- runbook FILE [--html]
npm run -s rulebook -- schema [rota]

  check        tells everything that is wrong with the file and the rotas it names, with its lines
  --tenant     looks up as the reader, too, whether roles, groups and people exist, whether the settings of packs agree with PIM's
               and whether anybody could pull them; the tenant is told as for the bot. The database (PIMLICO_DATABASE_URL) tells
               whether the bot is in the channels of alarms
  explain      says in words what the rulebook forbids, and what may be pulled in an emergency
  --role NAME  only what it forbids to whoever holds that role of the tenant, told as for the bot
  --on SCOPE   the scope's name or path; for a PIM group "member" or "owner"
  diff         says what would change if NEW took the place of OLD, and whether it allows more
  oncall       says who is on call by each source; groups are looked up as the reader, people of rotas with --tenant
  --source     by that source only
  --at         at an instant such as 2026-12-24T09:00+01:00; groups are as they are now
  runbook      prints what to do when the bot, Teams or Entra is down, for paper
  --html       as one page for a browser, without scripts
  schema       prints the JSON Schema for editors, of rulebooks or of rotas
  --json       one JSON object a line: {"line","path","text"} of a problem, the same with "level":"warning" of a warning,
               {"rule","what","allowsMore"} of a difference, {"source","kind","people","until"} or {"source","kind","error"} of an
               on-call source
  --help       this text

Exits 0 when all is well but for warnings, or nothing differs; 1 when the file is wrong, something differs, or an on-call source
cannot be read; 2 when the command line or the settings are wrong, a file or the tenant cannot be read.
`;

const [FINE, FOUND] = [0, 1];

const OPTIONS = {
  tenant: { type: 'boolean' },
  json: { type: 'boolean' },
  role: { type: 'string' },
  on: { type: 'string' },
  source: { type: 'string' },
  at: { type: 'string' },
  html: { type: 'boolean' },
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
    const { json: isJson = false, tenant: isTenantAsked = false } = options;
    return await checkRulebook({ file: first, text: textOf(first), isTenantAsked, isJson }, context);
  }
  if (action === 'explain' && files.length === 1) {
    return await explain(first, options, context);
  }
  if (action === 'diff' && files.length === 2) {
    return diff([first, second], options, context);
  }
  if (action === 'oncall' && files.length === 1) {
    const { source, at, json: isJson = false, tenant: isTenantAsked = false } = options;
    return await printOnCall({ file: first, rulebook: rulebookOf(first), source, at, isTenantAsked, isJson }, context);
  }
  if (action === 'runbook' && files.length === 1) {
    const paper = emergencyPaperOf(rulebookOf(first));
    const text = options.html ? paperAsHtml(paper) : paperAsText(paper);
    context.out(text.replaceAll(CLOUDS.public.portalUrl, portalOf(context)));
    return FINE;
  }
  if (action === 'schema' && (files.length === 0 || (files.length === 1 && first === 'rota'))) {
    context.out(`${JSON.stringify(first === 'rota' ? rotaJsonSchema() : rulebookJsonSchema(), null, 2)}\n`);
    return FINE;
  }
  throw new UsageError(HELP);
}

/** The portal of the cloud that the bot is set up for; nothing else of its settings matters to a page of paper. */
function portalOf({ env }: CommandContext): string {
  const { PIMLICO_CLOUD: cloud = 'public' } = env;
  return cloudOrPublic(cloud).portalUrl;
}

async function explain(file: string, { role, on }: Options, context: CommandContext): Promise<number> {
  const rulebook = rulebookOf(file);
  if (role === undefined) {
    context.out(`${explainRulebook(rulebook).join('\n')}\n`);
    return FINE;
  }
  const tenant = openTenant(tenantConfig(context));
  const { roles, unread } = await tenant.findRoles(role, on ?? null);
  if (roles.length === 0) {
    throw new UsageError([`No role of the tenant is called “${role}”.`, ...unread].join('\n'));
  }
  const judged = await withAllowed({ reader: tenant.reader, rules: { current: () => rulebook } }, roles);
  const lines = judged.flatMap((one) => {
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
