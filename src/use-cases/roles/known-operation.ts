import { comparable } from '../../domain/operation-pattern.ts';
import type { DirectoryAction } from '../../domain/role-definition.ts';
import type { RoleKnowledge } from '../../ports/role-catalogue.ts';
import { findOperation } from '../../roles/plain-words/find-operation.ts';

/** Finds what a name means among the operations, the permissions of the directory, and what roles of it list. */
export function findKnownOperation(name: string, knowledge: RoleKnowledge): ReturnType<typeof findOperation> {
  const { operations, directoryActions } = knowledge;
  return findOperation(name, { operations, directoryActions: [...directoryActions, ...listedByRoles(knowledge)] });
}

/** What a role lists exists, whether or not Graph names it among its actions: those lists are not complete (rbac.md §6.2). */
function listedByRoles({ roles }: RoleKnowledge): readonly DirectoryAction[] {
  const names = roles.flatMap((role) =>
    role.kind === 'directory' ? role.permissions.flatMap(({ actions }) => actions) : [],
  );
  return [...new Set(names)].map((name) => ({ name, description: '' }));
}

/** Of which service a name is that no list has, where there is no list to look it up in; null where there is one. */
export function serviceOfUnlisted(
  name: string,
  { operations, directoryActions }: RoleKnowledge,
): 'azure' | 'directory' | null {
  const service = comparable(name).startsWith('microsoft.directory/') ? 'directory' : 'azure';
  return (service === 'directory' ? directoryActions : operations).length > 0 ? null : service;
}
