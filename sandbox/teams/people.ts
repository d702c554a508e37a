import { createHash } from 'node:crypto';

import type { Tenant, User } from '../platform/types.ts';
import seed from '../seeds/teams.json' with { type: 'json' };
import type { Viewer } from './card-text.ts';

/** The two ways in which the connector says that somebody blocked the bot (teams-platform §4.3). */
export const BLOCKED_SHAPES = ['MessageWritesBlocked', 'ConversationBlockedByUser'] as const;
export type BlockedShape = (typeof BLOCKED_SHAPES)[number];

/** A person as a Teams user of this bot. */
export interface Person extends Viewer {
  /** Entra object id. */
  readonly id: string;
  readonly handle: string;
  readonly user: User;
  /** `29:…`, stable for this person and this bot. */
  readonly teamsId: string;
  /** `a:…`, the 1:1 chat with the bot. */
  readonly chatId: string;
  locale: string;
  timeZone: string;
  country: string;
  platform: string;
  /** Whether the app is installed in the personal scope. */
  installed: boolean;
  /** What the connector says when the bot writes to them although they blocked it; null while they do not. */
  blocked: BlockedShape | null;
  /** How many Teams clients answer a sign-in card, each with the same exchange. */
  clients: number;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly type: 'standard' | 'private' | 'shared';
  /** Of a private channel: some of the team; else everybody of it. */
  readonly members?: readonly string[];
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly aadGroupId: string;
  readonly channels: readonly Channel[];
}

type PersonSeed = Partial<typeof seed.defaults>;

function fingerprint(...parts: readonly string[]): string {
  return createHash('sha512').update(parts.join('|')).digest('base64url');
}

/** The tenant's people as Teams knows them, and the one team. Users added to the tenant later are found too. */
export class People {
  readonly botId: string;
  readonly botName = seed.bot.name;
  readonly tenantId: string;
  readonly team: Team = { ...seed.team, channels: seed.team.channels as Channel[] };
  /** Who sees the channels of the team, whose names and dates are rendered as for the first of them. */
  readonly channelViewer: Viewer = { locale: seed.defaults.locale, timeZone: seed.defaults.timeZone };
  /** A team that was deleted takes its channels along. */
  isTeamDeleted = false;
  readonly #tenant: Tenant;
  readonly #appId: string;
  readonly #byKey = new Map<string, Person>();
  readonly #members = new Set(seed.team.members);
  #known = 0;

  constructor(tenant: Tenant) {
    this.#tenant = tenant;
    this.#appId = tenant.apps.connector.clientId;
    this.botId = `28:${this.#appId}`;
    this.tenantId = tenant.id;
  }

  /** By handle, object id or `29:` id. */
  find(key: string): Person | null {
    return this.#byKey.get(key) ?? this.#byKey.get(key.toLowerCase()) ?? this.#enroll(key);
  }

  all(): readonly Person[] {
    this.#enroll('');
    return [...new Set(this.#byKey.values())];
  }

  members(): readonly Person[] {
    return [...this.#members].map((handle) => this.find(handle)).filter((person) => person !== null);
  }

  membersOf({ members }: Channel): readonly Person[] {
    return this.members().filter(({ handle }) => members === undefined || members.includes(handle));
  }

  isInChannel(person: Person, { members }: Channel): boolean {
    return this.isMember(person) && (members === undefined || members.includes(person.handle));
  }

  isMember(person: Person): boolean {
    return !this.isTeamDeleted && this.#members.has(person.handle);
  }

  #enroll(key: string): Person | null {
    if (this.#tenant.users.size !== this.#known) {
      for (const user of this.#tenant.users.values()) if (!this.#byKey.has(user.id)) this.#add(user);
      this.#known = this.#tenant.users.size;
    }
    return this.#byKey.get(key) ?? this.#byKey.get(key.toLowerCase()) ?? null;
  }

  #add(user: User): void {
    const people: Readonly<Record<string, PersonSeed>> = seed.people;
    const person: Person = {
      ...seed.defaults,
      ...people[user.handle],
      id: user.id,
      handle: user.handle,
      user,
      teamsId: `29:1${fingerprint('person', this.#appId, user.id).slice(0, 66)}`,
      chatId: `a:1${fingerprint('chat', this.#appId, user.id)}`,
      blocked: null,
      clients: 1,
    };
    for (const key of [user.id, user.handle, person.teamsId]) this.#byKey.set(key, person);
  }
}
