import { isGuid, type PrincipalId } from '../../domain/ids.ts';
import type { Person } from '../../domain/policy.ts';
import type { ServedPerson } from '../../domain/served.ts';
import { AccessError, asAccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Rules } from '../../ports/rulebook.ts';
import type { TenantReader } from '../../ports/tenant-reader.ts';

/** Who has just left a group may be served for that long. */
const KEPT = Temporal.Duration.from({ minutes: 5 });

export interface ServedPeopleOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly reader: Pick<TenantReader, 'findPerson' | 'listMembers'>;
  readonly rules: Rules;
  readonly log: Log;
}

interface Group {
  readonly readAt: Temporal.Instant;
  readonly members: Promise<ReadonlySet<string>>;
}

/**
 * Knows whom the rulebook in force serves. Groups are read as the reader, with what is inside them, and kept for five minutes.
 * While it cannot be read who is in one, nobody is served whom it is about.
 */
export class ServedPeople {
  readonly #options: ServedPeopleOptions;
  readonly #groups = new Map<string, Group>();

  constructor(options: ServedPeopleOptions) {
    this.#options = options;
  }

  /** Why a person is not served: serving.person_not_served, serving.people_unknown; null when they are. */
  async judge(id: PrincipalId): Promise<AccessError | null> {
    return await this.#unlessUnknown(async () => ((await this.#isLeftOut(id)) ? this.#notServed() : null));
  }

  /** The same for a group that is given something: everybody who is in it now must be served. */
  async judgeGroup(group: string): Promise<AccessError | null> {
    const { people, pilotGroup } = this.#served;
    if (people.deny.length === 0 && people.allow === null && pilotGroup === null) {
      return null;
    }
    return await this.#unlessUnknown(async () => {
      for (const member of await this.#options.reader.listMembers(group)) {
        if (await this.#isLeftOut(member.id, member)) {
          return this.#notServed();
        }
      }
      return null;
    });
  }

  /** The same for who only decides about others' requests: PIM names them, so that it is enough that nobody denied them. */
  async judgeApprover(id: PrincipalId): Promise<AccessError | null> {
    return await this.#unlessUnknown(async () =>
      (await this.#isAmong(this.#served.people.deny, id)) ? this.#notServed() : null,
    );
  }

  /** Those of these approvers whose yes is refused here. While it cannot be read who is denied, they are asked all the same. */
  async listDenied(people: readonly Person[]): Promise<ReadonlySet<PrincipalId>> {
    const denied = new Set<PrincipalId>();
    await this.#unlessUnknown(async () => {
      for (const person of people) {
        if (await this.#isAmong(this.#served.people.deny, person.id, person)) {
          denied.add(person.id);
        }
      }
      return null;
    });
    return denied;
  }

  /** Says in the log, at the start, when the pilot group serves nobody. */
  async lookAtPilotGroup(): Promise<void> {
    const { pilotGroup } = this.#served;
    if (pilotGroup === null) {
      return;
    }
    try {
      const { size: people } = await this.#membersOf(pilotGroup);
      if (people === 0) {
        this.#options.log.error('serving.pilot_group_empty', { group: pilotGroup });
      } else {
        this.#options.log.info('serving.pilot_group', { group: pilotGroup, people });
      }
    } catch (thrown) {
      const { code } = asAccessError(thrown);
      this.#options.log.error('serving.pilot_group_unknown', { group: pilotGroup, code });
    }
  }

  get #served() {
    return this.#options.rules.current().served;
  }

  #notServed(): AccessError {
    const { contact } = this.#served;
    return new AccessError('serving.person_not_served', 'not among the people who are served', {
      facts: contact === null ? {} : { contact },
    });
  }

  async #unlessUnknown(look: () => Promise<AccessError | null>): Promise<AccessError | null> {
    try {
      return await look();
    } catch (thrown) {
      const error = asAccessError(thrown);
      this.#options.log.error('serving.people_unknown', { code: error.code, problem: error.message });
      return new AccessError('serving.people_unknown', error.message, { cause: error });
    }
  }

  async #isLeftOut(id: PrincipalId, known?: Person): Promise<boolean> {
    const { people, pilotGroup } = this.#served;
    return (
      (await this.#isAmong(people.deny, id, known)) ||
      (pilotGroup !== null && !(await this.#isIn(pilotGroup, id))) ||
      (people.allow !== null && !(await this.#isAmong(people.allow, id, known)))
    );
  }

  async #isAmong(list: readonly ServedPerson[], id: PrincipalId, known?: Person): Promise<boolean> {
    const named = list.flatMap((one) => (one.kind === 'person' ? [one.person.toLowerCase()] : []));
    if (named.includes(id)) {
      return true;
    }
    if (named.some((one) => !isGuid(one))) {
      const person = known ?? (await this.#options.reader.findPerson(id));
      if (person === null) {
        throw new AccessError('directory.person_unknown', 'the tenant does not know who asks');
      }
      if (named.includes(person.userPrincipalName.toLowerCase())) {
        return true;
      }
    }
    for (const one of list) {
      if (one.kind === 'group' && (await this.#isIn(one.group, id))) {
        return true;
      }
    }
    return false;
  }

  async #isIn(group: string, id: PrincipalId): Promise<boolean> {
    return (await this.#membersOf(group)).has(id);
  }

  async #membersOf(group: string): Promise<ReadonlySet<string>> {
    const { clock, reader } = this.#options;
    const key = group.toLowerCase();
    const now = clock.now();
    const kept = this.#groups.get(key);
    if (kept !== undefined && Temporal.Instant.compare(kept.readAt.add(KEPT), now) > 0) {
      return await kept.members;
    }
    const members = reader.listMembers(group).then((people) => new Set(people.map((person) => String(person.id))));
    const entry = { readAt: now, members };
    this.#groups.set(key, entry);
    try {
      return await members;
    } catch (thrown) {
      if (this.#groups.get(key) === entry) {
        this.#groups.delete(key);
      }
      throw thrown;
    }
  }
}
