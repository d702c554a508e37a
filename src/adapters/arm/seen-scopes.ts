import type { BearerTokens } from '../identity/token-source.ts';
import type { ArmCaller } from './arm-caller.ts';
import { MANAGEMENT_GROUPS, MANAGEMENT_GROUPS_VERSION, SUBSCRIPTIONS_VERSION } from './paths.ts';
import { managementGroupRow, subscriptionRow } from './wire.ts';

/** Lists the management groups and subscriptions that Azure shows the caller, as paths. */
export async function listSeenScopes(arm: ArmCaller, tokens: BearerTokens): Promise<readonly string[]> {
  const [subscriptions, groups] = await Promise.all([
    arm.readAll(tokens, { path: '/subscriptions', apiVersion: SUBSCRIPTIONS_VERSION, schema: subscriptionRow }),
    arm.readAll(tokens, {
      path: MANAGEMENT_GROUPS,
      apiVersion: MANAGEMENT_GROUPS_VERSION,
      schema: managementGroupRow,
    }),
  ]);
  return [
    ...groups.map(({ id }) => id),
    ...subscriptions.map(({ subscriptionId }) => `/subscriptions/${subscriptionId}`),
  ];
}
