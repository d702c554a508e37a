import { z } from 'zod';
import type { DenialPrincipal, DenyAssignment } from '../../domain/deny-assignment.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { optionalText } from '../pim-errors/wire-values.ts';
import type { ArmCaller } from './arm-caller.ts';
import { condition, permissionRow, texts } from './definition-wire.ts';
import { ACCESS_VERSION, authorizationPath, COLLECTIONS } from './paths.ts';

const principals = z
  .array(
    z
      .object({ id: z.string().min(1), type: optionalText })
      .transform(({ id, type }): DenialPrincipal => ({ id: id.toLowerCase(), type: type ?? '' })),
  )
  .nullish()
  .transform((rows) => rows ?? []);

/** A deny assignment as ARM writes it. Of one that denies data alone, `actions` may be missing; a condition may stand beside the blocks. */
const denialRow = z
  .object({
    id: z.string().min(1),
    properties: z.object({
      denyAssignmentName: optionalText,
      scope: z.string().min(1),
      permissions: z.array(permissionRow.extend({ actions: texts })),
      principals,
      excludePrincipals: principals,
      doNotApplyToChildScopes: z.boolean().nullish(),
      condition,
    }),
  })
  .transform(({ id, properties }): DenyAssignment => {
    const { denyAssignmentName: name, scope: scopeId, permissions, doNotApplyToChildScopes, ...rest } = properties;
    return {
      id,
      name: name ?? id.slice(id.lastIndexOf('/') + 1),
      scopeId,
      permissions: permissions.map((block) => ({ ...block, condition: block.condition ?? rest.condition })),
      principals: rest.principals,
      excludePrincipals: rest.excludePrincipals,
      doNotApplyToChildScopes: doNotApplyToChildScopes ?? false,
    };
  });

/** Without a filter the list holds what is above the scope and below it, too (rbac.md §4.5). */
export async function readDenials(
  arm: ArmCaller,
  tokens: BearerTokens,
  scopeId: string,
): Promise<readonly DenyAssignment[]> {
  return await arm.readAll(tokens, {
    path: authorizationPath(scopeId, COLLECTIONS.denials),
    apiVersion: ACCESS_VERSION,
    schema: denialRow,
  });
}
