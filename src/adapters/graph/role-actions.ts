import { z } from 'zod';
import type { BearerTokens } from '../identity/token-source.ts';
import type { GraphCaller } from './graph-caller.ts';

/** A definition without its list is no definition that allows nothing: it is refused as an answer. */
const definitionRow = z.object({
  rolePermissions: z.array(z.object({ allowedResourceActions: z.array(z.string()) })),
});

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
  const { rolePermissions } = await graph.read(tokens, { path }, definitionRow);
  return [...new Set(rolePermissions.flatMap(({ allowedResourceActions }) => allowedResourceActions))];
}
