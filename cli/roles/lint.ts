import { count, type LintFinding, type LintOptions } from '../../src/roles/lint/finding.ts';
import { lintRoleFiles } from '../../src/roles/lint/lint-roles.ts';
import { toSarif } from '../../src/roles/lint/sarif.ts';
import { readNamePattern } from '../../src/roles/name-pattern.ts';
import { type CommandContext, readArguments, UsageError } from '../command.ts';
import { shapeOf } from './convert.ts';
import { type Learned, learnFromFolder, learnFromTenant, NO_KNOWLEDGE } from './lint-knowledge.ts';
import { printPlace, readRoleFiles } from './role-files.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Judges role files by the rules of docs/role-files.md: what Azure or Entra would refuse, and what nobody wants.

npm run -s roles -- lint FILE|FOLDER|-… [--tenant | --data DIR] [--name-pattern REGEX] [--to SHAPE] [--json | --sarif]

  FILE                  files, folders of *.json files, and - for standard input
  --tenant              judges by the roles and operations of the tenant, too, which is told as for the bot; reads as the reader
  --data DIR            by a folder with azure-builtin-roles.json, azure-operations.json and entra-builtin-roles.json instead
  --name-pattern REGEX  what the whole name of each custom role must match (RE2: no looking ahead, no referring back)
  --to SHAPE            whether each role fits into that shape, too: powershell, cli, rest, graph
  --json                one object a line: {"file","role","rule","level","text","spot":{"line","column","path"}}
  --sarif               one log in SARIF 2.1.0, for code scanning services
  --help                this text

  npm run -s roles -- lint roles/ --tenant --name-pattern "Contoso-.+"
  npm run -s roles -- lint roles/ --sarif > roles.sarif

Without --tenant and --data nothing is known of operations: whether they exist is not judged, and it says so.
Exits 0 when all is fine but for warnings, 1 when there are errors, 2 when the command line is wrong or something cannot be read.
`;

const [FINE, ERRORS] = [0, 1];

const OPTIONS = {
  tenant: { type: 'boolean' },
  data: { type: 'string' },
  'name-pattern': { type: 'string' },
  to: { type: 'string' },
  json: { type: 'boolean' },
  sarif: { type: 'boolean' },
} as const;

export const LINT: SubCommand = { name: 'lint', help: HELP, run };

type Options = ReturnType<typeof readArguments<typeof OPTIONS>>['values'];

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  if (positionals.length === 0) {
    throw new UsageError('say which files or folders, or - for standard input (--help says more)');
  }
  if ((values.tenant && values.data !== undefined) || (values.json && values.sarif)) {
    throw new UsageError('take one of --tenant and --data, and one of --json and --sarif');
  }
  const options = optionsOf(values);
  const files = await readRoleFiles(positionals, context);
  const { knowledge, notes } = await learn(values, context);
  const findings = lintRoleFiles(files, knowledge, options);
  tell({ findings, notes, files: files.length }, values, context);
  return findings.some(({ level }) => level === 'error') ? ERRORS : FINE;
}

function optionsOf(values: Options): LintOptions {
  const target = values.to === undefined ? null : shapeOf(values.to);
  const wanted = values['name-pattern'];
  if (wanted === undefined) {
    return { namePattern: null, target };
  }
  const reading = readNamePattern(wanted);
  if (!reading.isValid) {
    throw new UsageError(`--name-pattern: ${reading.problem}`);
  }
  return { namePattern: reading.pattern, target };
}

async function learn({ tenant, data }: Options, context: CommandContext): Promise<Learned> {
  if (data !== undefined) {
    return learnFromFolder(data);
  }
  return tenant
    ? await learnFromTenant(context)
    : { knowledge: NO_KNOWLEDGE, notes: ['whether operations exist was not judged: say --tenant or --data DIR'] };
}

interface Told {
  readonly findings: readonly LintFinding[];
  readonly notes: readonly string[];
  readonly files: number;
}

function tell({ findings, notes, files }: Told, { json, sarif }: Options, { out, err }: CommandContext): void {
  if (sarif) {
    out(`${JSON.stringify(toSarif({ findings, notes }), null, 2)}\n`);
    return;
  }
  for (const finding of findings) {
    out(json ? `${JSON.stringify(finding)}\n` : `${inWords(finding)}\n`);
  }
  err(notes.map((note) => `note: ${note}\n`).join(''));
  if (!json) {
    const counts = (['error', 'warning', 'info'] as const).map((level) => {
      const { length } = findings.filter((finding) => finding.level === level);
      return level === 'info' ? count(length, 'remark') : count(length, level);
    });
    out(`${count(files, 'file')}: ${counts.join(', ')}\n`);
  }
}

function inWords({ file, role, rule, level, text, spot }: LintFinding): string {
  return `${printPlace(file, spot)}: ${level}: ${role === null ? '' : `${role}: `}${text} [${rule}]`;
}
