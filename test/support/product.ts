import { randomUUID } from 'node:crypto';
import { createTurnHandlers } from '../../bot/handlers.ts';
import { createPageFlow } from '../../bot/page-flow.ts';
import type { PageFlow, PageResult } from '../../bot/pages/flow.ts';
import { createRenderer, createSummary } from '../../bot/rendering.ts';
import type { PressAnswer } from '../../bot/turns.ts';
import { createPostgresStore } from '../../src/adapters/postgres/store.ts';
import {
  type CardId,
  type ConversationId,
  conversationId,
  type PrincipalId,
  type RecipientId,
} from '../../src/domain/ids.ts';
import type { CardName, Notice, Verb } from '../../src/domain/notice.ts';
import { NO_RUNBOOKS } from '../../src/domain/runbook.ts';
import type { MemberFound } from '../../src/ports/channel-members.ts';
import type { DueTimer } from '../../src/ports/jobs.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { CardRecord, TimerKind } from '../../src/ports/store.ts';
import { noTelemetry } from '../../src/ports/telemetry.ts';
import { EVERYDAY_TASKS } from '../../src/roles/tasks/task.ts';
import { EligibilityShelf } from '../../src/use-cases/eligibility-shelf.ts';
import { fireTimer } from '../../src/use-cases/fire-timer.ts';
import { RoleSurfaces } from '../../src/use-cases/role-surfaces.ts';
import type { Services } from '../../src/use-cases/services.ts';
import { ServedPeople } from '../../src/use-cases/serving/served-people.ts';
import { FakeAccessProbe } from './fakes/access-probe.ts';
import { createFakeClock, type FakeClock } from './fakes/clock.ts';
import { FakeOnCall } from './fakes/on-call.ts';
import { FakeRoleCatalogue } from './fakes/role-catalogue.ts';
import { FakeRoleDefinitions } from './fakes/role-definitions.ts';
import type { SeededHandle } from './fakes/seeded-people.ts';
import { aSeededTenant, type SeededTenant } from './fakes/seeded-tenant.ts';
import { FakeSignInPage, FakeSignIns } from './fakes/sign-ins.ts';
import { FakeTenantFeed } from './fakes/tenant-feed.ts';
import { type FreshDatabase, freshDatabase } from './postgres.ts';
import { SERVING_ALL } from './rulebooks.ts';

const EVERYBODY: readonly SeededHandle[] = [
  'engineer',
  'contractor',
  'approver',
  'approver2',
  'oncall',
  'oncall2',
  'admin',
  'newcomer',
];

/** The product without Teams and without Microsoft: real database, fake tenant, a clock that the test moves. */
export interface Product {
  readonly services: Services;
  readonly clock: FakeClock;
  readonly seeded: SeededTenant;
  readonly signIns: FakeSignIns;
  readonly page: FakeSignInPage;
  readonly feed: FakeTenantFeed;
  readonly catalogue: FakeRoleCatalogue;
  readonly probe: FakeAccessProbe;
  readonly definitions: { readonly azure: FakeRoleDefinitions; readonly directory: FakeRoleDefinitions };
  /** Knows no source until a test puts people on call. */
  readonly onCall: FakeOnCall;
  /** Who is in every channel; a test puts people there. */
  readonly channelMembers: Map<PrincipalId, MemberFound>;
  readonly database: FreshDatabase;
  /** Cards handed to delivery, in order. */
  readonly delivered: readonly CardId[];
  /** In the person's own chat, or `where`. */
  says(handle: SeededHandle, text: string, where?: ConversationId): Promise<readonly Notice[]>;
  presses(
    handle: SeededHandle,
    card: CardRecord,
    verb: Verb,
    inputs?: Readonly<Record<string, string>>,
  ): Promise<Pressed>;
  /** The same, but not in the person's own chat, or by the client itself. */
  pressesIn(handle: SeededHandle, card: CardRecord, verb: Verb, how: PressedHow): Promise<Pressed>;
  /** The bot's own sign-in pages; what goes on behind them is done when a call answers. */
  readonly pages: PageFlow;
  /** Opens the link of the newest sign-in card a person holds and signs in, as the page is told to behave. */
  signsIn(handle: SeededHandle, link?: string): Promise<PageResult>;
  /** The live card of that name a person holds. */
  card(handle: SeededHandle, name: CardName): Promise<CardRecord>;
  cards(handle: SeededHandle): Promise<readonly CardRecord[]>;
  /** What stands in a conversation that several people read. */
  cardsIn(where: ConversationId): Promise<readonly CardRecord[]>;
  /** Lets time pass, firing every timer at its instant. */
  passes(duration: string): Promise<void>;
  /** Names of the timers that wait. */
  waiting(): Promise<readonly TimerKind[]>;
  audit(): Promise<readonly string[]>;
}

export interface PressedHow {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Not in the person's own chat. */
  readonly where?: ConversationId;
  /** The client asked by itself. */
  readonly isAutomatic?: boolean;
}

