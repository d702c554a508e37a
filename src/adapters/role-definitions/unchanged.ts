import type { RoleDefinition } from '../../domain/role-definition.ts';
import { AccessError } from '../../errors.ts';

/** @throws {AccessError} role_definition.changed_meanwhile when the tenant no longer holds what a change was made from */
export function demandUnchanged(held: RoleDefinition | null, from: RoleDefinition): void {
  if (held === null || plainForm(held) !== plainForm(from)) {
    throw changedMeanwhile(null);
  }
}

/** The tenant no longer holds what the change was made from. */
export function changedMeanwhile(cause: unknown): AccessError {
  return new AccessError('role_definition.changed_meanwhile', 'the tenant holds another definition by now', { cause });
}

export function isMissing(error: unknown): boolean {
  return error instanceof AccessError && error.code === 'graph.not_found';
}

/** The definition that was written as the tenant shows it. @throws {AccessError} activation.in_doubt when it cannot be seen */
export function shown(role: RoleDefinition | null): RoleDefinition {
  if (role === null) {
    throw inDoubt(null);
  }
  return role;
}

/** A reading after a write: what fails now has not failed to be written. */
export async function readAgain<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw inDoubt(error);
  }
}

function inDoubt(cause: unknown): AccessError {
  return new AccessError('activation.in_doubt', 'the role definition was taken, but cannot be seen', { cause });
}

/** What of a definition is somebody's to write, without the order and the case that services keep as they like. */
function plainForm(role: RoleDefinition): string {
  const { kind, id, name, description } = role;
  const rest =
    role.kind === 'azure'
      ? {
          scopes: folded(role.assignableScopes.map((scope) => scope.replace(/\/+$/, ''))),
          blocks: role.permissions
            .map((block) =>
              JSON.stringify([
                folded(block.actions),
                folded(block.notActions),
                folded(block.dataActions),
                folded(block.notDataActions),
                block.condition,
              ]),
            )
            .toSorted(),
        }
      : {
          isEnabled: role.isEnabled,
          blocks: role.permissions
            .map(({ actions, condition }) => JSON.stringify([folded(actions), condition]))
            .toSorted(),
        };
  return JSON.stringify({ kind, id: id?.toLowerCase(), name, description, ...rest });
}

function folded(strings: readonly string[]): readonly string[] {
  return [...new Set(strings.map((one) => one.toLowerCase()))].toSorted();
}
