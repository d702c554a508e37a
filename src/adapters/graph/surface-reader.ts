import type { HeldRole, Principal } from '../../domain/administration.ts';
import type { ActiveAssignment, RoleAtScope, Surface } from '../../domain/assignment.ts';
import { isSameRole } from '../../domain/assignment.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import { isGuid, principalId } from '../../domain/ids.ts';
import type { RolePolicy } from '../../domain/policy.ts';
import type { HeldSettings } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TenantRequest } from '../../ports/role-management.ts';
import type { RequestKey, SurfaceReader } from '../../ports/tenant-reader.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { readGraphSettings } from '../role-settings/graph-settings.ts';
import { ADMINISTRATION_PLANES, heldRow, listPath, toListed } from './administration-planes.ts';
import { asReader } from './as-reader.ts';
import { ClockCache } from './clock-cache.ts';
import { directoryPlane } from './directory-plane.ts';
import type { GraphSettings } from './graph-caller.ts';
import { GraphCaller } from './graph-caller.ts';
import { groupPlane } from './group-plane.ts';
import { quoted, withQuery } from './paths.ts';
import type { Plane, PolicyPlace } from './plane.ts';
import { toActive, toEligible, toRequest } from './request-mapping.ts';
import { readDefinedActions } from './role-actions.ts';
import { toRolePolicy } from './role-policy.ts';
import type { Rows } from './wire.ts';
import { policyAssignmentRow, rowsOf } from './wire.ts';

export interface GraphReaderSettings extends GraphSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** The reader's own tokens: application permissions, read only. */
  readonly tokens: BearerTokens;
}

/** Reads Microsoft Entra roles over Graph as the reader. */
export function createDirectoryReader(settings: GraphReaderSettings): SurfaceReader {
  return new GraphSurfaceReader(directoryPlane, settings);
}

/** Reads PIM for Groups over Graph as the reader. */
export function createGroupReader(settings: GraphReaderSettings): SurfaceReader {
  return new GraphSurfaceReader(groupPlane, settings);
}

class GraphSurfaceReader implements SurfaceReader {
  readonly surface: Surface;
  readonly #plane: Plane;
  readonly #rows: Rows;
  readonly #graph: GraphCaller;
  readonly #tokens: BearerTokens;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #policies: ClockCache<RolePolicy>;
  readonly #actions: ClockCache<readonly string[]>;

  constructor(plane: Plane, settings: GraphReaderSettings) {
    this.surface = plane.surface;
    this.#plane = plane;
    this.#rows = rowsOf(plane);
    this.#graph = new GraphCaller(settings);
    this.#tokens = settings.tokens;
    this.#clock = settings.clock;
    this.#policies = new ClockCache(settings.clock, { minutes: 10 });
    this.#actions = new ClockCache(settings.clock, { minutes: 10 });
  }

  async readPolicy(role: RoleAtScope): Promise<RolePolicy> {
    const place = this.#plane.policyOf(role);
    if (place === null) {
      throw this.#foreign(role);
    }
    return await this.#policies.get(keyOf(place), () => asReader(this.#readPolicy(place)));
  }

