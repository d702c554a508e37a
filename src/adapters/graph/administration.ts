import type { AssignmentOrder, ListedAssignment } from '../../domain/administration.ts';
import type { RoleAtScope, Surface } from '../../domain/assignment.ts';
import type { HeldSettings, RoleSettings } from '../../domain/role-settings.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AssignmentQuery, RoleAdministration } from '../../ports/role-administration.ts';
import type { Actor, TenantRequest } from '../../ports/role-management.ts';
import { graphTokensOf } from '../identity/actor-tokens.ts';
import type { BearerTokens, TokenSource } from '../identity/token-source.ts';
import { readGraphSettings, writeGraphSettings } from '../role-settings/graph-settings.ts';
import { asChange } from './administration-errors.ts';
import type { AdministrationPlane } from './administration-planes.ts';
import { ADMINISTRATION_PLANES, heldRow, listPath, toListed } from './administration-planes.ts';
import type { RoleFinder } from './administration-roles.ts';
import { DirectoryRoleFinder, GroupRoleFinder } from './administration-roles.ts';
import type { GraphSettings } from './graph-caller.ts';
import { GraphCaller } from './graph-caller.ts';
import { toRequest } from './request-mapping.ts';
import { rowsOf } from './wire.ts';

export interface GraphAdministrationSettings extends GraphSettings {
  /** Which part of PIM: Entra roles or PIM for Groups. */
  readonly surface: 'directory' | 'group';
  readonly clock: Pick<Clock, 'now'>;
  readonly tokens: TokenSource;
}

const FINDERS = { directory: DirectoryRoleFinder, group: GroupRoleFinder } as const;

const ACTIONS: Readonly<Record<AssignmentOrder['action'], string>> = {
  assign: 'adminAssign',
  update: 'adminUpdate',
  extend: 'adminExtend',
  renew: 'adminRenew',
  remove: 'adminRemove',
};

/** What administrators see and change of Entra roles, or of PIM for Groups, over Graph. */
export function createGraphAdministration(settings: GraphAdministrationSettings): RoleAdministration {
  return new GraphAdministration(settings);
}

class GraphAdministration implements RoleAdministration {
  readonly surface: Surface;
  readonly #graph: GraphCaller;
  readonly #tokens: TokenSource;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #at: AdministrationPlane;
  readonly #finder: RoleFinder;

  constructor(settings: GraphAdministrationSettings) {
    const { clock, surface, tokens } = settings;
    this.surface = surface;
    this.#graph = new GraphCaller(settings);
    this.#tokens = tokens;
    this.#clock = clock;
    this.#at = ADMINISTRATION_PLANES[surface];
    this.#finder = new FINDERS[surface]({ graph: this.#graph, clock, tokensOf: (actor) => this.#tokensOf(actor) });
  }

  async findRoles(actor: Actor, words: string, scope: string | null): Promise<readonly RoleAtScope[]> {
    return await this.#finder.find(actor, words, scope);
  }

  async listAssignments(actor: Actor, query: AssignmentQuery): Promise<readonly ListedAssignment[]> {
    const known = 'role' in query ? this.#own(query.role) : null;
    const row = heldRow(this.#at.plane);
    const lists = (['eligible', 'active'] as const).map(async (kind) => {
      const rows = await this.#graph.readAll(this.#tokensOf(actor), listPath(this.#at, kind, query), row);
      const now = this.#clock.now();
      return rows.flatMap((one) => toListed(one, kind, { now, known }) ?? []);
    });
    return await this.#withGroupNames(actor, (await Promise.all(lists)).flat());
  }

  async change(actor: Actor, order: AssignmentOrder): Promise<TenantRequest> {
    const { plane } = this.#at;
    const keys = plane.bodyOf(order.role);
    if (keys === null) {
      throw notOurs(this.surface, order.role);
    }
    const { eligibleRequests, requests } = plane.collections;
    const write = this.#graph.write(this.#tokensOf(actor), {
      method: 'POST',
      path: order.kind === 'eligible' ? eligibleRequests : requests,
      body: changeBody(order, keys),
      answer: rowsOf(plane).request,
    });
    const row = await asChange(write, order.action !== 'assign');
    const request = row === null ? null : toRequest(row, this.#clock.now(), order.role);
    if (request === null) {
      throw new AccessError('activation.in_doubt', 'Graph accepted the change, but did not show it');
    }
    return request;
  }

  async readSettings(actor: Actor, role: RoleAtScope): Promise<HeldSettings> {
    return await readGraphSettings(this.#graph, this.#tokensOf(actor), this.#own(role));
  }

  async writeSettings(
    actor: Actor,
    role: RoleAtScope,
    change: { readonly from: RoleSettings; readonly to: RoleSettings },
  ): Promise<void> {
    await writeGraphSettings(this.#graph, this.#tokensOf(actor), this.#own(role), change);
  }

  /** Groups' names do not always come along (pim-api §3.1); one list is about one group, so that one more call has it. */
  async #withGroupNames(actor: Actor, rows: readonly ListedAssignment[]): Promise<readonly ListedAssignment[]> {
    const nameless = rows.find(({ roleName, scope }) => this.surface === 'group' && roleName === scope.id);
    if (nameless === undefined) {
      return rows;
    }
    const [named] = await this.#finder.find(actor, nameless.scope.id, null);
    return named === undefined ? rows : rows.map((row) => ({ ...row, roleName: named.roleName }));
  }

  #own(role: RoleAtScope): RoleAtScope {
    if (role.surface !== this.surface) {
      throw notOurs(this.surface, role);
    }
    return role;
  }

  #tokensOf(actor: Actor): BearerTokens {
    return graphTokensOf(this.#tokens, actor);
  }
}

function notOurs(surface: Surface, role: RoleAtScope): AccessError {
  return new AccessError('graph.not_found', `${surface} only: this is not such a role (${role.surface})`);
}

/** The body of an administrator's request (pim-api §2.6, §3.4). Without a start PIM takes its own time. */
function changeBody(
  { action, principal, justification, ticket, startsAt, endsAt }: AssignmentOrder,
  keys: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const common = { action: ACTIONS[action], principalId: principal.id, ...keys, justification };
  const ticketInfo = { ticketNumber: ticket, ticketSystem: ticket === null ? null : 'Pimlico' };
  if (action === 'remove') {
    return { ...common, ticketInfo };
  }
  const expiration =
    endsAt === null ? { type: 'noExpiration' } : { type: 'afterDateTime', endDateTime: endsAt.toString() };
  const scheduleInfo = startsAt === null ? { expiration } : { startDateTime: startsAt.toString(), expiration };
  return { ...common, ticketInfo, scheduleInfo };
}
