import { randomUUID } from 'node:crypto';
import { FLOOR } from '../../domain/activation.ts';
import type { RoleAtScope } from '../../domain/assignment.ts';
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
import { armTokensOf } from '../identity/actor-tokens.ts';
import type { ArmTokenSource, BearerTokens } from '../identity/token-source.ts';
import { isEnding, requireYes } from '../pim-errors/request-state.ts';
import { decideApproval, listForApprover } from './approvals.ts';
import type { ArmCaller, ArmRead, ArmSettings } from './arm-caller.ts';
import { createArmCaller } from './arm-caller.ts';
import { REQUEST_EXISTS } from './arm-errors.ts';
import { inTurns } from './in-turns.ts';
import { findScopesBelow } from './narrower-scopes.ts';
import { authorizationPath, COLLECTIONS, PIM_VERSION, ROOT } from './paths.ts';
import { renaming } from './renaming.ts';
import {
  activationBody,
  deactivationBody,
  extensionBody,
  isAbout,
  toActive,
  toEligible,
  toRequest,
} from './request-mapping.ts';
import { explainTooSoon, GAP } from './too-soon.ts';
import type { RequestRow } from './wire.ts';
import { activeRow, eligibleRow, outcomeRow, requestRow } from './wire.ts';

export interface ArmRoleManagementSettings extends ArmSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly tokens: ArmTokenSource;
}

/** Azure resource roles over Azure Resource Manager, each call with the token of the person who acts. */
export function createArmRoleManagement(settings: ArmRoleManagementSettings): RoleManagement {
  return new ArmRoleManagement(settings);
}

