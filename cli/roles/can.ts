import { type CommandContext, readArguments } from '../command.ts';
import { ASKED_HELP, ASKED_OPTIONS, readReading } from './asked.ts';
import { judge } from './judged.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Says whether a role allows an operation: allowed, denied or conditional; of Entra exact, implied, unknown or no.

npm run -s roles -- can ROLE OPERATION [--on SCOPE] [--plane P] [--data DIR] [--zero-segments on|off] [--json]

  ROLE        a name in any case, an id, or a file with one role
${ASKED_HELP}
  --on SCOPE  says no as well where the role cannot be assigned so that it holds there: a scope's path
  --json      one object: {"role","operation","plane","answer","isAssignable"}; isAssignable is null without --on
  --help      this text

Deny assignments, and the conditions of assignments, are not looked at: a role says what it may allow, not what somebody has.

  npm run -s roles -- can "Virtual Machine Contributor" Microsoft.Compute/virtualMachines/restart/action

Exits 0 for allowed, exact and implied, 1 for denied and no, 3 for conditional and unknown, 2 when the command line is wrong, there
is no such role or operation, or something cannot be read.
`;

const [YES, NO, PERHAPS] = [0, 1, 3];

const EXITS = { allowed: YES, exact: YES, implied: YES, denied: NO, no: NO, conditional: PERHAPS, unknown: PERHAPS };

export const CAN: SubCommand = { name: 'can', help: HELP, run };

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, { ...ASKED_OPTIONS, on: { type: 'string' } });
  const { data, plane, on } = values;
  const reading = readReading(values['zero-segments']);
  const { role, asked, answer, isAssignable } = await judge(positionals, { data, plane, on, reading }, context);
  if (values.json) {
    const [operation, of] = asked.kind === 'azure' ? [asked.operation, asked.plane] : [asked.action, null];
    const named = { id: role.id, name: role.name };
    context.out(`${JSON.stringify({ role: named, operation, plane: of, answer, isAssignable })}\n`);
  } else {
    const where = isAssignable === false ? `, but cannot be assigned so that it holds at ${on}` : '';
    context.out(`${answer}${where}\n`);
  }
  return isAssignable === false ? NO : EXITS[answer];
}
