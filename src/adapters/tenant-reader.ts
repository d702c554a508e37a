import type { HeldRole, Principal } from '../domain/administration.ts';
import type { ActiveAssignment, RoleAtScope, Surface } from '../domain/assignment.ts';
import { type PrincipalId, principalId } from '../domain/ids.ts';
import type { ApproverPerson, ApproverReference, Person, RolePolicy } from '../domain/policy.ts';
import type { HeldSettings } from '../domain/role-settings.ts';
import { AccessError, asAccessError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { TenantRequest } from '../ports/role-management.ts';
import type { GroupGives, RequestKey, SurfaceReader, TenantReader } from '../ports/tenant-reader.ts';
import { ClockCache } from './graph/clock-cache.ts';
import type { People } from './graph/people.ts';

export interface TenantReaderParts {
  readonly people: People;
  /** One for each part of PIM that is read. */
  readonly readers: readonly SurfaceReader[];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
}

/** Makes one reader out of those of the parts of PIM: what is asked about a role goes to the one that reads its part. */
export function createTenantReader(parts: TenantReaderParts): TenantReader {
  return new PartedTenantReader(parts);
}

class PartedTenantReader implements TenantReader {
  readonly #people: People;
  readonly #readers: readonly SurfaceReader[];
  readonly #log: Pick<Log, 'warn'>;
  readonly #held: ClockCache<GroupGives>;

  constructor({ people, readers, clock, log }: TenantReaderParts) {
    this.#people = people;
    this.#readers = readers;
    this.#log = log;
    this.#held = new ClockCache(clock, { minutes: 5 });
  }

  async readPolicy(role: RoleAtScope): Promise<RolePolicy> {
    return await this.#readerOf(role).readPolicy(role);
  }

  async readSettings(role: RoleAtScope): Promise<HeldSettings> {
    return await this.#readerOf(role).readSettings(role);
  }

  forget(role: RoleAtScope): void {
    this.#readerOf(role).forget(role);
  }

  async readRoleActions(role: RoleAtScope): Promise<readonly string[]> {
    return await this.#readerOf(role).readRoleActions(role);
  }

  async findActive(id: PrincipalId, role: RoleAtScope): Promise<ActiveAssignment | null> {
    return await this.#readerOf(role).findActive(id, role);
  }

  async listActive(id: PrincipalId, surface: Surface): Promise<readonly ActiveAssignment[]> {
    return await this.#readerOf({ surface }).listActive(id);
  }

  async findRequest(id: PrincipalId, role: RoleAtScope, by: RequestKey): Promise<TenantRequest | null> {
    return await this.#readerOf(role).findRequest(id, role, by);
  }

  async expandApprovers(
    approvers: readonly ApproverReference[],
    how?: { readonly isFresh: boolean },
  ): Promise<readonly ApproverPerson[]> {
    return await this.#people.expandApprovers(approvers, how);
  }

  async findPerson(idOrSignInName: string): Promise<Person | null> {
    return await this.#people.findPerson(idOrSignInName);
  }

  async listMembers(group: string): Promise<readonly Person[]> {
    return await this.#people.listMembers(group);
  }

  async listEligible(role: RoleAtScope): Promise<readonly Principal[]> {
    return await this.#readerOf(role).listEligible(role);
  }

  async listEligiblePeople(role: RoleAtScope): Promise<readonly Person[]> {
    const people = await this.#people.expandApprovers((await this.listEligible(role)).flatMap(toReference));
    return people.flatMap(({ id, name, userPrincipalName, isEnabled }) =>
      isEnabled ? [{ id, name, userPrincipalName }] : [],
    );
  }

  async listHeldByGroup(groupId: string): Promise<GroupGives> {
    return await this.#held.get(groupId.toLowerCase(), () => this.#listHeldByGroup(groupId));
  }

  /** A part that the reader may not see is named; when none can be seen, that is no empty list. */
  async #listHeldByGroup(groupId: string): Promise<GroupGives> {
    // Membership of a group gives no membership of another here: that part never refuses, and would hide that all others do.
    const readers = this.#readers.filter(({ surface }) => surface !== 'group');
    const answers = await Promise.all(readers.map((reader) => this.#heldOn(reader, groupId)));
    const refusals = answers.filter((answer) => answer instanceof AccessError);
    if (refusals.length > 0 && refusals.length === answers.length) {
      throw refusals[0];
    }
    return {
      roles: answers.flatMap((answer) => (answer instanceof AccessError ? [] : answer)),
      unread: readers.flatMap(({ surface }, index) => (answers[index] instanceof AccessError ? [surface] : [])),
    };
  }

  async #heldOn(reader: SurfaceReader, groupId: string): Promise<readonly HeldRole[] | AccessError> {
    try {
      return await reader.listHeldByGroup(groupId);
    } catch (thrown) {
      const error = asAccessError(thrown);
      if (error.code !== 'graph.forbidden' && error.code !== 'graph.not_found') {
        throw error;
      }
      this.#log.warn('reader.part_unread', { surface: reader.surface, code: error.code, groupId });
      return error;
    }
  }

  #readerOf({ surface }: Pick<RoleAtScope, 'surface'>): SurfaceReader {
    const reader = this.#readers.find((one) => one.surface === surface);
    if (reader === undefined) {
      throw new AccessError('graph.not_found', `Nobody reads ${surface} roles`);
    }
    return reader;
  }
}

/** What is neither a person nor a group activates nothing. */
function toReference({ id, kind, name }: Principal): readonly ApproverReference[] {
  switch (kind) {
    case 'user':
      return [{ kind: 'person', id: principalId(id), name }];
    case 'group':
      return [{ kind: 'group', id, name }];
    default:
      return [];
  }
}