class ArmRoleManagement implements RoleManagement {
  readonly surface = 'azure';
  readonly capabilities: RoleManagementCapabilities = {
    earliestDeactivation: FLOOR,
    gapAfterEnd: GAP,
    listLag: Temporal.Duration.from({ minutes: 2 }),
    extendable: ['eligible', 'active'],
    canNarrow: true,
    givesMembership: false,
  };
  readonly #arm: ArmCaller;
  readonly #tokens: ArmTokenSource;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(settings: ArmRoleManagementSettings) {
    this.#arm = createArmCaller(settings);
    this.#tokens = settings.tokens;
    this.#clock = settings.clock;
  }

  async listEligible(actor: Actor) {
    const rows = await unlessNoAzure(this.#listOwn(actor, COLLECTIONS.eligible, 'asTarget()', eligibleRow));
    return toEligible(actor.principalId, rows, this.#clock.now());
  }

  async listActive(actor: Actor) {
    const rows = await unlessNoAzure(this.#listOwn(actor, COLLECTIONS.active, 'asTarget()', activeRow));
    return toActive(actor.principalId, rows, this.#clock.now());
  }

  async listOpenRequests(actor: Actor) {
    const requests = this.#activationsAmong(await unlessNoAzure(this.#ownRequests(actor)));
    return requests.filter(({ state }) => state === 'awaiting-approval' || state === 'scheduled');
  }

  async activate(actor: Actor, order: ActivationOrder): Promise<TenantRequest> {
    const { role, marker } = order;
    const write = this.#arm.write(this.#tokensOf(actor), {
      method: 'PUT',
      ...activationOf(actor, order, marker),
      schema: requestRow,
    });
    const row = await write.catch(async (error: unknown) => {
      // The name is ours alone: an answer was lost on the way, and the request is there.
      if (error instanceof AccessError && error.facts.code === REQUEST_EXISTS) {
        return await this.#readRequest(actor, marker, role);
      }
      throw await this.#explain(actor, role, error);
    });
    if (row === null || !isOwn(row, actor, role)) {
      throw new AccessError('activation.in_doubt', 'Azure took the activation, but did not show it');
    }
    const request = toRequest(row, this.#clock.now(), role);
    return { ...request, startsAt: request.startsAt ?? futureOf(order, this.#clock.now()) };
  }

  async activateAll(actor: Actor, orders: readonly ActivationOrder[]) {
    return inTurns(orders, (order) => this.activate(actor, order).catch(asAccessError));
  }

  /** Under a name of its own: the marker's request may be there already, and then its name is all that Azure would refuse. */
  async validate(actor: Actor, order: ActivationOrder): Promise<void> {
    const { path, ...rest } = activationOf(actor, order, randomUUID());
    const question = { path: `${path}/validate`, ...rest, schema: outcomeRow };
    const row = await this.#arm.read(this.#tokensOf(actor), question).catch(async (error: unknown) => {
      throw await this.#explain(actor, order.role, error);
    });
    requireYes(row.properties.status);
  }

  async deactivate(actor: Actor, role: RoleAtScope): Promise<void> {
    requireAzure(role);
    const write = this.#arm.write(this.#tokensOf(actor), {
      method: 'PUT',
      path: authorizationPath(role.scope.id, COLLECTIONS.requests, randomUUID()),
      apiVersion: PIM_VERSION,
      body: deactivationBody(actor.principalId, role),
      schema: outcomeRow,
    });
    const row = await write.catch(async (error: unknown) => {
      throw await this.#explain(actor, role, error);
    });
    const status = row?.properties.status ?? '';
    if (!isEnding(status)) {
      throw new AccessError('graph.unexpected_answer', `The deactivation ended as ${status.slice(0, 40)}`);
    }
  }

  async cancel(actor: Actor, { id, role }: RequestReference): Promise<void> {
    requireAzure(role);
    const isGone = (error: unknown) =>
      error instanceof AccessError && ['activation.request_unknown', 'graph.not_found'].includes(error.code);
    const cancelIn = (collection: string) =>
      this.#arm.write(this.#tokensOf(actor), {
        method: 'POST',
        path: `${authorizationPath(role.scope.id, collection, id)}/cancel`,
        apiVersion: PIM_VERSION,
        schema: null,
      });
    // A request to extend an eligible assignment has a collection of its own, and its id does not tell.
    const work = cancelIn(COLLECTIONS.requests).catch((error: unknown) => {
      if (!isGone(error)) {
        throw error;
      }
      return cancelIn(COLLECTIONS.eligibleRequests);
    });
    await renaming(work, { 'graph.not_found': 'activation.request_unknown' });
  }

  async findByMarker(actor: Actor, marker: string, role: RoleAtScope): Promise<TenantRequest | null> {
    const row = await this.#readRequest(actor, marker, role);
    return row !== null && isOwn(row, actor, role) ? toRequest(row, this.#clock.now(), role) : null;
  }

  async requestExtension(actor: Actor, order: ExtensionOrder): Promise<TenantRequest> {
    const { role, kind } = order;
    requireAzure(role);
    const collection = kind === 'active' ? COLLECTIONS.requests : COLLECTIONS.eligibleRequests;
    const write = this.#arm.write(this.#tokensOf(actor), {
      method: 'PUT',
      path: authorizationPath(role.scope.id, collection, randomUUID()),
      apiVersion: PIM_VERSION,
      body: extensionBody(actor.principalId, order),
      schema: requestRow,
    });
    const row = await renaming(write, {
      'activation.not_active': 'assignment.not_found',
      'activation.not_eligible': 'assignment.not_found',
    });
    if (row === null) {
      throw new AccessError('activation.in_doubt', 'Azure accepted the request, but did not show it');
    }
    return toRequest(row, this.#clock.now(), role);
  }

  async findNarrowerScopes(actor: Actor, eligible: RoleAtScope, words: string) {
    requireAzure(eligible);
    return findScopesBelow(this.#arm, this.#tokensOf(actor), eligible, words);
  }

  async listAwaitingDecision(actor: Actor) {
    const rows = await unlessNoAzure(listForApprover(this.#arm, this.#tokensOf(actor)));
    return this.#activationsAmong(rows.filter(({ properties }) => properties.status === 'pendingapproval'));
  }

  async readAwaitingDecision(actor: Actor, { id }: RequestReference) {
    const waiting = await this.listAwaitingDecision(actor);
    return waiting.find((request) => request.id.toLowerCase() === id.toLowerCase()) ?? null;
  }

  async decide(actor: Actor, { id }: RequestReference, decision: Decision): Promise<void> {
    await decideApproval(this.#arm, this.#tokensOf(actor), id, decision);
  }

  /**
   * One request by its name. Who did not make it is refused, also when it is not there: then the own list tells, or fails, since
   * "nothing happened" must be known and not guessed.
   */
  async #readRequest(actor: Actor, name: string, role: RoleAtScope): Promise<RequestRow | null> {
    requireAzure(role);
    try {
      return await this.#arm.read(this.#tokensOf(actor), {
        path: authorizationPath(role.scope.id, COLLECTIONS.requests, name),
        apiVersion: PIM_VERSION,
        schema: requestRow,
      });
    } catch (error) {
      const code = error instanceof AccessError ? error.code : null;
      if (code === 'graph.forbidden') {
        const own = await this.#ownRequests(actor);
        return own.find((row) => row.name.toLowerCase() === name.toLowerCase()) ?? null;
      }
      if (code === 'graph.not_found' || code === 'activation.request_unknown') {
        return null;
      }
      throw error;
    }
  }

  async #ownRequests(actor: Actor): Promise<readonly RequestRow[]> {
    return this.#listOwn(actor, COLLECTIONS.requests, 'asRequestor()', requestRow);
  }

  /** A list at the tenant's root, which shows all scopes in one call and needs no right (pim-api §4.3). */
  async #listOwn<T>(actor: Actor, collection: string, filter: string, schema: ArmRead<T>['schema']) {
    const path = authorizationPath(ROOT, collection);
    return this.#arm.readAll(this.#tokensOf(actor), {
      path,
      apiVersion: PIM_VERSION,
      query: { $filter: filter },
      schema,
    });
  }

  /** Deactivations and administrators' requests are in the same lists: only what people asked for themselves counts. */
  #activationsAmong(rows: readonly RequestRow[]): readonly TenantRequest[] {
    const now = this.#clock.now();
    return rows.filter(({ properties }) => properties.requestType === 'selfactivate').map((row) => toRequest(row, now));
  }

  /** What the person's own requests tell about a refusal; without them the refusal stands as it is. */
  async #explain(actor: Actor, role: RoleAtScope, error: unknown): Promise<unknown> {
    if (
      !(error instanceof AccessError) ||
      !['activation.not_active', 'activation.already_active'].includes(error.code)
    ) {
      return error;
    }
    const requests = await this.#ownRequests(actor).catch(() => null);
    return requests === null ? error : explainTooSoon(error, { role, requests, now: this.#clock.now() });
  }

  #tokensOf(actor: Actor): BearerTokens {
    return armTokensOf(this.#tokens, actor);
  }
}

