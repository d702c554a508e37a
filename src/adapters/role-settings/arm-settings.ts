import { z } from 'zod';
import type { RoleAtScope } from '../../domain/assignment.ts';
import type { HeldSettings } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import type { ArmCaller } from '../arm/arm-caller.ts';
import { authorizationPath, isSameScope, PIM_VERSION, quoted, roleGuid } from '../arm/paths.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { ARM_DIALECT, changedRules } from './changed-rules.ts';
import { toHeldSettings } from './read-rules.ts';
import { type RawRule, rawRule } from './rule-shapes.ts';
import { demandUnchanged, type SettingsWrite, writeFailure } from './write-outcome.ts';

const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const assignmentRow = z.object({
  properties: z.object({
    scope: z.string(),
    roleDefinitionId: z.string(),
    policyId: z.string(),
    effectiveRules: z.array(rawRule),
    policyAssignmentProperties: z
      .object({
        policy: z
          .object({
            lastModifiedBy: z.object({ displayName: optionalText }).nullish(),
            lastModifiedDateTime: optionalText,
          })
          .nullish(),
      })
      .nullish(),
  }),
});

/** The answer to a write holds the whole policy; that it is one is enough, since it is read again anyway. */
const patchedPolicy = z.object({ properties: z.looseObject({}) });

interface HeldPolicy {
  readonly held: HeldSettings;
  readonly rules: readonly RawRule[];
}

/**
 * Reads the settings of an Azure role at exactly this scope: nothing is inherited (pim-api §8.6).
 *
 * @throws {AccessError} graph.not_found when Azure has none for the role there, graph.forbidden, graph.unexpected_answer naming
 *   the rule
 */
export async function readArmSettings(
  caller: ArmCaller,
  tokens: BearerTokens,
  role: RoleAtScope,
): Promise<HeldSettings> {
  return (await readPolicy(caller, tokens, role)).held;
}

/**
 * Writes the rules that differ in one call: Azure takes all of them or none.
 *
 * @throws {AccessError} settings.changed_meanwhile with nothing sent, settings.refused (fact `reason`), activation.in_doubt when
 *   the answer was lost
 */
export async function writeArmSettings(
  caller: ArmCaller,
  tokens: BearerTokens,
  role: RoleAtScope,
  change: SettingsWrite,
): Promise<void> {
  const { held, rules } = await readPolicy(caller, tokens, role);
  demandUnchanged(held.settings, change);
  const changed = changedRules(rules, change, ARM_DIALECT);
  if (changed.length === 0) {
    return;
  }
  try {
    await caller.write(tokens, {
      method: 'PATCH',
      path: held.policyId,
      apiVersion: PIM_VERSION,
      body: { properties: { rules: changed } },
      schema: patchedPolicy,
    });
  } catch (thrown) {
    throw writeFailure(thrown, 0);
  }
}

async function readPolicy(caller: ArmCaller, tokens: BearerTokens, role: RoleAtScope): Promise<HeldPolicy> {
  const rows = await caller.readAll(tokens, {
    path: authorizationPath(role.scope.id, 'roleManagementPolicyAssignments'),
    apiVersion: PIM_VERSION,
    query: { $filter: `roleDefinitionId eq ${quoted(definitionAt(role))}` },
    schema: assignmentRow,
  });
  const wanted = roleGuid(role.roleDefinitionId);
  // A row of a scope above would be another policy, which more than this role's people depend on.
  const row = rows.find(
    ({ properties }) =>
      roleGuid(properties.roleDefinitionId) === wanted && isSameScope(properties.scope, role.scope.id),
  );
  if (row === undefined) {
    throw new AccessError('graph.not_found', 'Azure has no settings for the role at this scope');
  }
  const { effectiveRules: rules, policyId, policyAssignmentProperties } = row.properties;
  const policy = policyAssignmentProperties?.policy;
  const [at, byName] = [policy?.lastModifiedDateTime ?? null, policy?.lastModifiedBy?.displayName ?? null];
  const lastModified = at === null && byName === null ? null : { at, byName };
  return { held: toHeldSettings(rules, { policyId: policyId.replace(/^\/*/, '/'), lastModified }), rules };
}

/** The role's id as rows at the scope carry it: with the subscription before it, where there is one (pim-api §4.7). */
function definitionAt({ roleDefinitionId, scope }: RoleAtScope): string {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope.id)?.[0] ?? '';
  return `${authorizationPath(subscription, 'roleDefinitions')}/${roleGuid(roleDefinitionId)}`;
}
