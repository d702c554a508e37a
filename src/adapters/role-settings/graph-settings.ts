import { z } from 'zod';
import type { RoleAtScope } from '../../domain/assignment.ts';
import type { HeldSettings } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import type { GraphCaller } from '../graph/graph-caller.ts';
import { quoted, withQuery } from '../graph/paths.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { changedRules, GRAPH_DIALECT } from './changed-rules.ts';
import { toHeldSettings } from './read-rules.ts';
import { type RawRule, rawRule } from './rule-shapes.ts';
import { demandUnchanged, type SettingsWrite, writeFailure } from './write-outcome.ts';

const ASSIGNMENTS = '/policies/roleManagementPolicyAssignments';
const POLICIES = '/policies/roleManagementPolicies';

const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const policyRow = z.object({
  policy: z.object({
    id: z.string(),
    rules: z.array(rawRule),
    lastModifiedDateTime: optionalText,
    lastModifiedBy: z.object({ displayName: optionalText }).nullish(),
  }),
});

interface HeldPolicy {
  readonly held: HeldSettings;
  readonly rules: readonly RawRule[];
}

/**
 * Reads the settings of a directory role or of a PIM group's members or owners, in one call.
 *
 * @throws {AccessError} graph.not_found when the tenant has none (a new group has none for some seconds), graph.forbidden,
 *   graph.unexpected_answer naming the rule
 */
export async function readGraphSettings(
  caller: GraphCaller,
  tokens: BearerTokens,
  role: RoleAtScope,
): Promise<HeldSettings> {
  return (await readPolicy(caller, tokens, role)).held;
}

/**
 * Writes the rules that differ, each in a call of its own, since Graph takes them so; the first refusal stops it.
 *
 * @throws {AccessError} settings.changed_meanwhile with nothing sent, settings.refused (facts `reason`, and `written` when rules
 *   before it were taken), activation.in_doubt when an answer was lost
 */
export async function writeGraphSettings(
  caller: GraphCaller,
  tokens: BearerTokens,
  role: RoleAtScope,
  change: SettingsWrite,
): Promise<void> {
  const { held, rules } = await readPolicy(caller, tokens, role);
  demandUnchanged(held.settings, change);
  let written = 0;
  for (const body of changedRules(rules, change, GRAPH_DIALECT)) {
    const path = `${POLICIES}/${encodeURIComponent(held.policyId)}/rules/${encodeURIComponent(body.id)}`;
    try {
      await caller.write(tokens, { method: 'PATCH', path, body, answer: null });
    } catch (thrown) {
      throw writeFailure(thrown, written);
    }
    written += 1;
  }
}

async function readPolicy(caller: GraphCaller, tokens: BearerTokens, role: RoleAtScope): Promise<HeldPolicy> {
  const path = withQuery(ASSIGNMENTS, { filter: filterOf(role), expand: 'policy($expand=rules)' });
  const [row] = await caller.readAll(tokens, path, policyRow);
  if (row === undefined) {
    throw new AccessError('graph.not_found', 'The tenant has no settings for the role', { retryable: true });
  }
  const { id, rules, lastModifiedBy, lastModifiedDateTime: at } = row.policy;
  const byName = lastModifiedBy?.displayName ?? null;
  const lastModified = at === null && byName === null ? null : { at, byName };
  return { held: toHeldSettings(rules, { policyId: id, lastModified }), rules };
}

/** Settings of a directory role are the tenant's, also where the role is held at a narrower scope (pim-api §8.1). */
function filterOf({ surface, roleDefinitionId, scope }: RoleAtScope): string {
  const isGroup = surface === 'group';
  const terms = [
    `scopeId eq ${quoted(isGroup ? scope.id : '/')}`,
    `scopeType eq ${quoted(isGroup ? 'Group' : 'DirectoryRole')}`,
    `roleDefinitionId eq ${quoted(roleDefinitionId)}`,
  ];
  return terms.join(' and ');
}