/** What Azure is sent for an order, under this name, be it to do or only to judge. */
function activationOf({ principalId }: Actor, order: ActivationOrder, name: string) {
  requireAzure(order.role);
  return {
    path: authorizationPath(order.role.scope.id, COLLECTIONS.requests, name),
    apiVersion: PIM_VERSION,
    body: activationBody(principalId, order),
  };
}

/** Says whether the request is the person's own, for this role at this scope. */
function isOwn(row: RequestRow, { principalId }: Actor, role: RoleAtScope): boolean {
  return row.properties.principalId.toLowerCase() === principalId && isAbout(row, role);
}

const NO_AZURE = new Set(['NoRegisteredProviderFound', 'SubscriptionNotFound', 'TenantNotFound']);

/** A tenant without Azure has an empty list or a refusal here (pim-api §4.3). Any other failure is one. */
async function unlessNoAzure<T>(list: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await list;
  } catch (error) {
    const isNone =
      error instanceof AccessError &&
      (['graph.forbidden', 'graph.not_found'].includes(error.code) || NO_AZURE.has(error.facts.code ?? ''));
    if (isNone) {
      return [];
    }
    throw error;
  }
}

/** While an approver must decide, PIM leaves the asked start out of its answer. */
function futureOf({ startsAt }: ActivationOrder, now: Temporal.Instant): Temporal.Instant | null {
  return startsAt !== null && Temporal.Instant.compare(startsAt, now) > 0 ? startsAt : null;
}

function requireAzure({ surface }: RoleAtScope): void {
  if (surface !== 'azure') {
    throw new AccessError('graph.not_found', `Azure roles only: ${surface} is another surface`);
  }
}
