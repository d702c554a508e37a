import type { BearerTokens } from '../identity/token-source.ts';
import { allowancesRow } from './definition-wire.ts';
import type { GraphCaller } from './graph-caller.ts';

/**
 * Reads what a directory role's definition lists, over all its permission entries, also those with a condition. What it inherits
 * is left out: built-in roles inherit Directory Readers, which only reads, and custom roles inherit nothing (rbac.md §6.4).
 */
export async function readDefinedActions(
  graph: GraphCaller,
  tokens: BearerTokens,
  roleDefinitionId: string,
): Promise<readonly string[]> {
  const path = `/roleManagement/directory/roleDefinitions/${encodeURIComponent(roleDefinitionId)}`;
  const { rolePermissions } = await graph.read(tokens, { path }, allowancesRow);
  return [...new Set(rolePermissions.flatMap(({ allowedResourceActions }) => allowedResourceActions))];
}
