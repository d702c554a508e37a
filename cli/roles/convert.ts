import type { RoleDefinition } from '../../src/domain/role-definition.ts';
import { ROLE_FILE_SHAPES, type RoleFileShape } from '../../src/roles/role-file/role-file.ts';
import { splitBlocks, writeRoleFile } from '../../src/roles/role-file/write-role-file.ts';
import { type CommandContext, readArguments, UsageError } from '../command.ts';
import { readRoleFiles, takeRoles } from './role-files.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Writes role files in another shape; the shape they have is found by itself.

npm run -s roles -- convert [FILE|FOLDER|-]… --to SHAPE [--block-per-role] [--json]

  FILE               files, folders of *.json files, and - for standard input, which is also read when none is named
  --to SHAPE         powershell (lists at the top; also what "az role definition create" takes), cli (what "az role definition
                     list" prints), rest (Azure Resource Manager), graph (Entra)
  --block-per-role   makes a role of each permission block, without an id: the PowerShell shape holds one block
  --json             one object: {"shape","roles":[names],"content"}, or {"shape","refused":[reasons]}
  --help             this text

Nothing is lost on the way: a shape that cannot hold a role refuses it. Several roles become a list.

  npm run -s roles -- convert reader.json --to rest > reader.rest.json
  az role definition list --name "Virtual Machine Operator" | npm run -s roles -- convert --to powershell

Exits 0 when it is written, 1 when the shape cannot hold a role, 2 when the command line or a file is wrong.
`;

const [WRITTEN, REFUSED] = [0, 1];

export const CONVERT: SubCommand = { name: 'convert', help: HELP, run };

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    to: { type: 'string' },
    'block-per-role': { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const shape = shapeOf(values.to);
  const read = takeRoles(await readRoleFiles(positionals.length === 0 ? ['-'] : positionals, context));
  const roles: readonly RoleDefinition[] = values['block-per-role'] ? read.flatMap(splitBlocks) : read;
  const writing = writeRoleFile(roles, shape);
  if (!writing.isWritten) {
    const { reasons } = writing;
    context.err(values.json ? '' : `${reasons.join('\n')}\n`);
    context.out(values.json ? `${JSON.stringify({ shape, refused: reasons })}\n` : '');
    return REFUSED;
  }
  const told = { shape, roles: roles.map(({ name }) => name), content: JSON.parse(writing.text) };
  context.out(values.json ? `${JSON.stringify(told)}\n` : writing.text);
  return WRITTEN;
}

/** @throws {UsageError} */
export function shapeOf(word: string | undefined): RoleFileShape {
  const shape = ROLE_FILE_SHAPES.find((each) => each === word);
  if (shape === undefined) {
    const said = word === undefined ? 'say in which shape: --to SHAPE' : `there is no shape ${word}`;
    throw new UsageError(`${said}; one of ${ROLE_FILE_SHAPES.join(', ')}`);
  }
  return shape;
}
