import type { RoleAtScope, Scope, Surface } from '../../domain/assignment.ts';
import type { ErrorCode } from '../../errors.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  ActivationOrder,
  Actor,
  Decision,
  ExtensionOrder,
  RequestReference,
  RoleManagement,
  RoleManagementCapabilities,
  TenantRequest,
} from '../../ports/role-management.ts';
import { graphTokensOf } from '../identity/actor-tokens.ts';
import type { BearerTokens, TokenSource } from '../identity/token-source.ts';
import { isEnding, requireYes } from '../pim-errors/request-state.ts';
import { decideApproval } from './approvals.ts';
import { writeAll } from './batch.ts';
import { directoryPlane } from './directory-plane.ts';
import type { GraphSettings, GraphWrite } from './graph-caller.ts';
import { GraphCaller } from './graph-caller.ts';
import { withGroupNames } from './group-names.ts';
import { groupPlane } from './group-plane.ts';
import { ownPart, quoted, withQuery } from './paths.ts';
import type { Placed, Plane } from './plane.ts';
import { refusalsOfRepeats } from './repeats.ts';
import { activationBody, extensionBody, toActive, toEligible, toRequest } from './request-mapping.ts';
import { standingRefusal } from './standing.ts';
import { Turns } from './turns.ts';
import type { RequestRow, Rows } from './wire.ts';
import { outcomeRow, rowsOf } from './wire.ts';

export interface GraphRoleManagementSettings extends GraphSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly tokens: TokenSource;
}

const OPEN_WORDS = [
  'PendingApproval',
  'PendingApprovalProvisioning',
  'Granted',
  'ScheduleCreated',
  'PendingScheduleCreation',
];

/** Microsoft Entra roles over Graph, each call with the token of the person who acts. */
export function createGraphRoleManagement(settings: GraphRoleManagementSettings): RoleManagement {
  return new GraphRoleManagement(directoryPlane, settings);
}

/** PIM for Groups over Graph, each call with the token of the person who acts. */
export function createGroupRoleManagement(settings: GraphRoleManagementSettings): RoleManagement {
  return new GraphRoleManagement(groupPlane, settings);
}

class GraphRoleManagement implements RoleManagement {
  readonly surface: Surface;
  readonly capabilities: RoleManagementCapabilities;
  readonly #plane: Plane;
  readonly #rows: Rows;
  readonly #graph: GraphCaller;
  readonly #tokens: TokenSource;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #turns = new Turns();

  constructor(plane: Plane, settings: GraphRoleManagementSettings) {
    this.surface = plane.surface;
    this.capabilities = plane.capabilities;
    this.#plane = plane;
    this.#rows = rowsOf(plane);
    this.#graph = new GraphCaller(settings);
    this.#tokens = settings.tokens;
    this.#clock = settings.clock;
  }

  async listEligible(actor: Actor) {
    const path = this.#named(ownPart(this.#plane.collections.eligible, 'principal'));
    const rows = await this.#graph.readAll(this.#tokensOf(actor), path, this.#rows.eligible);
    return toEligible(actor.principalId, await this.#withNames(actor, rows));
  }

  async listActive(actor: Actor) {
    const path = this.#named(ownPart(this.#plane.collections.active, 'principal'));
    const rows = await this.#graph.readAll(this.#tokensOf(actor), path, this.#rows.active);
    return toActive(actor.principalId, await this.#withNames(actor, rows), this.#clock.now());
  }

  async listOpenRequests(actor: Actor) {
    const filter = OPEN_WORDS.map((status) => `status eq ${quoted(status)}`).join(' or ');
    const requests = await this.#activations(actor, 'principal', filter);
    return requests.filter(({ state }) => state === 'awaiting-approval' || state === 'scheduled');
  }

  async activate(actor: Actor, order: ActivationOrder): Promise<TenantRequest> {
    const [answer] = await this.activateAll(actor, [order]);
    if (answer === undefined || answer instanceof AccessError) {
      throw answer ?? new AccessError('internal.unexpected', 'An activation has no outcome');
    }
    return answer;
  }

  async activateAll(
    actor: Actor,
    orders: readonly ActivationOrder[],
  ): Promise<readonly (TenantRequest | AccessError)[]> {
    if (!this.#plane.isHarmedByRepeats) {
      return await this.#send(actor, orders);
    }
    // Two asks of one person must not both read before either is sent.
    return await this.#turns.run(actor.principalId, async () => {
      const refusals = await this.#refusalsOfRepeats(actor, orders);
      const allowed = orders.filter((_, index) => refusals[index] === null);
      const sent = (await this.#send(actor, allowed)).values();
      return refusals.map((refusal) => refusal ?? (sent.next().value as TenantRequest | AccessError));
    });
  }

  async validate(actor: Actor, order: ActivationOrder): Promise<void> {
    const [repeat] = this.#plane.isHarmedByRepeats ? await this.#refusalsOfRepeats(actor, [order]) : [];
    if (repeat) {
      throw repeat;
    }
    const { path, body } = this.#activationOf(actor, order);
    const question = { path, body: { ...body, isValidationOnly: true } };
    const { status } = await this.#graph.read(this.#tokensOf(actor), question, outcomeRow);
    requireYes(status);
  }

  async deactivate(actor: Actor, role: RoleAtScope): Promise<void> {
    const write = this.#graph.write(this.#tokensOf(actor), {
      method: 'POST',
      path: this.#plane.collections.requests,
      body: { action: 'selfDeactivate', principalId: actor.principalId, ...this.#bodyOf(role) },
      answer: outcomeRow,
    });
    const row = await write.catch(async (error: unknown) => {
      throw await this.#deactivationError(actor, role, error);
    });
    if (row !== null && !isEnding(row.status)) {
      throw new AccessError('graph.unexpected_answer', `The deactivation ended as ${row.status.slice(0, 40)}`);
    }
  }

