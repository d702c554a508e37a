import { mayReach } from '../domain/directory-actions.ts';
import { comparable } from '../domain/operation-pattern.ts';
import type { RiskClass } from '../domain/role-notice.ts';
import table from './access-changing.json' with { type: 'json' };
import { changesAccess, isChange } from './changes-access.ts';

/** Operations of the control plane that give or take access; any of them is enough. */
export const GIVING_ACCESS: readonly string[] = table.azure.givesOrTakesAccess;

/** Such that run code, act as somebody else, or give keys and passwords away. Some are patterns. */
export const REACHING_DATA: readonly string[] = [...table.azure.actsAsSomebodyElse, ...table.azureSecrets];

/** Names what is heaviest of what a role of Azure can do. What it can do under a condition counts. */
export function azureRisk(can: {
  readonly giveAccess: boolean;
  readonly reachData: boolean;
  readonly change: boolean;
}): RiskClass {
  if (can.giveAccess) {
    return 'changes-access';
  }
  if (can.reachData) {
    return 'reaches-data';
  }
  return can.change ? 'changes' : 'reads';
}

const SECRETS = table.directorySecrets.map(comparable);

/** The same of a role of the directory, by its actions. */
export function directoryRisk(actions: readonly string[]): RiskClass {
  if (changesAccess(actions)) {
    return 'changes-access';
  }
  const compared = actions.map(comparable);
  if (compared.some((action) => SECRETS.some((secret) => mayReach(action, secret)))) {
    return 'reaches-data';
  }
  return compared.some(isChange) ? 'changes' : 'reads';
}
