import type { HeldRole, Principal } from '../../domain/administration.ts';
import type { ActiveAssignment, RoleAtScope } from '../../domain/assignment.ts';
import { isSameRole, roleKey } from '../../domain/assignment.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import { isGuid } from '../../domain/ids.ts';
import type { RolePolicy } from '../../domain/policy.ts';
import type { HeldSettings } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TenantRequest } from '../../ports/role-management.ts';
import type { RequestKey, SurfaceReader } from '../../ports/tenant-reader.ts';
import { asReader } from '../graph/as-reader.ts';
import { ClockCache } from '../graph/clock-cache.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { readArmSettings } from '../role-settings/arm-settings.ts';
import { heldRow, toListed } from './administration-wire.ts';
import type { ArmCaller, ArmRead, ArmSettings } from './arm-caller.ts';
import { createArmCaller } from './arm-caller.ts';
import { allowancesRow } from './definition-wire.ts';
import { inTurns } from './in-turns.ts';
import {
  ACCESS_VERSION,
  authorizationPath,
  COLLECTIONS,
  isSameScope,
  PIM_VERSION,
  quoted,
  roleGuid,
  roleIdAt,
} from './paths.ts';
import { isAbout, roleOf, toActive, toRequest } from './request-mapping.ts';
import { toRolePolicy } from './role-policy.ts';
import { listSeenScopes } from './seen-scopes.ts';
import { activeRow, eligibleRow, policyAssignmentRow, requestRow } from './wire.ts';

export interface ArmReaderSettings extends ArmSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** The reader's own tokens for Azure: a custom role that reads, on the management groups it is to see. */
  readonly tokens: BearerTokens;
}

/** Reads Azure as the reader. It sees what lies at or below the scopes where it has its role. */
export function createArmReader(settings: ArmReaderSettings): SurfaceReader {
  return new ArmReader(settings);
}

/** What the answer to an unknown name is called (pim-api §9). */
const NO_REQUEST: ReadonlySet<string> = new Set(['graph.not_found', 'activation.request_unknown']);

class ArmReader implements SurfaceReader {
  readonly surface = 'azure';
  readonly #arm: ArmCaller;
  readonly #tokens: BearerTokens;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #policies: ClockCache<RolePolicy>;
  readonly #actions: ClockCache<readonly string[]>;
  readonly #scopes: ClockCache<readonly string[]>;

  constructor(settings: ArmReaderSettings) {
    const { clock, tokens } = settings;
    this.#arm = createArmCaller(settings);
    this.#tokens = tokens;
    this.#clock = clock;
    this.#policies = new ClockCache(clock, { minutes: 10 });
    this.#actions = new ClockCache(clock, { minutes: 10 });
    this.#scopes = new ClockCache(clock, { minutes: 5 });
  }

  async readPolicy(role: RoleAtScope): Promise<RolePolicy> {
    requireAzure(role);
    // Settings belong to one role at one scope; nothing is inherited (pim-api §19.18).
    return this.#policies.get(roleKey(role), () => asReader(this.#readPolicy(role)));
  }

