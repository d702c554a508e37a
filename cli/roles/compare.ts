import type { Relation } from '../../src/domain/role-notice.ts';
import { compareDirectoryRoles, compareRoles, type RoleComparison } from '../../src/roles/compare-roles.ts';
import { buildRoleIndex } from '../../src/roles/role-index.ts';
import { type CommandContext, readArguments, UsageError } from '../command.ts';
import { ASKED_OPTIONS, readReading } from './asked.ts';
import { findRole, knownRoles } from './known-roles.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Compares what two roles allow, for all time and today, and says which proof was made.

npm run -s roles -- compare ROLE ROLE [--data DIR] [--zero-segments on|off] [--json]

  ROLE        a name in any case, an id, or a file with one role; names of several words in quotation marks
  --data DIR  a folder with azure-builtin-roles.json, azure-operations.json and entra-builtin-roles.json; without it the tenant is
              asked, which is told as for the bot
  --zero-segments on|off
              whether A/*/B fits A/B too; on, as Azure's built-in roles need it
  --json      one object: {"a","b","isNormalFormEqual","symbolic","onlyA","onlyB","onList":{"relation","a","b","common"},
              "areConditionsEqual"}; of Entra {"a","b","onList"}
  --help      this text

Relations are equal, subset (the first lies in the second), superset, overlap and disjoint. "symbolic" speaks of all operations that
there could be, conditions apart, and is null where strings with several wildcards make it endless. In an example, ~ stands for any
other character.

Exits 0 when they are equal, also under which conditions, 1 when they are not, 2 when the command line is wrong, there is no such role, or
something cannot be read.
`;

const [EQUAL, DIFFERENT] = [0, 1];

export const COMPARE: SubCommand = { name: 'compare', help: HELP, run };

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { plane: _none, ...options } = ASKED_OPTIONS;
  const { values, positionals } = readArguments(args, options);
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0) {
    throw new UsageError('say two roles, names of several words in quotation marks (--help says more)');
  }
  const reading = readReading(values['zero-segments']);
  const known = await knownRoles(values.data, context);
  context.err(known.notes.map((note) => `note: ${note}\n`).join(''));
  const [a, b] = [await findRole(first, known, context), await findRole(second, known, context)];
  const names = { a: a.name, b: b.name };
  if (a.kind === 'azure' && b.kind === 'azure') {
    const index = known.operations.length === 0 ? null : buildRoleIndex(known, reading);
    const comparison = compareRoles(a, b, { index, reading });
    context.out(values.json ? `${JSON.stringify({ ...names, ...comparison })}\n` : inWords(names, comparison));
    return comparison.symbolic === 'equal' && comparison.areConditionsEqual ? EQUAL : DIFFERENT;
  }
  if (a.kind === 'directory' && b.kind === 'directory') {
    const onList = compareDirectoryRoles(a, b);
    const counts = `  ${onList.a} and ${onList.b} permissions of their own, ${onList.common} of both`;
    const said = `${a.name} ${RELATIONS[onList.relation]} ${b.name}\n${counts}\n`;
    context.out(values.json ? `${JSON.stringify({ ...names, onList })}\n` : said);
    return onList.relation === 'equal' ? EQUAL : DIFFERENT;
  }
  throw new UsageError('one of them is a role of Azure, the other of Entra: they have nothing to compare');
}

const RELATIONS: Readonly<Record<Relation, string>> = {
  equal: 'allows the same as',
  subset: 'allows less than, and nothing but, what is allowed by',
  superset: 'allows all and more than',
  overlap: 'allows some of, and something other than,',
  disjoint: 'has nothing in common with',
};

function inWords({ a, b }: { readonly a: string; readonly b: string }, comparison: RoleComparison): string {
  const { isNormalFormEqual, symbolic, onlyA, onlyB, onList, areConditionsEqual } = comparison;
  const proof = isNormalFormEqual ? 'the definitions say the same' : 'compared pattern by pattern';
  const always =
    symbolic === null ? 'too many wildcards to compare for all time' : `${a} ${RELATIONS[symbolic]} ${b} (${proof})`;
  const today =
    onList === null
      ? []
      : [`  today: ${onList.relation}; ${onList.a} and ${onList.b} operations, ${onList.common} of both`];
  const examples = [
    ...(onlyA === null ? [] : [`  only ${a}: ${onlyA}`]),
    ...(onlyB === null ? [] : [`  only ${b}: ${onlyB}`]),
  ];
  const conditions = areConditionsEqual ? [] : ['  their conditions differ'];
  return `${[always, ...examples, ...today, ...conditions].join('\n')}\n`;
}
