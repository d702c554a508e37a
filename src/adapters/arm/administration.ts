import { randomUUID } from 'node:crypto';
import type { AssignmentOrder, ListedAssignment } from '../../domain/administration.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
import type { HeldSettings, RoleSettings } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AssignmentQuery, RoleAdministration } from '../../ports/role-administration.ts';
import type { Actor, TenantRequest } from '../../ports/role-management.ts';
import { asChange } from '../graph/administration-errors.ts';
import { armTokensOf } from '../identity/actor-tokens.ts';
import type { ArmTokenSource, BearerTokens } from '../identity/token-source.ts';
import { readArmSettings, writeArmSettings } from '../role-settings/arm-settings.ts';
import { AzureRoleFinder } from './administration-roles.ts';
import { isAzurePath } from './administration-scopes.ts';
import type { ScheduleRow } from './administration-wire.ts';
import { heldRow, scheduleRow, toListed } from './administration-wire.ts';
import type { ArmCaller, ArmSettings } from './arm-caller.ts';
import { createArmCaller } from './arm-caller.ts';
import { authorizationPath, COLLECTIONS, isSameScope, PIM_VERSION, roleGuid, roleIdAt } from './paths.ts';
import { toRequest } from './request-mapping.ts';
import { requestRow } from './wire.ts';

export interface ArmAdministrationSettings extends ArmSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly tokens: ArmTokenSource;
}

/** Where requests about eligible or active assignments are put, and how they name what they change. */
const KINDS = {
  eligible: {
    requests: COLLECTIONS.eligibleRequests,
    schedules: 'roleEligibilitySchedules',
    target: 'targetRoleEligibilityScheduleId',
  },
  active: {
    requests: COLLECTIONS.requests,
    schedules: 'roleAssignmentSchedules',
    target: 'targetRoleAssignmentScheduleId',
  },
} as const;

const REQUEST_TYPES: Readonly<Record<AssignmentOrder['action'], string>> = {
  assign: 'AdminAssign',
  update: 'AdminUpdate',
  extend: 'AdminExtend',
  renew: 'AdminRenew',
  remove: 'AdminRemove',
};
const NAMING_A_SCHEDULE: ReadonlySet<AssignmentOrder['action']> = new Set(['update', 'extend', 'renew']);

/** What administrators see and change of Azure resource roles, over Azure Resource Manager. */
export function createArmAdministration(settings: ArmAdministrationSettings): RoleAdministration {
  return new ArmAdministration(settings);
}

class ArmAdministration implements RoleAdministration {
  readonly surface = 'azure';
  readonly #arm: ArmCaller;
  readonly #tokens: ArmTokenSource;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #finder: AzureRoleFinder;

  constructor(settings: ArmAdministrationSettings) {
    const { clock, tokens } = settings;
    this.#arm = createArmCaller(settings);
    this.#tokens = tokens;
    this.#clock = clock;
    this.#finder = new AzureRoleFinder({ arm: this.#arm, clock, tokensOf: (actor) => this.#tokensOf(actor) });
  }

  async findRoles(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]> {
    return await this.#finder.find(actor, words, scope);
  }

