import type { Reading } from '../../src/domain/operation-pattern.ts';
import type { DirectoryRoleDefinition, RoleDefinition } from '../../src/domain/role-definition.ts';
import { type BlockReason, decide } from '../../src/roles/evaluate.ts';
import { type DirectoryDecision, decideInDirectory } from '../../src/roles/evaluate-directory.ts';
import { buildRoleIndex } from '../../src/roles/role-index.ts';
import { covers } from '../../src/roles/scopes.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { type Asked, readOperation } from './asked.ts';
import { findRole, knownRoles } from './known-roles.ts';

/** What a role says to an operation, and by what. */
export interface Judged {
  readonly role: RoleDefinition;
  readonly asked: Asked;
  readonly answer: 'allowed' | 'denied' | 'conditional' | DirectoryDecision['answer'];
  /** Of Azure. */
  readonly why: readonly BlockReason[];
  /** Of the directory. */
  readonly directory: DirectoryDecision | null;
  /** Whether the role can be assigned so that it holds at the scope; null when none was asked for. */
  readonly isAssignable: boolean | null;
}

export interface JudgeOptions {
  readonly data?: string | undefined;
  readonly plane?: string | undefined;
  readonly on?: string | undefined;
  readonly reading: Reading;
}

/** Asks a role about an operation; the last word is the operation, those before it the role. @throws {UsageError} */
export async function judge(words: readonly string[], options: JudgeOptions, context: CommandContext): Promise<Judged> {
  const [typed, ...name] = words.toReversed();
  if (typed === undefined || name.length === 0) {
    throw new UsageError('say a role and an operation (--help says more)');
  }
  const known = await knownRoles(options.data, context);
  context.err(known.notes.map((note) => `note: ${note}\n`).join(''));
  const role = await findRole(name.toReversed().join(' '), known, context);
  const asked = readOperation(typed, options.plane, buildRoleIndex(known, options.reading));
  if (!asked.isListed) {
    context.err(`note: ${typed} is not on the list of operations\n`);
  }
  const scopes = role.kind === 'azure' ? role.assignableScopes : ['/'];
  const { on } = options;
  const isAssignable = on === undefined ? null : scopes.some((scope) => covers(scope, on, known.hierarchy));
  const judged = { role, asked, isAssignable };
  if (role.kind === 'azure' && asked.kind === 'azure') {
    return { ...judged, ...decide(role, asked, options.reading), directory: null };
  }
  if (role.kind === 'directory' && asked.kind === 'directory') {
    const byId = (id: string): DirectoryRoleDefinition | undefined =>
      known.roles.find((one): one is DirectoryRoleDefinition => one.kind === 'directory' && one.id === id);
    const directory = decideInDirectory(role, asked.action, byId);
    return { ...judged, answer: directory.answer, why: [], directory };
  }
  return { ...judged, answer: role.kind === 'azure' ? 'denied' : 'no', why: [], directory: null };
}
