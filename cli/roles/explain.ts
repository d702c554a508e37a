import { type CommandContext, readArguments } from '../command.ts';
import { ASKED_HELP, ASKED_OPTIONS, readReading } from './asked.ts';
import { type Judged, judge } from './judged.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Explains what a role says to an operation: the strings that grant it, those that take it away, and conditions.

npm run -s roles -- explain ROLE OPERATION [--plane P] [--data DIR] [--zero-segments on|off] [--json]

  ROLE        a name in any case, an id, or a file with one role
${ASKED_HELP}
  --json      one object: {"role","answer","why":[{"block","matchedBy","subtractedBy","condition"}]}; of Entra {"role","answer","by",
              "onlyIf":[{"action","condition"}]}. Blocks are counted from 0
  --help      this text

  npm run -s roles -- explain Contributor Microsoft.Authorization/roleAssignments/write --data ../shared/data

Exits 0 whatever the answer is, 2 when the command line is wrong, there is no such role or operation, or something cannot be read.
`;

const EXPLAINED = 0;

export const EXPLAIN: SubCommand = { name: 'explain', help: HELP, run };

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, ASKED_OPTIONS);
  const { data, plane } = values;
  const reading = readReading(values['zero-segments']);
  const judged = await judge(positionals, { data, plane, reading }, context);
  context.out(values.json ? `${JSON.stringify(asJson(judged))}\n` : `${inWords(judged).join('\n')}\n`);
  return EXPLAINED;
}

function asJson({ role: { id, name }, answer, why, directory }: Judged) {
  const reasons = directory === null ? { why } : { by: directory.by, onlyIf: directory.onlyIf };
  return { role: { id, name }, answer, ...reasons };
}

function inWords({ role, answer, why, directory, asked }: Judged): readonly string[] {
  const head = `${role.name}: ${answer}`;
  if (role.kind !== asked.kind) {
    return [
      head,
      `  the role is of ${role.kind === 'azure' ? 'Azure, the permission of Entra' : 'Entra, the operation of Azure'}`,
    ];
  }
  if (directory !== null) {
    const own = directory.onlyIf.map(({ action, condition }) => `  only if ${condition}: ${action}`);
    const by = directory.by.map((action) => `  granted by ${action}`);
    return [head, ...(by.length + own.length === 0 ? ['  no permission of it reaches that'] : [...by, ...own])];
  }
  if (why.length === 0) {
    return [head, '  no string of it fits'];
  }
  const isSingle = role.permissions.length === 1;
  return [
    head,
    ...why.flatMap(({ block, matchedBy, subtractedBy, condition }) => [
      ...(isSingle ? [] : [`  block ${block}`]),
      ...matchedBy.map((written) => `  granted by ${written}`),
      ...subtractedBy.map((written) => `  taken away by ${written}`),
      ...(condition === null ? [] : [`  only if ${condition}`]),
    ]),
  ];
}