export interface Pressed {
  readonly answer: PressAnswer;
  readonly notices: readonly Notice[];
}

let shared: Promise<FreshDatabase> | null = null;

/** One database for all products of a run, emptied in between: cloning one for each test would cost more than the tests. */
async function emptyDatabase(): Promise<FreshDatabase> {
  shared ??= freshDatabase();
  const database = await shared;
  await database.empty();
  return database;
}

/** A product with an empty database, everybody signed in. */
export async function aProduct(
  rules: Partial<
    Pick<
      Services,
      | 'approverRule'
      | 'approverWaves'
      | 'installer'
      | 'isFourEyesOn'
      | 'pausedOutside'
      | 'rules'
      | 'tasks'
      | 'runbooks'
      | 'roleFiles'
      | 'definitions'
      | 'alarmWebhook'
      | 'log'
    >
  > = {},
): Promise<Product> {
  const database = await emptyDatabase();
  const clock = createFakeClock('2026-11-23T09:00:00Z');
  const signIns = new FakeSignIns(clock);
  const page = new FakeSignInPage(signIns);
  const seeded = aSeededTenant(clock, signIns);
  const roles = new RoleSurfaces(seeded.tenant.parts, seeded.tenant.administration);
  const store = createPostgresStore({ pool: database.pool, clock, replica: 'test' });
  const delivered: CardId[] = [];
  const channelMembers = new Map<PrincipalId, MemberFound>();
  const feed = new FakeTenantFeed(clock);
  const catalogue = new FakeRoleCatalogue(clock, seeded.scopes);
  const probe = new FakeAccessProbe();
  const { roles: known } = await catalogue.current();
  const definitions = {
    azure: new FakeRoleDefinitions('azure', known),
    directory: new FakeRoleDefinitions('directory', known),
  };
  const onCall = new FakeOnCall();
  const inForce = rules.rules ?? { current: () => SERVING_ALL };
  const services: Services = {
    clock,
    store,
    roles,
    reader: seeded.tenant.reader,
    directory: seeded.tenant.directory,
    feed,
    catalogue,
    tasks: EVERYDAY_TASKS,
    probe,
    definitions: [definitions.directory, definitions.azure],
    reconcileEvery: Temporal.Duration.from({ minutes: 1 }),
    signIns,
    page,
    approverRule: { context: null, roles: 'access-changing' },
    servedPeople: new ServedPeople({ clock, reader: seeded.tenant.reader, rules: inForce, log: silentLog }),
    approverWaves: { size: 8, pause: Temporal.Duration.from({ minutes: 10 }) },
    runbooks: { current: () => NO_RUNBOOKS },
    roleFiles: null,
    onCall,
    alarmWebhook: null,
    installer: null,
    isFourEyesOn: false,
    pausedOutside: null,
    delivery: {
      deliver: async (cards) => {
        delivered.push(...cards);
      },
    },
    channelMembers: { find: async (_, person) => channelMembers.get(person) ?? null },
    summarize: createSummary(createRenderer(clock, () => null)),
    eligibility: new EligibilityShelf(clock, roles),
    telemetry: noTelemetry,
    log: { error: () => undefined, warn: () => undefined, info: () => undefined },
    newId: () => randomUUID(),
    ...rules,
    rules: inForce,
  };
  for (const handle of EVERYBODY) {
    const id = seeded.idOf(handle);
    const person = await seeded.tenant.reader.findPerson(id);
    await store.now.people.save({
      id,
      name: person?.name ?? handle,
      teamsUserId: `29:${handle}`,
      timeZone: 'Europe/Madrid',
      locale: 'en-GB',
      reminderMinutes: null,
      signedOutAt: null,
    });
    signIns.signIn(id);
  }
  return build({
    services,
    clock,
    seeded,
    signIns,
    page,
    database,
    delivered,
    feed,
    catalogue,
    probe,
    definitions,
    onCall,
    channelMembers,
  });
}

type Parts = Pick<
  Product,
  | 'services'
  | 'clock'
  | 'seeded'
  | 'signIns'
  | 'page'
  | 'database'
  | 'delivered'
  | 'feed'
  | 'catalogue'
  | 'probe'
  | 'definitions'
  | 'onCall'
  | 'channelMembers'
>;

/** The newest link among a person's cards. */
function linkOf(cards: readonly CardRecord[]): string {
  const ids = cards.flatMap(({ notice }) =>
    notice.card === 'step-up' || notice.card === 'sign-in' ? (notice.pageSignInId ?? []) : [],
  );
  const newest = ids.at(-1);
  if (newest === undefined) {
    throw new Error('there is no link');
  }
  return newest;
}

/** A person's own chat. */
const here = (handle: SeededHandle) => conversationId(`a:${handle}`);

