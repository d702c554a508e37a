import type { AzureRoleDefinition, RoleDefinition } from '../../src/domain/role-definition.ts';
import {
  type CloneProof,
  cloneAzureRole,
  cloneDirectoryRole,
  type LeftOut,
  proveClone,
  scopesBeside,
} from '../../src/roles/clone-role.ts';
import { cloneSteps } from '../../src/roles/clone-steps.ts';
import type { LintFinding } from '../../src/roles/lint/finding.ts';
import { lintRoleFiles } from '../../src/roles/lint/lint-roles.ts';
import { readRoleText } from '../../src/roles/role-file/read-role-file.ts';
import type { RoleFileShape } from '../../src/roles/role-file/role-file.ts';
import { writeRoleFile } from '../../src/roles/role-file/write-role-file.ts';
import { type CommandContext, readArguments, UsageError } from '../command.ts';
import { shapeOf } from './convert.ts';
import { findRole, type KnownRoles, NOTHING_KNOWN } from './known-roles.ts';
import { type Learned, learnFromFolder, learnFromTenant } from './lint-knowledge.ts';
import type { SubCommand } from './sub-command.ts';

const HELP = `Writes a custom role that allows what another role allows, proves that, and says what PIM needs next.

npm run -s roles -- clone ROLE|FILE --name NAME --scope SCOPE… [--description TEXT] [--to SHAPE] [--data DIR] [--json]
npm run -s roles -- clone ROLE|FILE --check ROLE|FILE [--data DIR] [--json]

  ROLE                a name in any case, or an id; FILE a file with one role, - standard input
  --name NAME         what the clone is called; names are unique in the tenant
  --scope SCOPE       where it can be assigned: the path of a subscription, resource group or management group; several times for
                      several. Roles of Entra have none
  --description TEXT  instead of the original's
  --to SHAPE          rest (the usual for Azure), powershell, cli; of Entra always graph
  --check OTHER       proves instead whether a role that there is allows the same and can be assigned at the same places
  --data DIR          a folder with azure-builtin-roles.json, azure-operations.json and entra-builtin-roles.json; left out, the
                      tenant is asked, which is told as for the bot
  --json              one object: {"clone","proof","leftOut","doubtful","steps"}, or {"proof","scopes"} of --check
  --help              this text

The file goes to standard output, all else to standard error. Built-in roles of Entra cannot be cloned: the file has what custom
roles may have of them, and what they may not is said.

  npm run -s roles -- clone "Virtual Machine Contributor" --name "VM Contributor (Contractors)" \\
    --scope /subscriptions/c276fc76-9cd4-44c9-99a7-4fd71546436e > contractors.json
  npm run -s roles -- clone "Virtual Machine Operator" --check "Virtual Machine Operator (Contractors)"

Exits 0 when both allow the same (and with --check have the same scopes), 1 when they do not, 2 when the command line is wrong,
Azure would refuse the name or a scope, or something cannot be read.
`;

const [SAME, OTHER] = [0, 1];

const OPTIONS = {
  name: { type: 'string' },
  scope: { type: 'string', multiple: true },
  description: { type: 'string' },
  to: { type: 'string' },
  check: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Options = ReturnType<typeof readArguments<typeof OPTIONS>>['values'];

export const CLONE: SubCommand = { name: 'clone', help: HELP, run };

async function run(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS);
  if (positionals.length === 0) {
    throw new UsageError('say which role to clone: a name, an id, or a file (--help says more)');
  }
  const learned = values.data === undefined ? await learnFromTenant(context) : learnFromFolder(values.data);
  const known: KnownRoles = { ...NOTHING_KNOWN, ...learned.knowledge, notes: learned.notes };
  const original = await findRole(positionals.join(' '), known, context);
  if (values.check !== undefined) {
    return check(original, await findRole(values.check, known, context), { json: values.json, context });
  }
  return make(original, { values, learned, known, context });
}

