import { riskWords } from '../../cards/views/role-facts.ts';
import type { AllowingRole, IndexedRole } from '../../src/roles/azure-index.ts';
import { buildRoleIndex, type RoleIndex } from '../../src/roles/role-index.ts';
import { type CommandContext, readArguments, TERMINAL, UsageError } from '../command.ts';
import { ASKED_HELP, ASKED_OPTIONS, type Asked, readOperation, readReading } from './asked.ts';
import { knownRoles } from './known-roles.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Lists the roles that allow an operation, those with the fewest operations first.

npm run -s roles -- least OPERATION [--plane P] [--data DIR] [--zero-segments on|off] [--json]

${ASKED_HELP}
  --json      one object: {"operation","plane","leastPrivileged":[ID],"roles":[{"id","name","answer","operations","changes","risk",
              "by"}],"partly":[{"id","name","allowed","of"}]}. Planes are null for Entra
  --help      this text

Roles that allow it under a condition only come last, and so do those of Entra of which it is not documented. For a pattern, roles
are listed that allow all operations that fit it; "partly" names those that allow some.

  npm run -s roles -- least Microsoft.Compute/virtualMachines/restart/action --data ../shared/data
  npm run -s roles -- least microsoft.directory/users/password/update

Exits 0 when some role allows it, 1 when none does, 2 when the command line is wrong, there is no such operation, or something
cannot be read.
`;

const [SOME, NONE] = [0, 1];
const MOST_PARTLY = 10;

export const LEAST: SubCommand = { name: 'least', help: HELP, run };

interface Line {
  readonly role: IndexedRole;
  readonly answer: string;
  readonly by: readonly string[];
}

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, ASKED_OPTIONS);
  const [typed, ...more] = positionals;
  if (typed === undefined || more.length > 0) {
    throw new UsageError('say one operation (--help says more)');
  }
  const reading = readReading(values['zero-segments']);
  const known = await knownRoles(values.data, context);
  context.err(known.notes.map((note) => `note: ${note}\n`).join(''));
  const index = buildRoleIndex(known, reading);
  const asked = readOperation(typed, values.plane, index);
  if (!asked.isListed) {
    context.err(`note: ${typed} is not on the list of operations\n`);
  }
  const lines = findRoles(asked, index);
  const certain = lines.filter(({ answer }) => answer !== 'conditional' && answer !== 'unknown');
  const least = certain.filter(({ role }) => role.operations === certain[0]?.role.operations);
  const partly = asked.kind === 'azure' && typed.includes('*') ? index.partlyAllowing(asked) : [];
  const of = asked.kind === 'azure' ? index.fitting(asked).length : 1;
  if (values.json) {
    const answer = {
      operation: typed,
      plane: asked.kind === 'azure' ? asked.plane : null,
      leastPrivileged: least.map(({ role }) => role.definition.id),
      roles: lines.map(asJson),
      partly: partly.map(({ role: { definition }, allowed }) => ({
        id: definition.id,
        name: definition.name,
        allowed,
        of,
      })),
    };
    context.out(`${JSON.stringify(answer)}\n`);
  } else {
    const some = partly
      .slice(0, MOST_PARTLY)
      .map(({ role, allowed }) => `  ${allowed} of ${of}: ${role.definition.name}`);
    const rest = some.length === 0 ? [] : [`${partly.length} more allow a part of it:`, ...some];
    context.out(`${[...inWords(lines, typed), ...rest].join('\n')}\n`);
  }
  return lines.length > 0 ? SOME : NONE;
}

function findRoles(asked: Asked, index: RoleIndex): readonly Line[] {
  if (asked.kind === 'directory') {
    return index
      .allowingInDirectory(asked.action)
      .map(({ role, decision }) => ({ role, answer: decision.answer, by: decision.by }));
  }
  const lines = index.allowing(asked).map(({ role, decision }: AllowingRole) => ({
    role,
    answer: decision.answer,
    by: decision.why.filter(({ subtractedBy }) => subtractedBy.length === 0).flatMap(({ matchedBy }) => matchedBy),
  }));
  const isConditional = ({ answer }: Line): number => (answer === 'conditional' ? 1 : 0);
  return lines.toSorted((one, other) => isConditional(one) - isConditional(other));
}

function asJson({ role: { definition, operations, changes, risk }, answer, by }: Line) {
  return { id: definition.id, name: definition.name, answer, operations, changes, risk, by };
}

function inWords(lines: readonly Line[], typed: string): readonly string[] {
  if (lines.length === 0) {
    return [`no role allows ${typed}`];
  }
  const head = `${lines.length === 1 ? '1 role allows' : `${lines.length} roles allow`} ${typed}:`;
  return [
    head,
    ...lines.map(({ role: { definition, operations, risk }, answer, by }) => {
      const mark = answer === 'conditional' || answer === 'unknown' ? `, ${answer}` : '';
      return `  ${String(operations).padStart(6)}  ${definition.name}${mark}, by ${by.join(', ')}. ${riskWords(risk, TERMINAL)}`;
    }),
  ];
}