  async cancel(actor: Actor, { id }: RequestReference): Promise<void> {
    const path = `${this.#plane.collections.requests}/${encodeURIComponent(id)}/cancel`;
    const write = this.#graph.write(this.#tokensOf(actor), { method: 'POST', path, answer: null });
    await renaming(write, { 'graph.not_found': 'activation.request_unknown' });
  }

  async findByMarker(actor: Actor, marker: string, role: RoleAtScope) {
    const requests = await this.#activations(actor, 'principal', this.#plane.filterOf(role));
    return requests.find((request) => request.marker === marker) ?? null;
  }

  async requestExtension(actor: Actor, order: ExtensionOrder): Promise<TenantRequest> {
    if (!this.capabilities.extendable.includes(order.kind)) {
      throw new AccessError('activation.extension_impossible', `There are no extensions of ${this.surface} roles`);
    }
    const { eligibleRequests, requests } = this.#plane.collections;
    const write = this.#graph.write(this.#tokensOf(actor), {
      method: 'POST',
      path: order.kind === 'eligible' ? eligibleRequests : requests,
      body: extensionBody(actor.principalId, this.#bodyOf(order.role), order),
      answer: this.#rows.request,
    });
    const row = await renaming(write, {
      'activation.not_active': 'assignment.not_found',
      'activation.not_eligible': 'assignment.not_found',
    });
    return this.#answered(row, order.role);
  }

  async findNarrowerScopes(): Promise<readonly Scope[]> {
    return [];
  }

  async listAwaitingDecision(actor: Actor) {
    return await this.#activations(actor, 'approver', `status eq 'PendingApproval'`);
  }

  async readAwaitingDecision(actor: Actor, { id }: RequestReference) {
    const found = await this.#activations(actor, 'approver', `status eq 'PendingApproval' and id eq ${quoted(id)}`);
    return found.find((request) => request.id === id) ?? null;
  }

  async decide(actor: Actor, { id }: RequestReference, decision: Decision): Promise<void> {
    await decideApproval(this.#graph, this.#tokensOf(actor), this.#plane.approvals, { id, decision });
  }

  /** Sends what may be sent, in one round trip; a single order goes without a batch around it. */
  async #send(actor: Actor, orders: readonly ActivationOrder[]): Promise<readonly (TenantRequest | AccessError)[]> {
    const writes = orders.map((order) => this.#writeOf(actor, order));
    const ready = writes.flatMap((write) => (write instanceof AccessError ? [] : [write]));
    const rows = (await this.#write(this.#tokensOf(actor), ready)).values();
    return orders.map((order, index) => {
      const refusal = writes[index];
      const row = refusal instanceof AccessError ? refusal : (rows.next().value ?? null);
      return row instanceof AccessError ? row : this.#activated(row, order);
    });
  }

  #writeOf(actor: Actor, order: ActivationOrder): GraphWrite<RequestRow> | AccessError {
    try {
      return { method: 'POST', ...this.#activationOf(actor, order), answer: this.#rows.request };
    } catch (error) {
      return asAccessError(error);
    }
  }

  /** What PIM is sent for an order, be it to do or only to judge. */
  #activationOf(actor: Actor, order: ActivationOrder) {
    return {
      path: this.#plane.collections.requests,
      body: activationBody(actor.principalId, this.#bodyOf(order.role), order),
    };
  }

  async #refusalsOfRepeats(actor: Actor, orders: readonly ActivationOrder[]): Promise<readonly (AccessError | null)[]> {
    const read = async (role: RoleAtScope) => await this.#ownRequestsFor(actor, role);
    return await refusalsOfRepeats(orders, read, this.#clock.now());
  }

  async #write(
    tokens: BearerTokens,
    writes: readonly GraphWrite<RequestRow>[],
  ): Promise<readonly (RequestRow | AccessError | null)[]> {
    const [only] = writes;
    if (only === undefined || writes.length > 1) {
      return await writeAll(this.#graph, tokens, writes);
    }
    return [await this.#graph.write(tokens, only).catch(asAccessError)];
  }

  #activated(row: RequestRow | null, order: ActivationOrder): TenantRequest | AccessError {
    try {
      const request = this.#answered(row, order.role);
      return { ...request, startsAt: request.startsAt ?? futureOf(order, this.#clock.now()) };
    } catch (error) {
      return asAccessError(error);
    }
  }

  #answered(row: RequestRow | null, role: RoleAtScope): TenantRequest {
    const request = row === null ? null : toRequest(row, this.#clock.now(), role);
    if (request === null) {
      throw new AccessError('activation.in_doubt', 'Graph accepted the request, but did not show it');
    }
    return request;
  }

  async #ownRequestsFor(actor: Actor, role: RoleAtScope): Promise<readonly RequestRow[]> {
    this.#bodyOf(role);
    const filter = this.#plane.filterOf(role);
    const path = withQuery(ownPart(this.#plane.collections.requests, 'principal'), { filter });
    return await this.#graph.readAll(this.#tokensOf(actor), path, this.#rows.request);
  }

  /** The second of two deactivations was seen to be answered with a bare BadRequest (pim-api §3.7): then nothing counts. */
  async #deactivationError(actor: Actor, role: RoleAtScope, error: unknown): Promise<unknown> {
    if (!(error instanceof AccessError) || error.facts.code !== 'BadRequest') {
      return error;
    }
    const rows = await this.#ownRequestsFor(actor, role);
    const isOver = standingRefusal(rows, role, this.#clock.now()) === null;
    return isOver ? new AccessError('activation.not_active', error.message) : error;
  }

  /** Administrators' requests about the person are in the same list: only what people asked for themselves counts. */
  async #activations(actor: Actor, as: 'principal' | 'approver', filter: string): Promise<readonly TenantRequest[]> {
    const path = this.#named(ownPart(this.#plane.collections.requests, as), { filter });
    const rows = await this.#graph.readAll(this.#tokensOf(actor), path, this.#rows.request);
    const asked = await this.#withNames(
      actor,
      rows.filter(({ action }) => action === 'selfactivate'),
    );
    const now = this.#clock.now();
    return asked.flatMap((row) => toRequest(row, now) ?? []);
  }

  #named(path: string, options: Readonly<Record<string, string>> = {}): string {
    return withQuery(path, { ...options, expand: this.#plane.names });
  }

  async #withNames<T extends Placed>(actor: Actor, rows: readonly T[]): Promise<readonly T[]> {
    return await withGroupNames(this.#graph, this.#tokensOf(actor), rows);
  }

  #bodyOf(role: RoleAtScope): Readonly<Record<string, string>> {
    const keys = this.#plane.bodyOf(role);
    if (keys === null) {
      throw new AccessError('graph.not_found', `This is no ${this.surface} role: it is kept as ${role.surface}`);
    }
    return keys;
  }

  #tokensOf(actor: Actor): BearerTokens {
    return graphTokensOf(this.#tokens, actor);
  }
}

/** While an approver must decide, PIM may leave the asked start out of its answer. */
function futureOf({ startsAt }: ActivationOrder, now: Temporal.Instant): Temporal.Instant | null {
  return startsAt !== null && Temporal.Instant.compare(startsAt, now) > 0 ? startsAt : null;
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