interface Circumstances {
  readonly values: Options;
  readonly learned: Learned;
  readonly known: KnownRoles;
  readonly context: CommandContext;
}

function make(original: RoleDefinition, { values, learned, known, context }: Circumstances): number {
  const order = { name: nameOf(values), description: values.description ?? null, scopes: values.scope ?? [] };
  const shape = wantedShape(original, values);
  const { definition, leftOut } =
    original.kind === 'azure'
      ? { definition: cloneAzureRole(original, order), leftOut: [] }
      : cloneDirectoryRole(original, order, offeredActions(learned));
  const writing = writeRoleFile([definition], shape);
  if (!writing.isWritten) {
    throw new UsageError(`${writing.reasons.join('\n')}\nTake --to rest.`);
  }
  // What is proven and judged is what somebody will read from the file.
  const reading = readRoleText(writing.text);
  const clone = reading.roles[0]?.definition ?? definition;
  const findings = lintRoleFiles([{ file: 'the clone', reading }], learned.knowledge, {
    namePattern: null,
    target: null,
  });
  const proof = proveClone(original, clone);
  const doubtful = doubts(findings, original);
  const steps = cloneSteps({ original, clone }, shape);
  context.err(learned.notes.map((note) => `note: ${note}\n`).join(''));
  if (values.json) {
    context.out(`${JSON.stringify({ clone: JSON.parse(writing.text), proof, leftOut, doubtful, steps })}\n`);
  } else {
    context.out(writing.text);
    const next = steps.map((step, index) => `${index + 1}. ${step}`);
    const said = [...proofWords(proof), ...placeWords(clone, order.scopes), ...inheritedWords(original, clone, known)];
    context.err(`${[...said, ...leftOutWords(leftOut), ...doubtful, '', 'Next:', ...next].join('\n')}\n`);
  }
  return proof.kind === 'none' ? OTHER : SAME;
}

function nameOf({ name }: Options): string {
  if (name === undefined || name.trim() === '') {
    throw new UsageError('say what the clone is called: --name NAME');
  }
  return name;
}

function wantedShape(original: RoleDefinition, { to, scope }: Options): RoleFileShape {
  if (original.kind === 'directory') {
    if (scope !== undefined) {
      throw new UsageError(
        'roles of Entra have no scopes of their own: leave out --scope, and say the scope when you assign it',
      );
    }
    return to === undefined ? 'graph' : shapeOf(to);
  }
  if (scope === undefined) {
    throw new UsageError('say where the clone can be assigned: --scope /subscriptions/… (several times for several)');
  }
  return to === undefined ? 'rest' : shapeOf(to);
}

function offeredActions({ knowledge: { directoryActions } }: Learned): ReadonlySet<string> | null {
  return directoryActions.length === 0 ? null : new Set(directoryActions.map(({ name }) => name.toLowerCase()));
}

/** Of the original's strings, which Azure takes from Microsoft and perhaps not from anybody else. */
const INHERITED = new Set([
  'unknown-op',
  'unknown-provider',
  'multi-wildcard',
  'wrong-plane',
  'blank',
  'slash-end',
  'double-slash',
]);

/** @throws {UsageError} when Azure would refuse what the order says, not what the original says */
function doubts(findings: readonly LintFinding[], original: RoleDefinition): readonly string[] {
  const fatal = findings.filter(({ rule, level }) => level === 'error' && !INHERITED.has(rule));
  if (fatal.length > 0) {
    throw new UsageError(fatal.map(({ text, rule }) => `${text} [${rule}]`).join('\n'));
  }
  const odd = findings.filter(
    ({ rule, level }) => INHERITED.has(rule) || (rule === 'data-at-mg' && level === 'warning'),
  );
  const isConditional = original.kind === 'azure' && original.permissions.some(({ condition }) => condition !== null);
  return [
    ...odd.map(({ text }) => `Azure may refuse the clone: ${text}`),
    ...(isConditional
      ? ['Azure may refuse the clone: whether custom roles may have conditions is not documented']
      : []),
  ];
}