function build(parts: Parts): Product {
  const { services, clock, seeded, database } = parts;
  const handlers = createTurnHandlers(services);
  const { now } = services.store;
  const personOf = async (handle: SeededHandle) => {
    const person = await now.people.find(seeded.idOf(handle));
    if (person === null) {
      throw new Error(`${handle} is unknown`);
    }
    return person;
  };
  const noticesOf = async (cards: readonly CardId[]): Promise<readonly Notice[]> => {
    const found = await Promise.all(cards.map((card) => now.cards.find(card)));
    return found.flatMap((card) => (card === null ? [] : [card.notice]));
  };
  const cardsOf = async (owner: RecipientId): Promise<readonly CardRecord[]> => {
    const { rows } = await database.pool.query<{ id: CardId }>(
      'select id from pimlico.cards where recipient = $1 and not is_withdrawn order by created_at, id',
      [owner],
    );
    const found = await Promise.all(rows.map(({ id }) => now.cards.find(id)));
    return found.flatMap((card) => (card === null ? [] : [card]));
  };
  const cards = (handle: SeededHandle) => cardsOf(seeded.idOf(handle));
  const fireDue = async (): Promise<boolean> => {
    const { rows } = await database.pool.query<{ kind: TimerKind; subject: string; due_at: unknown; attempt: number }>(
      'delete from pimlico.timers where due_at <= $1 returning kind, subject, due_at::text as due_at, attempt',
      [clock.now().toString()],
    );
    for (const row of rows) {
      const timer = { ...row, dueAt: clock.now() } as unknown as DueTimer;
      await fireTimer(services, timer);
    }
    return rows.length > 0;
  };
  const nextDue = async (): Promise<Temporal.Instant | null> => {
    const { rows } = await database.pool.query<{ ms: string | null }>(
      'select extract(epoch from min(due_at)) * 1000 as ms from pimlico.timers',
    );
    const ms = rows[0]?.ms ?? null;
    return ms === null ? null : Temporal.Instant.fromEpochMilliseconds(Math.ceil(Number(ms)));
  };
  const underWay = new Set<Promise<unknown>>();
  const background = {
    run: (work: () => Promise<unknown>) => void underWay.add(work()),
    size: () => underWay.size,
    drain: async () => true,
  };
  const flow = createPageFlow({ services, handlers, background });
  const pages: PageFlow = {
    ...flow,
    finish: async (callback) => {
      const result = await flow.finish(callback);
      await Promise.all(underWay);
      return result;
    },
  };
  const pressesIn: Product['pressesIn'] = async (handle, card, verb, how) => {
    const { inputs = {}, where = here(handle), isAutomatic = false } = how;
    const data = { s: card.story, c: card.slot, v: card.version, n: card.nonce, ...inputs };
    const person = await personOf(handle);
    const turn = { turnId: randomUUID(), person, conversationId: where };
    const answer = await handlers.press({ ...turn, verb, data, isAutomatic, hasAssertion: true });
    return { answer, notices: answer.kind === 'done' ? await noticesOf(answer.cards) : [] };
  };
  return {
    ...parts,
    cards,
    cardsIn: cardsOf,
    pages,
    async signsIn(handle, link) {
      const id = link ?? linkOf(await cards(handle));
      const state = `${id}-${randomUUID()}`;
      const started = await pages.start(id, { state, nonce: 'nonce', codeChallenge: 'challenge' });
      if (started.kind !== 'go') {
        return started;
      }
      return await pages.finish({ state, code: randomUUID(), error: null, nonce: 'nonce', codeVerifier: 'verifier' });
    },
    async says(handle, text, where) {
      const person = await personOf(handle);
      const turn = { turnId: randomUUID(), person, conversationId: where ?? here(handle), text };
      return await noticesOf((await handlers.sentence(turn)).cards);
    },
    presses: (handle, card, verb, inputs = {}) => pressesIn(handle, card, verb, { inputs }),
    pressesIn,
    async card(handle, name) {
      const live = (await cards(handle)).filter((card) => card.notice.card === name && !card.isRetired);
      const newest = live.at(-1);
      if (newest === undefined) {
        throw new Error(`${handle} holds no live ${name}`);
      }
      return newest;
    },
    async passes(duration) {
      const target = clock.now().add(Temporal.Duration.from(duration));
      for (;;) {
        const due = await nextDue();
        if (due === null || Temporal.Instant.compare(due, target) > 0) {
          break;
        }
        if (Temporal.Instant.compare(due, clock.now()) > 0) {
          clock.set(due.toString());
        }
        await fireDue();
      }
      clock.set(target.toString());
    },
    async waiting() {
      const { rows } = await database.pool.query<{ kind: TimerKind }>('select kind from pimlico.timers order by kind');
      return rows.map((row) => row.kind);
    },
    async audit() {
      const { rows } = await database.pool.query<{ event: string }>(
        'select event from pimlico.audit order by position',
      );
      return rows.map((row) => row.event);
    },
  };
}
