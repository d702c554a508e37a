import type { ActiveAssignment, RoleAtScope } from '../../domain/assignment.ts';
import { isSameRole, roleKey } from '../../domain/assignment.ts';
import type { PrincipalId } from '../../domain/ids.ts';
import { isGuid, principalId } from '../../domain/ids.ts';
import type { ApproverReference, Person, RolePolicy } from '../../domain/policy.ts';
import type { ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TenantReader } from '../../ports/tenant-reader.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { ClockCache } from './clock-cache.ts';
import type { GraphSettings } from './graph-caller.ts';
import { GraphCaller } from './graph-caller.ts';
import { COLLECTIONS, quoted, withQuery } from './paths.ts';
import { toActive } from './request-mapping.ts';
import { readDefinedActions } from './role-actions.ts';
import { toRolePolicy } from './role-policy.ts';
import type { UserRow } from './wire.ts';
import { activeRow, policyAssignmentRow, userRow } from './wire.ts';

export interface GraphTenantReaderSettings extends GraphSettings {
  readonly clock: Pick<Clock, 'now'>;
  /** The reader's own tokens: application permissions, read only. */
  readonly tokens: BearerTokens;
}

const PERSON = { select: 'id,displayName,userPrincipalName,accountEnabled' };
const AT_A_TIME = 5;

/** Reads the tenant over Graph as the reader. */
export function createGraphTenantReader(settings: GraphTenantReaderSettings): TenantReader {
  return new GraphTenantReader(settings);
}

class GraphTenantReader implements TenantReader {
  readonly #graph: GraphCaller;
  readonly #tokens: BearerTokens;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #policies: ClockCache<RolePolicy>;
  readonly #actions: ClockCache<readonly string[]>;
  readonly #people: ClockCache<Person | null>;
  readonly #members: ClockCache<readonly Person[]>;

  constructor(settings: GraphTenantReaderSettings) {
    const { clock, tokens } = settings;
    this.#graph = new GraphCaller(settings);
    this.#tokens = tokens;
    this.#clock = clock;
    this.#policies = new ClockCache(clock, { minutes: 10 });
    this.#actions = new ClockCache(clock, { minutes: 10 });
    this.#people = new ClockCache(clock, { minutes: 60 });
    this.#members = new ClockCache(clock, { minutes: 5 });
  }

  async readPolicy(role: RoleAtScope): Promise<RolePolicy> {
    if (role.surface !== 'directory') {
      throw new AccessError('graph.not_found', `Directory roles only: ${role.surface} is another surface`);
    }
    // A directory role has one policy in the tenant, whatever the scope.
    const key = roleKey({ ...role, scope: { id: '/', name: '' } });
    return this.#policies.get(key, () => asReader(this.#readPolicy(role)));
  }

  async readRoleActions(role: RoleAtScope): Promise<readonly string[]> {
    if (role.surface !== 'directory' || !isGuid(role.roleDefinitionId)) {
      throw new AccessError('graph.not_found', `What ${role.surface} roles allow is not known here`);
    }
    // One definition in the tenant, whatever the scope.
    const id = role.roleDefinitionId.toLowerCase();
    return this.#actions.get(id, () => asReader(readDefinedActions(this.#graph, this.#tokens, id)));
  }

  async expandApprovers(approvers: readonly ApproverReference[]): Promise<readonly Person[]> {
    const found = new Map<PrincipalId, Person>();
    for (let at = 0; at < approvers.length; at += AT_A_TIME) {
      const expanded = await Promise.all(approvers.slice(at, at + AT_A_TIME).map((one) => this.#expand(one)));
      for (const person of expanded.flat()) {
        found.set(person.id, person);
      }
    }
    return [...found.values()];
  }

  async findPerson(id: PrincipalId): Promise<Person | null> {
    return isGuid(id) ? this.#people.get(id, () => asReader(this.#readPerson(id))) : null;
  }

  async findActive(id: PrincipalId, role: RoleAtScope): Promise<ActiveAssignment | null> {
    const filter = `principalId eq ${quoted(id)} and roleDefinitionId eq ${quoted(role.roleDefinitionId)}`;
    const path = withQuery(COLLECTIONS.active, { filter });
    const rows = await asReader(this.#graph.readAll(this.#tokens, path, activeRow));
    const running = toActive(id, rows, this.#clock.now()).find(
      (row) => row.assignmentType === 'activated' && isSameRole(row, role),
    );
    return running === undefined ? null : { ...running, roleName: role.roleName, scope: role.scope };
  }

  async #readPolicy(role: RoleAtScope): Promise<RolePolicy> {
    const filter = `scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq ${quoted(role.roleDefinitionId)}`;
    const path = withQuery('/policies/roleManagementPolicyAssignments', { filter, expand: 'policy($expand=rules)' });
    const [assignment] = await this.#graph.readAll(this.#tokens, path, policyAssignmentRow);
    if (assignment === undefined) {
      throw new AccessError('graph.not_found', 'The tenant has no settings for this role');
    }
    return toRolePolicy(assignment.policy.rules);
  }

  async #expand(approver: ApproverReference): Promise<readonly Person[]> {
    if (approver.kind === 'group') {
      return this.#members.get(approver.id, () => asReader(this.#readMembers(approver.id)));
    }
    const person = await this.findPerson(approver.id);
    return person === null ? [] : [person];
  }

  async #readPerson(id: PrincipalId): Promise<Person | null> {
    const path = withQuery(`/users/${encodeURIComponent(id)}`, PERSON);
    const row = await orNull(this.#graph.read(this.#tokens, { path }, userRow));
    return row === null ? null : toPerson(row);
  }

  /** Transitive, because PIM lets the members of nested groups decide as well. */
  async #readMembers(groupId: string): Promise<readonly Person[]> {
    const path = withQuery(`/groups/${encodeURIComponent(groupId)}/transitiveMembers`, { ...PERSON, top: '999' });
    const rows = await this.#graph.readAll(this.#tokens, path, userRow);
    return rows.flatMap((row) => (row['@odata.type'] === '#microsoft.graph.user' ? (toPerson(row) ?? []) : []));
  }
}

/** Null for an account that is disabled: nobody can sign in with it. */
function toPerson({ id, displayName, userPrincipalName, accountEnabled }: UserRow): Person | null {
  if (accountEnabled === false) {
    return null;
  }
  const address = userPrincipalName ?? '';
  return { id: principalId(id), name: displayName ?? (address === '' ? id : address), userPrincipalName: address };
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AccessError && error.code === 'graph.not_found') {
      return null;
    }
    throw error;
  }
}

/** What would be a person's to mend is the operator's here: the reader signs in nowhere and consents to nothing. */
const AS_READER: Partial<Record<ErrorCode, ErrorCode>> = {
  'identity.consent_missing': 'graph.forbidden',
  'identity.sign_in_required': 'graph.unauthorized',
  'identity.token_invalid': 'graph.unauthorized',
  'activation.step_up_required': 'graph.unauthorized',
};

async function asReader<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof AccessError ? AS_READER[error.code] : undefined;
    throw code === undefined ? error : new AccessError(code, `As the reader: ${(error as AccessError).message}`);
  }
}