  async readSettings(role: RoleAtScope): Promise<HeldSettings> {
    if (this.#plane.policyOf(role) === null) {
      throw this.#foreign(role);
    }
    return await asReader(readGraphSettings(this.#graph, this.#tokens, role));
  }

  forget(role: RoleAtScope): void {
    const place = this.#plane.policyOf(role);
    if (place !== null) {
      this.#policies.forget(keyOf(place));
    }
  }

  async readRoleActions(role: RoleAtScope): Promise<readonly string[]> {
    const id = role.roleDefinitionId.toLowerCase();
    if (!this.#plane.hasDefinitions || role.surface !== this.surface || !isGuid(id)) {
      throw this.#foreign(role);
    }
    // One definition in the tenant, whatever the scope.
    return await this.#actions.get(id, () => asReader(readDefinedActions(this.#graph, this.#tokens, id)));
  }

  async findActive(id: PrincipalId, role: RoleAtScope): Promise<ActiveAssignment | null> {
    if (this.#plane.bodyOf(role) === null) {
      throw this.#foreign(role);
    }
    const filter = `principalId eq ${quoted(id)} and ${this.#plane.filterOf(role)}`;
    const path = withQuery(this.#plane.collections.active, { filter });
    const rows = await asReader(this.#graph.readAll(this.#tokens, path, this.#rows.active));
    const running = toActive(id, rows, this.#clock.now()).find(
      (row) => row.assignmentType === 'activated' && isSameRole(row, role),
    );
    return running === undefined ? null : { ...running, roleName: role.roleName, scope: role.scope };
  }

  async listActive(id: PrincipalId): Promise<readonly ActiveAssignment[]> {
    const options = { filter: `principalId eq ${quoted(id)}`, expand: this.#plane.names };
    const path = withQuery(this.#plane.collections.active, options);
    return toActive(id, await asReader(this.#graph.readAll(this.#tokens, path, this.#rows.active)), this.#clock.now());
  }

  async findRequest(id: PrincipalId, role: RoleAtScope, by: RequestKey): Promise<TenantRequest | null> {
    if (this.#plane.bodyOf(role) === null) {
      throw this.#foreign(role);
    }
    if (!this.#plane.areRequestsReadable) {
      throw new AccessError('graph.forbidden', `No right to read opens requests for ${this.surface} roles`);
    }
    const filter = `principalId eq ${quoted(id)} and ${this.#plane.filterOf(role)}`;
    const path = withQuery(this.#plane.collections.requests, { filter });
    const rows = await asReader(this.#graph.readAll(this.#tokens, path, this.#rows.request));
    const own = rows.find(
      (row) =>
        row.action === 'selfactivate' &&
        row.role !== null &&
        isSameRole(row.role, role) &&
        ('id' in by ? row.id === by.id : row.customData === by.marker),
    );
    return own === undefined ? null : toRequest(own, this.#clock.now(), role);
  }

  /** What a group merely activated counts for nobody: only people activate. */
  async listHeldByGroup(groupId: string): Promise<readonly HeldRole[]> {
    if (!this.#plane.hasDefinitions) {
      return [];
    }
    const options = { filter: `principalId eq ${quoted(groupId)}`, expand: this.#plane.names };
    const { eligible, active } = this.#plane.collections;
    const read = Promise.all([
      this.#graph.readAll(this.#tokens, withQuery(eligible, options), this.#rows.eligible),
      this.#graph.readAll(this.#tokens, withQuery(active, options), this.#rows.active),
    ]);
    const [mayActivate, has] = await asReader(read);
    const group = principalId(groupId);
    const now = this.#clock.now();
    const standing = toActive(group, has, now).filter(({ assignmentType }) => assignmentType === 'assigned');
    const dormant = toEligible(group, mayActivate).filter(
      ({ endsAt }) => endsAt === null || Temporal.Instant.compare(endsAt, now) > 0,
    );
    return [
      ...standing.map((row) => held(row, row.endsAt, 'active')),
      ...dormant.map((row) => held(row, row.endsAt, 'eligible')),
    ];
  }

  async listEligible(role: RoleAtScope): Promise<readonly Principal[]> {
    if (this.#plane.bodyOf(role) === null) {
      throw this.#foreign(role);
    }
    const path = listPath(ADMINISTRATION_PLANES[this.#plane.surface], 'eligible', { role });
    const rows = await asReader(this.#graph.readAll(this.#tokens, path, heldRow(this.#plane)));
    const now = this.#clock.now();
    const listed = rows.flatMap((row) => toListed(row, 'eligible', { now, known: role }) ?? []);
    return [...new Map(listed.map(({ principal }) => [principal.id, principal])).values()];
  }

  async #readPolicy({ scopeId, scopeType, roleDefinitionId }: PolicyPlace): Promise<RolePolicy> {
    const filter = `scopeId eq ${quoted(scopeId)} and scopeType eq ${quoted(scopeType)} and roleDefinitionId eq ${quoted(roleDefinitionId)}`;
    const path = withQuery('/policies/roleManagementPolicyAssignments', { filter, expand: 'policy($expand=rules)' });
    const [assignment] = await this.#graph.readAll(this.#tokens, path, policyAssignmentRow);
    if (assignment === undefined) {
      throw new AccessError('graph.not_found', 'The tenant has no settings for this role');
    }
    return toRolePolicy(assignment.policy.rules);
  }

  #foreign(role: RoleAtScope): AccessError {
    return new AccessError(
      'graph.not_found',
      `Among ${this.surface} roles this is unknown: it is kept as ${role.surface}`,
    );
  }
}

function keyOf({ scopeId, roleDefinitionId }: PolicyPlace): string {
  return `${scopeId}|${roleDefinitionId}`.toLowerCase();
}

function held(
  { surface, roleDefinitionId, roleName, scope }: RoleAtScope,
  endsAt: Temporal.Instant | null,
  gives: HeldRole['gives'],
): HeldRole {
  return { surface, roleDefinitionId, roleName, scope, gives, endsAt };
}
