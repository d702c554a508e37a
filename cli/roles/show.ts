import { changesWords, kindWords, riskWords, thingOf } from '../../cards/views/role-facts.ts';
import {
  type AzureRoleDefinition,
  type DirectoryRoleDefinition,
  PLANES,
  type Plane,
  type RoleDefinition,
} from '../../src/domain/role-definition.ts';
import type { IndexedRole } from '../../src/roles/azure-index.ts';
import { changesAccess, isChange } from '../../src/roles/changes-access.ts';
import { buildRoleIndex, type RoleIndex } from '../../src/roles/role-index.ts';
import { type CommandContext, readArguments, TERMINAL, UsageError } from '../command.ts';
import { findRole, isFile, knownRoles, NOTHING_KNOWN } from './known-roles.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Shows what a role allows: its strings as they are written, and the operations they come to, by provider.

npm run -s roles -- show ROLE|FILE|- [--data DIR | --tenant] [--all] [--json]

  ROLE        a name in any case, or an id; FILE a file with one role, - standard input
  --data DIR  a folder with azure-builtin-roles.json, azure-operations.json and entra-builtin-roles.json
  --tenant    asks the tenant, which is told as for the bot: so do names without --data. Files without either are not counted
  --all       lists every operation, not counts only
  --json      one object: {"role","risk","operations","changes","groups":[{"plane","group","operations","changes","escalating"}]}
  --help      this text

Operations marked with ! can change who has access, act as somebody else, or remove a guard.

  npm run -s roles -- show "Virtual Machine Contributor"
  npm run -s roles -- show roles/starter.json --data ../shared/data --all

Exits 0 when it is shown, 2 when the command line is wrong, there is no such role, or something cannot be read.
`;

const SHOWN = 0;
const LISTS = ['actions', 'notActions', 'dataActions', 'notDataActions'] as const;
const PLANE_WORDS: Readonly<Record<Plane, string>> = { control: 'on resources', data: 'on the data in them' };

export const SHOW: SubCommand = { name: 'show', help: HELP, run };

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    data: { type: 'string' },
    tenant: { type: 'boolean' },
    all: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0) {
    throw new UsageError('say which role: a name, an id, or a file (--help says more)');
  }
  const words = positionals.join(' ');
  const known =
    isFile(words) && !values.tenant && values.data === undefined
      ? NOTHING_KNOWN
      : await knownRoles(values.data, context);
  const role = await findRole(words, known, context);
  const others = known.roles.filter((one) => one !== role && !(one.kind === role.kind && one.id === role.id));
  const index = buildRoleIndex({ ...known, roles: [...others, role] });
  const indexed = index.roles.find(({ definition }) => definition === role) as IndexedRole;
  const groups = groupsOf(role, index);
  context.err(known.notes.map((note) => `note: ${note}\n`).join(''));
  if (values.json) {
    const { definition, risk, operations, changes } = indexed;
    const counted = values.all ? groups : groups.map(({ names, ...group }) => group);
    context.out(`${JSON.stringify({ role: definition, risk, operations, changes, groups: counted })}\n`);
    return SHOWN;
  }
  context.out(
    `${[...head(indexed), ...strings(role, known.roles), ...allowed(role.kind, groups, values.all)].join('\n')}\n`,
  );
  return SHOWN;
}

/** What a role allows of one provider, or of Entra's one kind of object, in one plane. */
interface Group {
  readonly plane: Plane;
  readonly group: string;
  readonly operations: number;
  readonly changes: number;
  readonly escalating: readonly string[];
  readonly names: readonly string[];
}

function groupsOf(role: RoleDefinition, index: RoleIndex): readonly Group[] {
  if (role.kind === 'directory') {
    const names = [...new Set(role.permissions.flatMap(({ actions }) => actions))].toSorted();
    return grouped(names, 'control', (name) => name.split('/').slice(0, 2).join('/'));
  }
  return PLANES.flatMap((plane) =>
    grouped(
      index.granted(role, plane).map(({ name }) => name),
      plane,
      (name) => name.split('/', 1)[0] ?? '',
    ),
  );
}

function grouped(names: readonly string[], plane: Plane, groupOf: (name: string) => string): readonly Group[] {
  const groups = [...Map.groupBy(names, (name) => groupOf(name).toLowerCase())];
  return groups
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, inside]) => ({
      plane,
      group: groupOf(inside[0] as string),
      operations: inside.length,
      changes: inside.filter(isChange).length,
      escalating: plane === 'control' ? inside.filter((name) => changesAccess([name])) : [],
      names: inside,
    }));
}

function head({ definition, risk, operations, changes }: IndexedRole): readonly string[] {
  const { id, name, description } = definition;
  const thing = thingOf(definition.kind);
  const scopes = definition.kind === 'azure' ? [`  can be assigned at: ${definition.assignableScopes.join(', ')}`] : [];
  return [
    `${name} (${kindWords(definition, TERMINAL)}${id === null ? '' : `, ${id}`})`,
    ...(description === '' ? [] : [`  ${description}`]),
    ...scopes,
    `  ${riskWords(risk, TERMINAL)} ${operations === 0 ? `No ${thing} that is known.` : `${changesWords({ count: operations, changes }, thing, TERMINAL)}.`}`,
  ];
}

function strings(role: RoleDefinition, roles: readonly RoleDefinition[]): readonly string[] {
  return role.kind === 'azure' ? azureStrings(role) : directoryStrings(role, roles);
}

function azureStrings({ permissions }: AzureRoleDefinition): readonly string[] {
  return permissions.flatMap((block, index) => [
    '',
    permissions.length === 1 ? 'As it is written' : `As it is written, block ${index + 1} of ${permissions.length}`,
    ...LISTS.flatMap((list) =>
      block[list].length === 0 ? [] : [`  ${list}`, ...block[list].map((each) => `    ${each}`)],
    ),
    ...(block.condition === null
      ? []
      : [`  only where (${block.conditionVersion ?? 'no version'})`, `    ${block.condition}`]),
  ]);
}

function directoryStrings({ permissions, inheritsFrom }: DirectoryRoleDefinition, roles: readonly RoleDefinition[]) {
  const parents = inheritsFrom.map((id) => roles.find((role) => role.id === id)?.name ?? id);
  return [
    ...permissions.flatMap(({ actions, condition }) => [
      '',
      condition === null ? 'As it is written' : `As it is written, only where ${condition}`,
      ...actions.map((action) => `    ${action}`),
    ]),
    ...(parents.length === 0 ? [] : ['', `And what ${parents.join(', ')} may do.`]),
  ];
}

function allowed(
  kind: RoleDefinition['kind'],
  groups: readonly Group[],
  isAll: boolean | undefined,
): readonly string[] {
  return PLANES.flatMap((plane) => {
    const here = groups.filter((group) => group.plane === plane);
    if (here.length === 0) {
      return [];
    }
    const width = Math.max(...here.map(({ group }) => group.length));
    return [
      '',
      kind === 'azure' ? `What it comes to ${PLANE_WORDS[plane]}` : 'What it comes to',
      ...here.flatMap(({ group, operations, changes, escalating, names }) => [
        `  ${group.padEnd(width)}  ${changesWords({ count: operations, changes }, thingOf(kind), TERMINAL)}`,
        ...(isAll
          ? names.map((name) => `    ${escalating.includes(name) ? '!' : ' '} ${name}`)
          : escalating.map((name) => `    ! ${name}`)),
      ]),
    ];
  });
}