function proofWords({ kind, onlyOriginal, onlyClone, areConditionsEqual }: CloneProof): readonly string[] {
  const same = 'Both allow exactly the same';
  const sentences: Readonly<Record<CloneProof['kind'], string>> = {
    'normal-form': `${same}, now and later. Proof: their strings are equal but for order, case, and what other strings cover.`,
    symbolic: `${same}, now and later. Proof: their strings differ, and no name there could be tells them apart.`,
    strings: `${same}. Proof: they list the same permissions.`,
    none: 'They do not allow the same, or it cannot be proven.',
  };
  return [
    sentences[kind],
    ...(kind === 'none' && onlyOriginal !== null ? [`  only the original, for example: ${onlyOriginal}`] : []),
    ...(kind === 'none' && onlyClone !== null ? [`  only the other, for example: ${onlyClone}`] : []),
    ...(areConditionsEqual ? [] : ['  their conditions differ by text']),
  ];
}

function leftOutWords(leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) {
    return [];
  }
  const why = {
    'not-for-custom-roles': 'not offered for custom roles',
    conditional: 'only under a condition',
  } as const;
  return [
    'Left out, since a custom role of Entra cannot have it:',
    ...leftOut.map(({ action, why: reason }) => `  ${action} (${why[reason]})`),
  ];
}

/** What was read back from the file against what was asked for. */
function placeWords(clone: RoleDefinition, asked: readonly string[]): readonly string[] {
  if (clone.kind === 'directory') {
    return [];
  }
  const { onlyOne, onlyOther } = scopesBeside(asked, clone.assignableScopes);
  const scopes = clone.assignableScopes.join(', ');
  return onlyOne.length + onlyOther.length === 0
    ? [`It can be assigned where you said, and nowhere else: ${scopes}.`]
    : [`It can be assigned elsewhere than you said: ${scopes}.`];
}

function inheritedWords(original: RoleDefinition, clone: RoleDefinition, { roles }: KnownRoles): readonly string[] {
  if (
    original.kind === 'azure' ||
    clone.kind === 'azure' ||
    original.inheritsFrom.length === clone.inheritsFrom.length
  ) {
    return [];
  }
  const names = original.inheritsFrom.map((id) => roles.find((role) => role.id === id)?.name ?? id);
  return [`Left out: what ${names.join(', ')} may do, which the original inherits.`];
}

interface CheckOptions {
  readonly json: boolean | undefined;
  readonly context: CommandContext;
}

function check(original: RoleDefinition, other: RoleDefinition, { json, context }: CheckOptions): number {
  const proof = proveClone(original, other);
  const scopes = scopesBeside(scopesOf(original), scopesOf(other));
  const areScopesEqual = !original.isCustom || scopes.onlyOne.length + scopes.onlyOther.length === 0;
  if (json) {
    context.out(`${JSON.stringify({ proof, scopes: { ...scopes, areCompared: original.isCustom } })}\n`);
  } else {
    const differing = [
      ...scopes.onlyOne.map((scope) => `  only the original can be assigned at ${scope}`),
      ...scopes.onlyOther.map((scope) => `  only the other can be assigned at ${scope}`),
    ];
    const places = original.isCustom
      ? [
          areScopesEqual ? 'Both can be assigned at the same places.' : 'They can be assigned at different places:',
          ...differing,
        ]
      : [];
    context.out(`${[...proofWords(proof), ...(original.kind === 'azure' ? places : [])].join('\n')}\n`);
  }
  return proof.kind !== 'none' && areScopesEqual ? SAME : OTHER;
}

function scopesOf(role: RoleDefinition): AzureRoleDefinition['assignableScopes'] {
  return role.kind === 'azure' ? role.assignableScopes : [];
}
