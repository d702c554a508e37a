import type { Ask, Schedule, Subject } from '../pim/model.ts';
import { Policy, type PolicyRule, type RuleId } from '../pim/policy.ts';
import { Refusal } from '../pim/refusal.ts';
import { guidOf, type PimState } from '../pim/state.ts';
import { type Surface, sameSubject } from '../pim/surface.ts';
import { isBefore, plus } from '../pim/time.ts';
import type { World } from '../platform/types.ts';
import { type Rights, servicePrincipalId } from './rights.ts';
import type { RoleCatalogue } from './roles.ts';
import type { ScopeTree } from './scope-tree.ts';

/** What administrators of access must hold (pim-api §4.4). */
export const ACCESS_WRITE = 'Microsoft.Authorization/roleAssignments/write';

/** After a deactivation the same activation is refused for so long (seen 2026-10, pim-api §11). */
const GAP = Temporal.Duration.from({ seconds: 117 });
/** An activation younger than this is not found when it is to be ended (§11). */
const UNSEEN = Temporal.Duration.from({ seconds: 60 });

interface Parts {
  readonly world: World;
  readonly state: PimState;
  readonly tree: ScopeTree;
  readonly roles: RoleCatalogue;
  readonly rights: Rights;
}

/** Azure resource roles: eligibility reaches below its scope, settings belong to one role at one scope. */
export class AzureSurface implements Surface {
  readonly name = 'azure';
  readonly missingStatus = 400;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  check({ role, scope }: Subject): void {
    const { roles, tree } = this.#parts;
    const definition = roles.get(role);
    if (definition === undefined) {
      throw new Refusal('RoleNotFound', 'The role is not found.');
    }
    const place = tree.find(scope);
    if (place === undefined || !roles.isAssignableAt(definition, place)) {
      const message = `The role definition '${role}' cannot be assigned at scope '${scope}'.`;
      throw new Refusal('ScopeDoesNotMatchRoleDefinition', message);
    }
  }

  covers(eligible: Subject, asked: Subject): boolean {
    const isSameRole = eligible.surface === asked.surface && eligible.role === asked.role;
    return isSameRole && this.#parts.tree.covers(eligible.scope, asked.scope);
  }

  mayAdminister(principalId: string, { scope }: Subject): boolean {
    return this.#parts.rights.may(principalId, ACCESS_WRITE, { id: scope });
  }

  mayAppAdminister(appId: string, subject: Subject): boolean {
    return this.mayAdminister(servicePrincipalId(appId), subject);
  }

  /** Azure has no default approvers: somebody must be named (pim-api §7.1). */
  defaultApproverIds(): readonly string[] {
    return [];
  }

  nameOf({ role }: Subject): string {
    return this.#parts.roles.get(role)?.roleName ?? role;
  }

  isCustom({ role }: Subject): boolean {
    return this.#parts.roles.get(role)?.isBuiltIn === false;
  }

  newPolicy(guid: string, subject: Subject): Policy {
    const settings = { maximumDuration: 'PT8H', enabledRules: ['Justification'] };
    return azurePolicy(new Policy(guid, subject, { ...settings, authenticationContext: null, approval: null }));
  }

  scheduleIds(_subject: Subject, requestId: string): { readonly id: string; readonly instanceId: string } {
    return { id: guidOf(`schedule ${requestId}`), instanceId: guidOf(`instance ${requestId}`) };
  }

  provisioning(): Temporal.Duration {
    return this.#parts.world.settings.azureProvisioning;
  }

  /** What only ARM says: not again so soon after the end, and not found so soon after the start. */
  checkAction(ask: Ask): void {
    const { state, world } = this.#parts;
    const now = world.clock.now();
    const own = state.schedulesOf(ask.principalId).filter((one) => isActivationOf(one, ask.subject));
    if (ask.action === 'selfActivate') {
      // What was withdrawn before its start never was active.
      const wasActive = ({ start, endedAt }: Schedule): boolean =>
        endedAt !== null && (start === null || isBefore(start, endedAt)) && isBefore(now, plus(endedAt, GAP));
      const isTooSoon = own.some(wasActive);
      if (isTooSoon) {
        throw new Refusal('RoleAssignmentExists', 'The Role assignment already exists.');
      }
    }
    if (ask.action === 'selfDeactivate') {
      const isUnseen = own.some((one) => one.endedAt === null && isYoung(one, now));
      if (isUnseen) {
        throw new Refusal('RoleAssignmentDoesNotExist', 'The Role assignment does not exist.');
      }
    }
  }
}

/** Unlike Entra roles, Azure roles are neither eligible nor active for good until somebody allows it (pim-api §8.2). */
export function azurePolicy(policy: Policy): Policy {
  for (const id of ['Expiration_Admin_Eligibility', 'Expiration_Admin_Assignment'] as const satisfies RuleId[]) {
    const rule: PolicyRule = { ...policy.expiration(id), isExpirationRequired: true };
    policy.rules.set(id, rule);
  }
  return policy;
}

function isActivationOf(schedule: Schedule, subject: Subject): boolean {
  return (
    schedule.kind === 'assignment' &&
    schedule.assignmentType === 'Activated' &&
    schedule.start !== null &&
    sameSubject(schedule.subject, subject)
  );
}

function isYoung({ start }: Schedule, now: Temporal.Instant): boolean {
  return start !== null && !isBefore(now, start) && isBefore(now, plus(start, UNSEEN));
}