  async readSettings(role: RoleAtScope): Promise<HeldSettings> {
    requireAzure(role);
    return asReader(readArmSettings(this.#arm, this.#tokens, role));
  }

  forget(role: RoleAtScope): void {
    this.#policies.forget(roleKey(role));
  }

  async readRoleActions(role: RoleAtScope): Promise<readonly string[]> {
    requireAzure(role);
    // One definition in the tenant, whatever the scope; the scope is where the reader may see it.
    const id = roleGuid(role.roleDefinitionId);
    if (!isGuid(id)) {
      throw new AccessError('graph.not_found', 'Not a role definition of Azure');
    }
    return this.#actions.get(id, () => asReader(this.#readActions(role, id)));
  }

  async findActive(id: PrincipalId, role: RoleAtScope): Promise<ActiveAssignment | null> {
    requireAzure(role);
    const rows = await asReader(this.#listOf(id, role.scope.id, COLLECTIONS.active, activeRow));
    // The list also has what the person holds above and below.
    const running = toActive(id, rows, this.#clock.now()).find(
      (row) => row.assignmentType === 'activated' && isSameRole(row, role),
    );
    return running === undefined ? null : { ...running, roleName: role.roleName, scope: role.scope };
  }

  /** Azure keeps no list of a person's roles: each subscription and management group that the reader sees is asked. */
  async listActive(id: PrincipalId): Promise<readonly ActiveAssignment[]> {
    const rows = await asReader(this.#readActive(id));
    const own = rows.filter(({ properties }) => properties.principalId.toLowerCase() === id.toLowerCase());
    // What a management group holds is also listed below it.
    const active = toActive(id, own, this.#clock.now());
    return [...new Map(active.map((row) => [`${roleKey(row)} ${row.assignmentType} ${row.startsAt}`, row])).values()];
  }

  /** A request's name is its id, and the marker it was made with. */
  async findRequest(id: PrincipalId, role: RoleAtScope, by: RequestKey): Promise<TenantRequest | null> {
    requireAzure(role);
    const name = 'id' in by ? by.id : by.marker;
    try {
      const read = this.#arm.read(this.#tokens, {
        path: authorizationPath(role.scope.id, COLLECTIONS.requests, name),
        apiVersion: PIM_VERSION,
        schema: requestRow,
      });
      const row = await asReader(read);
      const { principalId, requestType } = row.properties;
      const isOwn = requestType === 'selfactivate' && principalId.toLowerCase() === id.toLowerCase();
      return isOwn && isAbout(row, role) ? toRequest(row, this.#clock.now(), role) : null;
    } catch (error) {
      if (error instanceof AccessError && NO_REQUEST.has(error.code)) {
        return null;
      }
      throw error;
    }
  }

  /** Azure keeps no list of a group's roles: each subscription and management group that the reader sees is asked. */
  async listHeldByGroup(groupId: string): Promise<readonly HeldRole[]> {
    return asReader(this.#listHeldByGroup(groupId));
  }

  async listEligible(role: RoleAtScope): Promise<readonly Principal[]> {
    requireAzure(role);
    const read = this.#arm.readAll(this.#tokens, {
      path: authorizationPath(role.scope.id, COLLECTIONS.eligible),
      apiVersion: PIM_VERSION,
      query: { $filter: 'atScope()' },
      schema: heldRow,
    });
    const wanted = roleGuid(role.roleDefinitionId);
    const rows = (await asReader(read)).filter(({ properties }) => roleGuid(properties.roleDefinitionId) === wanted);
    const known = { now: this.#clock.now(), scopeId: role.scope.id };
    const listed = rows.flatMap((row) => toListed(row, 'eligible', known) ?? []);
    return [...new Map(listed.map(({ principal }) => [principal.id, principal])).values()];
  }

  async #readActive(principal: string) {
    const scopes = await this.#seenScopes();
    return (await inTurns(scopes, (scope) => this.#listOf(principal, scope, COLLECTIONS.active, activeRow))).flat();
  }

  async #readPolicy(role: RoleAtScope): Promise<RolePolicy> {
    const rows = await this.#arm.readAll(this.#tokens, {
      path: authorizationPath(role.scope.id, COLLECTIONS.policyAssignments),
      apiVersion: PIM_VERSION,
      query: { $filter: `roleDefinitionId eq ${quoted(roleIdAt(role.scope.id, role.roleDefinitionId))}` },
      schema: policyAssignmentRow,
    });
    const own = rows.find(
      ({ properties }) =>
        roleGuid(properties.roleDefinitionId) === roleGuid(role.roleDefinitionId) &&
        isSameScope(properties.scope, role.scope.id),
    );
    if (own === undefined) {
      throw new AccessError('graph.not_found', 'Azure has no settings for this role at this scope');
    }
    return toRolePolicy(own.properties.effectiveRules);
  }

  async #readActions(role: RoleAtScope, id: string): Promise<readonly string[]> {
    const { properties } = await this.#arm.read(this.#tokens, {
      path: authorizationPath(role.scope.id, COLLECTIONS.definitions, id),
      apiVersion: ACCESS_VERSION,
      schema: allowancesRow,
    });
    return [...new Set(properties.permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]))];
  }

  async #listHeldByGroup(groupId: string): Promise<readonly HeldRole[]> {
    const id = groupId.toLowerCase();
    const found = new Map<string, HeldRole>();
    const add = (role: RoleAtScope, gives: HeldRole['gives'], endsAt: Temporal.Instant | null): void => {
      const key = `${gives}|${roleKey(role)}`;
      const other = found.get(key);
      // What a management group holds is also listed below it.
      if (!this.#isOver(endsAt) && (other === undefined || isLater(endsAt, other.endsAt))) {
        found.set(key, { ...role, gives, endsAt });
      }
    };
    await inTurns(await this.#seenScopes(), async (scope) => {
      for (const { properties } of await this.#listOf(id, scope, COLLECTIONS.eligible, eligibleRow)) {
        if (properties.principalId.toLowerCase() === id) {
          add(roleOf(properties), 'eligible', properties.endDateTime);
        }
      }
      for (const { properties } of await this.#listOf(id, scope, COLLECTIONS.active, activeRow)) {
        if (properties.principalId.toLowerCase() === id && properties.assignmentType === 'assigned') {
          add(roleOf(properties), 'active', properties.endDateTime);
        }
      }
    });
    return [...found.values()];
  }

  /**
   * Azure answers whoever has no role there with empty lists: what nobody lets us see must not pass for nothing.
   * @throws graph.forbidden
   */
  async #seenScopes(): Promise<readonly string[]> {
    return await this.#scopes.get('all', async () => {
      const seen = await listSeenScopes(this.#arm, this.#tokens);
      if (seen.length === 0) {
        throw new AccessError('graph.forbidden', 'Azure shows the reader no subscription and no management group');
      }
      return seen;
    });
  }

  /** What a principal holds at, above and below a scope. */
  async #listOf<T>(principal: string, scope: string, collection: string, schema: ArmRead<T>['schema']) {
    return this.#arm.readAll(this.#tokens, {
      path: authorizationPath(scope, collection),
      apiVersion: PIM_VERSION,
      query: { $filter: `principalId eq ${quoted(principal)}` },
      schema,
    });
  }

  #isOver(end: Temporal.Instant | null): boolean {
    return end !== null && Temporal.Instant.compare(end, this.#clock.now()) <= 0;
  }
}

function isLater(end: Temporal.Instant | null, than: Temporal.Instant | null): boolean {
  return than !== null && (end === null || Temporal.Instant.compare(end, than) > 0);
}

function requireAzure({ surface }: RoleAtScope): void {
  if (surface !== 'azure') {
    throw new AccessError('graph.not_found', `Azure roles only: ${surface} is another surface`);
  }
}