  async listAssignments(actor: Actor, query: AssignmentQuery): Promise<readonly ListedAssignment[]> {
    const scopeId = 'role' in query ? azureScope(query.role) : query.scopeId;
    if (!isAzurePath(scopeId) && scopeId !== '/') {
      throw new AccessError('graph.not_found', 'Not a scope of Azure');
    }
    const wanted = 'role' in query ? roleGuid(query.role.roleDefinitionId) : null;
    const lists = (['eligible', 'active'] as const).map(async (kind) => {
      const rows = await this.#arm.readAll(this.#tokensOf(actor), {
        path: authorizationPath(scopeId, COLLECTIONS[kind]),
        apiVersion: PIM_VERSION,
        query: { $filter: 'atScope()' },
        schema: heldRow,
      });
      const now = this.#clock.now();
      return rows
        .filter(({ properties }) => wanted === null || roleGuid(properties.roleDefinitionId) === wanted)
        .flatMap((row) => toListed(row, kind, { now, scopeId }) ?? []);
    });
    return (await Promise.all(lists)).flat();
  }

  async change(actor: Actor, order: AssignmentOrder): Promise<TenantRequest> {
    const scope = azureScope(order.role);
    const { requests, target } = KINDS[order.kind];
    const schedule = NAMING_A_SCHEDULE.has(order.action) ? await this.#findSchedule(actor, order) : null;
    const write = this.#arm.write(this.#tokensOf(actor), {
      method: 'PUT',
      path: authorizationPath(scope, requests, randomUUID()),
      apiVersion: PIM_VERSION,
      body: { properties: { ...changeProperties(order), ...(schedule !== null && { [target]: schedule.name }) } },
      schema: requestRow,
    });
    const row = await asChange(write, order.action !== 'assign');
    if (row === null) {
      throw new AccessError('activation.in_doubt', 'Azure accepted the change, but did not show it');
    }
    return toRequest(row, this.#clock.now(), order.role);
  }

  async readSettings(actor: Actor, role: RoleAtScope): Promise<HeldSettings> {
    azureScope(role);
    return await readArmSettings(this.#arm, this.#tokensOf(actor), role);
  }

  async writeSettings(
    actor: Actor,
    role: RoleAtScope,
    change: { readonly from: RoleSettings; readonly to: RoleSettings },
  ): Promise<void> {
    azureScope(role);
    await writeArmSettings(this.#arm, this.#tokensOf(actor), role, change);
  }

  /** What is to be changed, by name. Lists lag, so one that is not listed is left to PIM, which knows by person and role. */
  async #findSchedule(actor: Actor, { kind, principal, role }: AssignmentOrder): Promise<ScheduleRow | null> {
    const rows = await this.#arm.readAll(this.#tokensOf(actor), {
      path: authorizationPath(role.scope.id, KINDS[kind].schedules),
      apiVersion: PIM_VERSION,
      query: { $filter: `principalId eq ${principal.id}` },
      schema: scheduleRow,
    });
    const isMeant = ({ properties }: ScheduleRow): boolean =>
      properties.principalId.toLowerCase() === principal.id.toLowerCase() &&
      roleGuid(properties.roleDefinitionId) === roleGuid(role.roleDefinitionId) &&
      isSameScope(properties.scope, role.scope.id) &&
      properties.assignmentType !== 'activated';
    return rows.find(isMeant) ?? null;
  }

  #tokensOf(actor: Actor): BearerTokens {
    return armTokensOf(this.#tokens, actor);
  }
}

/** The scope of an Azure role. @throws graph.not_found for a role of another surface */
function azureScope({ surface, scope }: RoleAtScope): string {
  if (surface !== 'azure') {
    throw new AccessError('graph.not_found', `Azure roles only: ${surface} is another surface`);
  }
  return scope.id;
}

/** What an administrator's request says (pim-api §4.5). Without a start PIM takes its own time. */
function changeProperties(order: AssignmentOrder): Readonly<Record<string, unknown>> {
  const { action, principal, role, justification, ticket, startsAt, endsAt } = order;
  const common = {
    principalId: principal.id,
    roleDefinitionId: roleIdAt(role.scope.id, role.roleDefinitionId),
    requestType: REQUEST_TYPES[action],
    justification,
    ticketInfo: { ticketNumber: ticket, ticketSystem: ticket === null ? null : 'Pimlico' },
  };
  if (action === 'remove') {
    return common;
  }
  const expiration =
    endsAt === null ? { type: 'NoExpiration' } : { type: 'AfterDateTime', endDateTime: endsAt.toString() };
  const scheduleInfo = startsAt === null ? { expiration } : { startDateTime: startsAt.toString(), expiration };
  return { ...common, scheduleInfo };
}
