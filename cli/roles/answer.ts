import { z } from 'zod';
import type { Reading } from '../../src/domain/operation-pattern.ts';
import {
  type AzureRoleDefinition,
  PLANES,
  type RoleDefinition,
  type ScopeHierarchy,
} from '../../src/domain/role-definition.ts';
import { compareOnList, compareRoles } from '../../src/roles/compare-roles.ts';
import { decide } from '../../src/roles/evaluate.ts';
import { buildRoleIndex, type RoleIndex } from '../../src/roles/role-index.ts';
import { covers } from '../../src/roles/scopes.ts';
import { type CommandContext, readArguments, UsageError } from '../command.ts';
import { readReading } from './asked.ts';
import { permissionBlock, readJsonFile } from './data-folder.ts';
import { knownRoles } from './known-roles.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Answers a file of questions about roles, one line each, in the order of the file.

npm run -s roles -- answer FILE [--data DIR] [--zero-segments on|off] [--json]

  FILE        JSON: an object of blocks, each a list of questions with an "id". Any block may be missing or null:
                azureDecisions      {"role","operation","plane"}            allowed, denied or conditional
                syntheticDecisions  {"permissions","operation","plane"}     the same of blocks written out
                leastPrivileged     {"operation","plane"}                   ids of the allowing roles with the fewest operations
                rolePairs           {"a","b"}                               relation on the list of operations
                cloneCases          {"original","clonePermissions"}         relation of all there could be
                entraDecisions      {"role","action"}                       exact, implied, unknown or no
                scopeCases          {"assignedAt","target"}                 true or false, by scopeHierarchy
                scopeHierarchy      {"mgParent":{NAME:NAME},"subMg":{ID:NAME}}
                meta                not read
              Roles are ids. Other members of a question are not looked at
  --data DIR  a folder with azure-builtin-roles.json, azure-operations.json and entra-builtin-roles.json; without it the tenant is
              asked, which is told as for the bot
  --zero-segments on|off
              whether A/*/B fits A/B too; on, as Azure's built-in roles need it
  --json      the lines are JSON in any case: {"id","answer"}
  --help      this text

Exits 0 when everything was answered, 1 when a question was not, or a block is not known: standard error says which, and the others
are answered all the same; 2 when the command line or the file is wrong, or something cannot be read.
`;

const [ANSWERED, NOT_ALL] = [0, 1];

export const ANSWER: SubCommand = { name: 'answer', help: HELP, run };

/** No list is an empty one. */
const permissionBlocks = z
  .array(permissionBlock)
  .nullish()
  .transform((blocks) => blocks ?? []);

const withId = z.object({ id: z.union([z.string(), z.number()]) });
const plane = z.enum(PLANES);

const hierarchyForm = z.object({
  mgParent: z
    .record(z.string(), z.string().nullable())
    .nullish()
    .transform((names) => names ?? {}),
  subMg: z
    .record(z.string(), z.string())
    .nullish()
    .transform((names) => names ?? {}),
});

const fileForm = z.record(z.string(), z.unknown());

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, {
    data: { type: 'string' },
    'zero-segments': { type: 'string' },
    json: { type: 'boolean' },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    throw new UsageError('say one file of questions (--help says more)');
  }
  const reading = readReading(values['zero-segments']);
  const blocks = readJsonFile(file, fileForm);
  const hierarchy = readHierarchy(file, blocks.scopeHierarchy);
  const known = await knownRoles(values.data, context);
  context.err(known.notes.map((note) => `note: ${note}\n`).join(''));
  const ways = waysToAnswer({ index: buildRoleIndex(known, reading), hierarchy, reading });
  let isComplete = true;
  const leaveOut = (what: string): void => {
    isComplete = false;
    context.err(`${file}: ${what}\n`);
  };
  for (const [name, questions] of Object.entries(blocks)) {
    if (name === 'meta' || name === 'scopeHierarchy' || questions === null) {
      continue;
    }
    const way = ways.get(name);
    if (way === undefined || !Array.isArray(questions)) {
      leaveOut(way === undefined ? `there is no way to answer ${name}` : `${name} is no list of questions`);
      continue;
    }
    questions.forEach((question, at) => {
      const said = way(question);
      if (typeof said === 'string') {
        leaveOut(`${name}.${at}: ${said}`);
      } else {
        context.out(`${JSON.stringify(said)}\n`);
      }
    });
    await context.drained();
  }
  return isComplete ? ANSWERED : NOT_ALL;
}

