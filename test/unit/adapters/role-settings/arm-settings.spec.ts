import assert from 'node:assert/strict';
import type { ZodType } from 'zod';
import type { ArmCaller } from '../../../../src/adapters/arm/arm-caller.ts';
import { readArmSettings, writeArmSettings } from '../../../../src/adapters/role-settings/arm-settings.ts';
import type { RoleAtScope } from '../../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../../src/domain/ids.ts';
import { graphRules } from './raw-rules.ts';

const SUBSCRIPTION = '/subscriptions/00000000-0000-4000-8000-000000000001';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-payments`;
const DEFINITION = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;
const role: RoleAtScope = {
  surface: 'azure',
  roleDefinitionId: roleDefinitionId(DEFINITION),
  roleName: 'Contributor',
  scope: { id: GROUP, name: 'rg-payments' },
};
const tokens = { token: async () => 'token', reject: () => {} };

/** Azure that lists these scopes' settings of the role, and notes what is written. */
function azure(...scopes: readonly string[]) {
  const written: string[] = [];
  const rows = scopes.map((scope) => ({
    properties: {
      scope,
      roleDefinitionId: DEFINITION,
      policyId: `${scope}/providers/Microsoft.Authorization/roleManagementPolicies/p`,
      effectiveRules: graphRules(),
    },
  }));
  const caller = {
    readAll: async (_tokens: unknown, { schema }: { schema: ZodType }) => rows.map((row) => schema.parse(row)),
    write: async (_tokens: unknown, { path }: { path: string }) => void written.push(path),
  } as unknown as ArmCaller;
  return { caller, written };
}

describe('settings of Azure roles', () => {
  it('are those of exactly this scope, whatever else is listed', async () => {
    const { caller, written } = azure(SUBSCRIPTION, GROUP.toUpperCase());
    const { settings: from } = await readArmSettings(caller, tokens, role);
    const to = { ...from, activation: { ...from.activation, maximumDuration: 'PT1H' } };
    await writeArmSettings(caller, tokens, role, { from, to });
    assert.deepEqual(written, [`${GROUP.toUpperCase()}/providers/Microsoft.Authorization/roleManagementPolicies/p`]);
  });

  it('of a scope above are none of the role', async () => {
    const { caller } = azure(SUBSCRIPTION);
    await assert.rejects(readArmSettings(caller, tokens, role), { code: 'graph.not_found' });
  });
});
