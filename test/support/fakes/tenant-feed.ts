import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { type PrincipalId, scheduleRequestId } from '../../../src/domain/ids.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type {
  AccountDeed,
  FeedPage,
  TenantEvent,
  TenantEventKind,
  TenantFeed,
} from '../../../src/ports/tenant-feed.ts';
import { aGuid } from './builders.ts';

/** What a test writes into the log; the rest is filled in. */
export interface ToldEvent {
  readonly kind: TenantEventKind;
  readonly principalId: PrincipalId;
  readonly role: RoleAtScope;
  readonly principalName?: string;
  readonly requestId?: string | null;
  readonly by?: TenantEvent['by'];
  readonly justification?: string | null;
  readonly at?: Temporal.Instant;
}

/** One thing that a test says somebody did, in whatever service. */
interface DoneOperation {
  readonly by: PrincipalId;
  readonly what: string;
  readonly target?: string | null;
  readonly at?: Temporal.Instant;
}

type ToldDeed = AccountDeed & { readonly account: PrincipalId };

/** The log in memory: rows are there at once, and in pages of `pageSize`. */
export class FakeTenantFeed implements TenantFeed {
  pageSize = 1_000;
  /** From which instants it was read, oldest first. */
  readonly asked: string[] = [];
  failure: AccessError | null = null;
  /** What each part of the log of accounts fails with. */
  accountFailures: Partial<Record<AccountDeed['kind'], AccessError>> = {};
  /** Of which accounts, and since when, something was asked. */
  readonly askedAccounts: string[] = [];
  readonly #events: TenantEvent[] = [];
  readonly #operations: { by: PrincipalId; at: Temporal.Instant; what: string; target: string | null }[] = [];
  readonly #deeds: ToldDeed[] = [];
  readonly #clock: Pick<Clock, 'now'>;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Adds a row, as of now unless it says when. */
  tell({ at, by, justification, principalName, requestId, ...event }: ToldEvent): void {
    this.#events.push({
      ...event,
      id: `PIM_${this.#events.length + 1}`,
      at: at ?? this.#clock.now(),
      principalName: principalName ?? 'Alex Wilber',
      requestId: requestId === null ? null : scheduleRequestId(requestId ?? aGuid()),
      by: by ?? null,
      justification: justification ?? null,
    });
  }

  /** Adds a deed of a person, as of now unless it says when. */
  addOperation({ by, what, target, at }: DoneOperation): void {
    this.#operations.push({ by, what, target: target ?? null, at: at ?? this.#clock.now() });
  }

  async listOperationsOf(
    person: PrincipalId,
    { from, until }: Parameters<TenantFeed['listOperationsOf']>[1],
  ): ReturnType<TenantFeed['listOperationsOf']> {
    if (this.failure !== null) {
      throw this.failure;
    }
    const rows = this.#operations
      .filter(({ by, at }) => by === person && isWithin(at, from, until))
      .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
    const operations = rows.slice(0, 50).map(({ at, what, target }) => ({ at, what, target }));
    return { operations, isWhole: rows.length <= 50 };
  }

  async read(since: Temporal.Instant): Promise<FeedPage> {
    this.asked.push(since.toString());
    if (this.failure !== null) {
      throw this.failure;
    }
    const rows = this.#events
      .filter(({ at }) => Temporal.Instant.compare(at, since) >= 0)
      .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
    const events = rows.slice(0, this.pageSize);
    return { events, newestAt: events.at(-1)?.at ?? null, isWhole: events.length === rows.length };
  }

  /** An account does something, as of now. */
  tellDeed(account: PrincipalId, deed: Partial<AccountDeed>): void {
    const id = `deed-${this.#deeds.length + 1}`;
    const at = this.#clock.now();
    const told =
      deed.kind === 'activity'
        ? { id, at, isSuccess: true, activity: 'Add member to role', ...deed }
        : { id, at, isSuccess: true, app: 'Azure Portal', address: null, ...deed, kind: 'sign-in' as const };
    this.#deeds.push({ ...told, account });
  }

  listActivities(account: PrincipalId, since: Temporal.Instant): Promise<readonly AccountDeed[]> {
    return this.#deedsOf('activity', account, since);
  }

  listSignIns(account: PrincipalId, since: Temporal.Instant): Promise<readonly AccountDeed[]> {
    return this.#deedsOf('sign-in', account, since);
  }

  async #deedsOf(
    wanted: AccountDeed['kind'],
    account: PrincipalId,
    since: Temporal.Instant,
  ): Promise<readonly AccountDeed[]> {
    this.askedAccounts.push(`${account} ${wanted} ${since}`);
    const failure = this.accountFailures[wanted];
    if (failure !== undefined) {
      throw failure;
    }
    const isMeant = (one: ToldDeed): boolean =>
      one.kind === wanted && one.account === account && Temporal.Instant.compare(one.at, since) >= 0;
    return this.#deeds.filter(isMeant).map(({ account: _, ...deed }) => deed);
  }
}

/** The reader has no right to read the log. */
export function forbiddenLog(): AccessError {
  return new AccessError('graph.forbidden', 'AuditLog.Read.All is not granted');
}

function isWithin(at: Temporal.Instant, from: Temporal.Instant, until: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, until) <= 0;
}