function readHierarchy(file: string, value: unknown): ScopeHierarchy {
  const parsed = hierarchyForm.safeParse(value ?? {});
  if (!parsed.success) {
    throw new UsageError(`${file}: scopeHierarchy: ${z.prettifyError(parsed.error)}`);
  }
  const lower = <Value extends string | null>(names: Record<string, Value>): Map<string, Value> =>
    new Map(
      Object.entries(names).map(([name, value]) => [name.toLowerCase(), (value?.toLowerCase() ?? null) as Value]),
    );
  return { parentOfGroup: lower(parsed.data.mgParent), groupOfSubscription: lower(parsed.data.subMg) };
}

interface Known {
  readonly index: RoleIndex;
  readonly hierarchy: ScopeHierarchy;
  readonly reading: Reading;
}

interface Line {
  readonly id: string | number;
  readonly answer: unknown;
}

/** Answers one question, or says in words why it cannot. */
type Way = (question: unknown) => Line | string;

function waysToAnswer({ index, hierarchy, reading }: Known): ReadonlyMap<string, Way> {
  const azure = (role: string): AzureRoleDefinition => index.find('azure', role)?.definition as AzureRoleDefinition;
  const areKnown = (kind: RoleDefinition['kind'], ...roles: readonly string[]): string | null => {
    const missing = roles.filter((role) => index.find(kind, role) === undefined);
    return missing.length === 0 ? null : `there is no role ${missing.join(', ')}`;
  };
  const operation = { operation: z.string(), plane };
  return new Map(
    Object.entries({
      azureDecisions: way({ role: z.string(), ...operation }, ({ role, ...asked }) =>
        orMissing(areKnown('azure', role), () => decide(azure(role), asked, reading).answer),
      ),
      syntheticDecisions: way({ permissions: permissionBlocks, ...operation }, ({ permissions, ...asked }) => ({
        answer: decide({ permissions }, asked, reading).answer,
      })),
      leastPrivileged: way(operation, (asked) => {
        const allowing = index.allowing(asked).filter(({ decision }) => decision.answer === 'allowed');
        const least = allowing.filter(({ role }) => role.operations === allowing[0]?.role.operations);
        return { answer: least.map(({ role }) => role.definition.id) };
      }),
      rolePairs: way({ a: z.string(), b: z.string() }, ({ a, b }) =>
        orMissing(areKnown('azure', a, b), () => compareOnList(azure(a), azure(b), index).relation),
      ),
      cloneCases: way({ original: z.string(), clonePermissions: permissionBlocks }, ({ original, clonePermissions }) =>
        orMissing(areKnown('azure', original), () => {
          const clone = { ...azure(original), permissions: clonePermissions };
          return compareRoles(azure(original), clone, { reading }).symbolic;
        }),
      ),
      entraDecisions: way({ role: z.string(), action: z.string() }, ({ role, action }) => {
        const found = index.find('directory', role)?.definition;
        return found?.kind !== 'directory'
          ? `there is no role ${role}`
          : { answer: index.directory.decide(found, action).answer };
      }),
      scopeCases: way({ assignedAt: z.string(), target: z.string() }, ({ assignedAt, target }) => ({
        answer: covers(assignedAt, target, hierarchy),
      })),
    }),
  );
}

function orMissing(missing: string | null, answer: () => unknown): { readonly answer: unknown } | string {
  return missing ?? { answer: answer() };
}

function way<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  answer: (question: z.infer<z.ZodObject<Shape>>) => { readonly answer: unknown } | string,
): Way {
  const form = z.object(shape);
  return (question) => {
    const named = withId.safeParse(question);
    const parsed = form.safeParse(question);
    if (!named.success || !parsed.success) {
      const issues = [...(named.error?.issues ?? []), ...(parsed.error?.issues ?? [])];
      return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    }
    const said = answer(parsed.data);
    return typeof said === 'string' ? said : { id: named.data.id, ...said };
  };
}
