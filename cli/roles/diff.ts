import type { OperationsBeside, RoleDifference } from '../../src/domain/role-files-notice.ts';
import { type DriftReport, type Rewriting, reportDrift } from '../../src/roles/drift-report.ts';
import { count } from '../../src/roles/lint/finding.ts';
import type { FiledRole } from '../../src/roles/role-drift.ts';
import { type CommandContext, readArguments, UsageError } from '../command.ts';
import { type RoleData, readDataFolder } from './data-folder.ts';
import { readRoleFiles, takeRoles } from './role-files.ts';
import type { SubCommand } from './sub-command.ts';
import { readKnowledge } from './tenant-knowledge.ts';

const HELP = `Compares role files with the tenant, and says what drifted: what applying the files would give and take.

npm run -s roles -- diff FILE|FOLDER|-… [--against FILE|FOLDER… | --data DIR] [--json]

  FILE            files, folders of *.json files, and - for standard input
  --against PATH  other files or folders instead of the tenant, such as another branch; several times for several
  --data DIR      the roles and operations of a folder with azure-builtin-roles.json, azure-operations.json and
                  entra-builtin-roles.json instead; with --against only its operations. Left out, the tenant is told as for the bot
  --json          one object a line: {"state","kind","name","file","idInTenant","difference","rewriting"}
  --help          this text

Roles are matched by id, then by name. Order, case, doubles, dates and a slash at the end of a scope do not count. Gains are what
the file allows and the tenant does not, losses the other way round, ! marks what reaches past the role.

  npm run -s roles -- diff roles/
  npm run -s roles -- diff roles/ --against ../main/roles --json | jq 'select(.state != "same")'

Exits 0 when nothing drifted, 1 when something did, 2 when the command line or a file is wrong or the tenant could not be read.
`;

const [NO_DRIFT, DRIFT] = [0, 1];
const MOST_TOLD = 5;

export const DIFF: SubCommand = { name: 'diff', help: HELP, run };

interface Options {
  readonly against?: readonly string[] | undefined;
  readonly data?: string | undefined;
}

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    against: { type: 'string', multiple: true },
    data: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0) {
    throw new UsageError('say which files or folders, or - for standard input (--help says more)');
  }
  const files = await filedRoles(positionals, context);
  const { held, ground } = await otherSide(values, context);
  const reports = reportDrift(files, held, ground);
  const drifted = reports.filter(({ state }) => state !== 'same');
  if (values.json) {
    context.out(reports.map((report) => `${JSON.stringify(report)}\n`).join(''));
  } else {
    const there = values.against === undefined && values.data === undefined ? 'the tenant' : 'the other side';
    const summary = `${count(reports.length, 'role')} compared, ${drifted.length} drifted`;
    context.out(`${[...drifted.flatMap((report) => inWords(report, there)), summary].join('\n')}\n`);
  }
  return drifted.length === 0 ? NO_DRIFT : DRIFT;
}

/** Roles with the file they stand in. @throws {UsageError} when a file is not understood to the last key */
async function filedRoles(paths: readonly string[], context: CommandContext): Promise<readonly FiledRole[]> {
  const files = await readRoleFiles(paths, context);
  takeRoles(files);
  return files.flatMap(({ file, reading }) => reading.roles.map(({ definition }) => ({ file, definition })));
}

interface OtherSide {
  readonly held: RoleData['roles'];
  readonly ground: Pick<RoleData, 'roles' | 'operations'>;
}

async function otherSide({ against, data }: Options, context: CommandContext): Promise<OtherSide> {
  const known = data === undefined ? null : readDataFolder(data);
  if (against !== undefined) {
    const held = (await filedRoles(against, context)).map(({ definition }) => definition);
    return { held, ground: known ?? { roles: held, operations: [] } };
  }
  if (known !== null) {
    return { held: known.roles, ground: known };
  }
  const { unread, ...tenant } = await readKnowledge(context);
  const missing = unread.filter(({ part }) => part === 'azure-roles' || part === 'directory-roles');
  if (missing.length > 0) {
    throw new UsageError(
      missing.map(({ part, code }) => `${part} could not be read, or not all of it (${code})`).join('\n'),
    );
  }
  return { held: tenant.roles, ground: tenant };
}

function inWords(
  { state, name, file, idInTenant, difference, rewriting }: DriftReport,
  there: string,
): readonly string[] {
  const head = `${name}${file === null ? '' : ` (${file})`}`;
  if (state === 'only-in-files') {
    return [`${head}: not in ${there}`];
  }
  if (state === 'only-in-tenant') {
    return [`${head}: only in ${there}, without a file`];
  }
  return [
    head,
    ...(idInTenant === null ? [] : [`  another id: ${there} has ${idInTenant}; matched by name`]),
    ...(difference === null ? [] : differenceWords(difference, there)),
    ...(rewriting === null ? [] : rewritingWords(rewriting, there)),
  ];
}

function differenceWords(difference: RoleDifference, there: string): readonly string[] {
  const { nameInTenant, isEnabledByFile, gains, losses, scopesAdded, scopesRemoved } = difference;
  return [
    ...(nameInTenant === null ? [] : [`  renamed: ${there} calls it ${nameInTenant}`]),
    ...(difference.isDescriptionOther ? ['  the description differs; that changes nothing of what it allows'] : []),
    ...(isEnabledByFile === null ? [] : [`  the file wants it ${isEnabledByFile ? 'enabled' : 'disabled'}`]),
    ...(difference.isConditionOther ? ['  a condition differs'] : []),
    ...scopesAdded.names.map((scope) => `  scope gained: ${scope}`),
    ...scopesRemoved.names.map((scope) => `  scope lost: ${scope}`),
    ...besideWords('gained', gains),
    ...besideWords('lost', losses),
  ];
}

function besideWords(what: string, { total, escalating, others }: OperationsBeside): readonly string[] {
  const told = [...escalating.map((name) => `    ! ${name}`), ...others.map((name) => `      ${name}`)];
  const more = total > MOST_TOLD ? [`      and ${(total - MOST_TOLD).toLocaleString('en-US')} more`] : [];
  return total === 0 ? [] : [`  ${what}: ${count(total, 'operation')}`, ...told.slice(0, MOST_TOLD), ...more];
}

function rewritingWords({ meaning, onlyFile, onlyTenant }: Rewriting, there: string): readonly string[] {
  const words: Readonly<Record<Rewriting['meaning'], string>> = {
    same: 'written otherwise; it allows the same, now and later',
    more: 'written otherwise; the same of the operations that are known, and the file allows more of what comes later',
    less: 'written otherwise; the same of the operations that are known, and the file allows less of what comes later',
    both: 'written otherwise; the same of the operations that are known, and of what comes later each allows something else',
    unknown: 'written otherwise; the same of the operations that are known; more could not be told',
  };
  return [
    `  ${words[meaning]}`,
    ...(onlyFile === null ? [] : [`      only the file, for example: ${onlyFile}`]),
    ...(onlyTenant === null ? [] : [`      only ${there}, for example: ${onlyTenant}`]),
  ];
}
