import { FLOOR } from '../../domain/activation.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
import type { ScheduleRequestId } from '../../domain/ids.ts';
import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  ActivationOrder,
  Actor,
  Decision,
  RoleManagement,
  RoleManagementCapabilities,
  TenantRequest,
} from '../../ports/role-management.ts';
import type { BearerTokens, TokenSource } from '../identity/token-source.ts';
import { decideApproval } from './approvals.ts';
import type { GraphSettings } from './graph-caller.ts';
import { GraphCaller } from './graph-caller.ts';
import { COLLECTIONS, ownPart, quoted, withQuery } from './paths.ts';
import { activationBody, toActive, toEligible, toRequest } from './request-mapping.ts';
import { activeRow, eligibleRow, outcomeRow, requestRow } from './wire.ts';

export interface GraphRoleManagementSettings extends GraphSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly tokens: TokenSource;
}

const WITH_NAMES = { expand: 'roleDefinition,directoryScope' };
const OPEN_WORDS = [
  'PendingApproval',
  'PendingApprovalProvisioning',
  'Granted',
  'ScheduleCreated',
  'PendingScheduleCreation',
];
const ENDED = new Set(['revoked', 'pendingrevocation', 'provisioned', 'accepted', 'pendingevaluation']);

/** Microsoft Entra roles over Graph, each call with the token of the person who acts. */
export function createGraphRoleManagement(settings: GraphRoleManagementSettings): RoleManagement {
  return new GraphRoleManagement(settings);
}

class GraphRoleManagement implements RoleManagement {
  readonly capabilities: RoleManagementCapabilities = {
    earliestDeactivation: FLOOR,
    gapAfterEnd: Temporal.Duration.from({ seconds: 0 }),
    mustReadBeforeWrite: false,
  };
  readonly #graph: GraphCaller;
  readonly #tokens: TokenSource;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(settings: GraphRoleManagementSettings) {
    this.#graph = new GraphCaller(settings);
    this.#tokens = settings.tokens;
    this.#clock = settings.clock;
  }

  async listEligible(actor: Actor) {
    const path = withQuery(ownPart(COLLECTIONS.eligible, 'principal'), WITH_NAMES);
    return toEligible(actor.principalId, await this.#graph.readAll(this.#tokensOf(actor), path, eligibleRow));
  }

  async listActive(actor: Actor) {
    const path = withQuery(ownPart(COLLECTIONS.active, 'principal'), WITH_NAMES);
    const rows = await this.#graph.readAll(this.#tokensOf(actor), path, activeRow);
    return toActive(actor.principalId, rows, this.#clock.now());
  }

  async listOpenRequests(actor: Actor) {
    const filter = OPEN_WORDS.map((status) => `status eq ${quoted(status)}`).join(' or ');
    const requests = await this.#ownActivations(actor, { filter });
    return requests.filter(({ state }) => state === 'awaiting-approval' || state === 'scheduled');
  }

  async activate(actor: Actor, order: ActivationOrder): Promise<TenantRequest> {
    requireDirectory(order.role);
    const row = await this.#graph.write(this.#tokensOf(actor), {
      method: 'POST',
      path: COLLECTIONS.requests,
      body: activationBody(actor.principalId, order),
      answer: requestRow,
    });
    const request = row === null ? null : toRequest(row, this.#clock.now(), order.role);
    if (request === null) {
      throw new AccessError('activation.in_doubt', 'Graph accepted the activation, but did not show it');
    }
    return { ...request, startsAt: request.startsAt ?? futureOf(order, this.#clock.now()) };
  }

  async deactivate(actor: Actor, role: RoleAtScope): Promise<void> {
    requireDirectory(role);
    const row = await this.#graph.write(this.#tokensOf(actor), {
      method: 'POST',
      path: COLLECTIONS.requests,
      body: {
        action: 'selfDeactivate',
        principalId: actor.principalId,
        roleDefinitionId: role.roleDefinitionId,
        directoryScopeId: role.scope.id,
      },
      answer: outcomeRow,
    });
    if (row !== null && !ENDED.has(row.status)) {
      throw new AccessError('graph.unexpected_answer', `The deactivation ended as ${row.status.slice(0, 40)}`);
    }
  }

  async cancel(actor: Actor, id: ScheduleRequestId): Promise<void> {
    const path = `${COLLECTIONS.requests}/${encodeURIComponent(id)}/cancel`;
    const write = this.#graph.write(this.#tokensOf(actor), { method: 'POST', path, answer: null });
    await renaming(write, { 'graph.not_found': 'activation.request_unknown' });
  }

  async findByMarker(actor: Actor, marker: string) {
    return (await this.#ownActivations(actor, {})).find((request) => request.marker === marker) ?? null;
  }

  async listAwaitingDecision(actor: Actor) {
    return this.#awaiting(actor, `status eq 'PendingApproval'`);
  }

  async readAwaitingDecision(actor: Actor, id: ScheduleRequestId) {
    const found = await this.#awaiting(actor, `status eq 'PendingApproval' and id eq ${quoted(id)}`);
    return found.find((request) => request.id === id) ?? null;
  }

  async decide(actor: Actor, id: ScheduleRequestId, decision: Decision): Promise<void> {
    await decideApproval(this.#graph, this.#tokensOf(actor), id, decision);
  }

  async #awaiting(actor: Actor, filter: string): Promise<readonly TenantRequest[]> {
    const path = withQuery(ownPart(COLLECTIONS.requests, 'approver'), { filter, ...WITH_NAMES });
    return this.#activations(actor, path);
  }

  async #ownActivations(actor: Actor, options: Readonly<Record<string, string>>): Promise<readonly TenantRequest[]> {
    return this.#activations(
      actor,
      withQuery(ownPart(COLLECTIONS.requests, 'principal'), { ...options, ...WITH_NAMES }),
    );
  }

  /** Administrators' requests about the person are in the same list: only what people asked for themselves counts. */
  async #activations(actor: Actor, path: string): Promise<readonly TenantRequest[]> {
    const rows = await this.#graph.readAll(this.#tokensOf(actor), path, requestRow);
    const now = this.#clock.now();
    return rows.filter(({ action }) => action === 'selfactivate').flatMap((row) => toRequest(row, now) ?? []);
  }

  #tokensOf(actor: Actor): BearerTokens {
    return {
      token: () => this.#tokens.graphToken(actor),
      reject: (token) => this.#tokens.rejectGraphToken(actor, token),
    };
  }
}

/** While an approver must decide, PIM may leave the asked start out of its answer. */
function futureOf({ startsAt }: ActivationOrder, now: Temporal.Instant): Temporal.Instant | null {
  return startsAt !== null && Temporal.Instant.compare(startsAt, now) > 0 ? startsAt : null;
}

function requireDirectory({ surface }: RoleAtScope): void {
  if (surface !== 'directory') {
    throw new AccessError('graph.not_found', `Directory roles only: ${surface} is another surface`);
  }
}

/** Gives an error of ours the code it has in this place. */
async function renaming<T>(work: Promise<T>, names: Partial<Record<ErrorCode, ErrorCode>>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof AccessError ? names[error.code] : undefined;
    throw code === undefined ? error : new AccessError(code, (error as AccessError).message);
  }
}
