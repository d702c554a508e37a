import { randomUUID } from 'node:crypto';
import { type CardId, cardId, type RecipientId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CardDraft, CardRecord, Cards } from '../../ports/store.ts';
import { CARD_COLUMNS, type CardRow, cardOf, newNonce } from './card-rows.ts';
import { type NotingDatabase, type Statement, WITHOUT_WAITING } from './database.ts';
import { addDeliveryJob, addDeliveryJobs, CLAIM, JOB_PATIENCE } from './delivery-job.ts';
import { gather } from './gather.ts';

/** A nonce that no card will ever offer: what the old buttons carry is void. */
const VOID_NONCE = `'void-' || gen_random_uuid()`;

/**
 * Puts the cards of the CTE `card` into the outbox. Parameters: $1 now, $2 when to look again, $3 who reserves them (or null)
 * and $4 until when. A row that is being sent keeps its claim and stays due for the newer version; an instant that Teams
 * asked to wait for, or that the limits demand, is kept.
 */
function queue(filter: string, revive: boolean, due = '$1'): string {
  const inFlight = 'o.sending is not null and o.claimed_until > $1::timestamptz';
  const isEarly = '(o.not_before > $1::timestamptz) is true';
  const isPutOff = `o.state = 'due' and o.reason is not null and o.due_at > $1::timestamptz`;
  return `
    queued as (
      insert into pimlico.outbox as o (card_id, recipient, due_at, look_at, claimed_by, claimed_until)
      select id, recipient, ${due}, $2, $3, $4 from card where ${filter}
      on conflict (card_id) do update set
        state = 'due',
        due_at = case when o.state = 'due' and o.reason is not null
          then greatest(o.due_at, excluded.due_at) else excluded.due_at end,
        attempts = case when o.state = 'dead' then 0 else o.attempts end,
        look_at = case when ${inFlight} then o.look_at when ${isEarly} then o.not_before
          when ${isPutOff} then o.due_at else excluded.look_at end,
        claimed_by = case when ${inFlight} then o.claimed_by when not ${isEarly} then excluded.claimed_by end,
        claimed_until = case when ${inFlight} then o.claimed_until when not ${isEarly} then excluded.claimed_until end,
        is_ambiguous = o.is_ambiguous or (o.sending is not null and not (${inFlight})),
        sending = case when ${inFlight} then o.sending end
      ${revive ? '' : `where o.state = 'due'`}
      returning card_id
    )`;
}

const postedCards = (drafts: string, due?: string): string => `
    with card as (
      insert into pimlico.cards as c
        (id, story, recipient, slot, notice, nonce, traceparent, version, created_at, updated_at)
      ${drafts}
      on conflict (story, recipient, slot) do update set
        notice = excluded.notice, version = c.version + 1, nonce = excluded.nonce, is_nonce_spent = false,
        traceparent = excluded.traceparent, spent_verb = null, is_retired = false, is_withdrawn = false, updated_at = excluded.updated_at
      returning id, story, recipient, slot
    ), ${queue('true', true, due)}`;
const postText = (select: string): string => `
    ${postedCards('values ($5, $6, $7, $8, $9, $10, $11, 1, $1, $1)')}
    select ${select}, case when $3::text is null then (${addDeliveryJob('card_id')}).id end as job from queued`;
const POST: Statement = {
  name: 'cards.post',
  text: postText('card_id as id'),
  // A card that is reserved here is claimed before it is sent, and the claim waits for the disk.
  alone: {
    name: 'cards.post-alone',
    text: postText(`card_id as id, case when $3::text is not null then ${WITHOUT_WAITING} end as waited`),
  },
};
const postManyText = (ctes: string, select: string, due?: string): string => `
    ${postedCards(
      `
      select id, story, recipient, slot, notice::jsonb, nonce, traceparent, 1, $1::timestamptz, $1::timestamptz
      from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
        as draft (id, story, recipient, slot, notice, nonce, traceparent)`,
      due,
    )}${ctes}
    select card.id, story, card.recipient, slot, ${select} from queued join card on card.id = card_id`;
/** Only for cards that are reserved here, as those of {@link POST} alone: the claim waits for the disk. */
const POST_RESERVED: Statement = {
  name: 'cards.post-reserved',
  text: postManyText('', `${WITHOUT_WAITING} as waited`),
};
const POST_FOR_JOBS: Statement = {
  name: 'cards.post-for-jobs',
  text: postManyText(`, jobs as (${addDeliveryJobs('queued')})`, '(select count(*) from jobs) as jobs'),
};
/** Without a job: whoever changes them queues one, or the promoter when the time is over. */
const POST_HELD: Statement = {
  name: 'cards.post-held',
  text: postManyText('', 'null as jobs', '$2::timestamptz'),
};
const REVISE = {
  name: 'cards.revise',
  text: `
    with card as (
      update pimlico.cards set notice = $8, version = version + 1, nonce = $9, is_nonce_spent = false,
        spent_verb = null, traceparent = $10, updated_at = $1
      where story = $5 and recipient = $6 and slot = $7 and not is_withdrawn
      returning id, recipient
    ), ${queue('true', true)}
    select card_id as id, (${addDeliveryJob('card_id')}).id as job from queued`,
};
const REDRAW = {
  name: 'cards.redraw',
  text: `
    with card as (
      update pimlico.cards set version = version + 1, updated_at = $1,
        nonce = case when is_retired then nonce else $6 end,
        is_nonce_spent = is_nonce_spent and is_retired,
        spent_verb = case when is_retired then spent_verb end
      where id = $5 and activity_id is not null and not is_withdrawn
      returning id, recipient
    ), ${queue('true', true)}
    select card_id as id, (${addDeliveryJob('card_id')}).id as job from queued`,
};
const RETIRE = {
  name: 'cards.retire',
  text: `
    with card as (
      update pimlico.cards set is_retired = true, version = version + 1, nonce = ${VOID_NONCE}, traceparent = $8,
        updated_at = $1
      where story = $5 and recipient = any($6::text[]) and not is_retired and not is_withdrawn and id <> all($7::text[])
      returning id, recipient, activity_id
    ), ${queue('true', false)}, job as (select (${addDeliveryJob('card_id')}).id from queued)
    select id, (select count(*) from job) as jobs from card`,
};
// What was never sent is simply not sent. A message on its way is removed when its id is known.
const WITHDRAW = {
  name: 'cards.withdraw',
  text: `
    with card as (
      update pimlico.cards set is_withdrawn = true, version = version + 1, nonce = ${VOID_NONCE}, traceparent = $6,
        updated_at = $1
      where id = $5 and not is_withdrawn
      returning id, recipient, activity_id
    ), unsent as (
      delete from pimlico.outbox using card
      where card_id = card.id and card.activity_id is null
        and (sending is null or claimed_until <= $1::timestamptz)
    ), ${queue('activity_id is not null', true)}
    select (${addDeliveryJob('card_id')}).id from queued`,
};
const VOID_OFFERS = {
  name: 'cards.void-offers',
  text: `
    update pimlico.cards set nonce = replace(gen_random_uuid()::text, '-', '')
    where not is_retired and not is_withdrawn and not is_nonce_spent`,
};
// What may have arrived is kept: it has to lose its buttons.
const DROP_UNSENT = {
  name: 'cards.drop-unsent',
  text: `
    with card as (
      update pimlico.cards c set is_withdrawn = true, version = version + 1, nonce = ${VOID_NONCE}, updated_at = $1
      from pimlico.outbox o
      where o.card_id = c.id and o.state = 'due' and o.sending is null and not o.is_ambiguous
        and c.activity_id is null and (c.is_retired or c.notice ->> 'card' = 'approval-decided')
      returning c.id
    ), dropped as (delete from pimlico.outbox o using card where o.card_id = card.id)
    select count(*)::integer as dropped from card`,
};
const FIND = {
  name: 'cards.find',
  text: `select ${CARD_COLUMNS} from pimlico.cards where id = $1 and not is_withdrawn`,
};
const FIND_OF = {
  name: 'cards.find-of',
  text: `
    select ${CARD_COLUMNS} from pimlico.cards
    where story = $1 and recipient = $2 and slot = $3 and not is_withdrawn`,
};
const FIND_IN_STORY = {
  name: 'cards.find-in-story',
  text: `
    select ${CARD_COLUMNS} from pimlico.cards where story = $1 and (slot = $2 or starts_with(slot, $2 || ':')) and not is_withdrawn
    order by created_at, id`,
};
const FIND_INFORMED = {
  name: 'cards.find-informed',
  text: `
    select ${CARD_COLUMNS} from pimlico.cards where story = $1 and notice -> 'background' is not null and not is_withdrawn
    order by created_at desc, id limit 1`,
};
const FIND_BY_NONCE = {
  name: 'cards.find-by-nonce',
  text: `select ${CARD_COLUMNS} from pimlico.cards where nonce = $1 and not is_withdrawn`,
};
const NOTE_SECOND_STEP = {
  name: 'cards.note-second-step',
  text: 'update pimlico.cards set second_step_at = $2 where id = $1',
};
const LIST_IN_SECOND_STEP = {
  name: 'cards.list-in-second-step',
  text: 'select id from pimlico.cards where story = $1 and second_step_at > $2',
};
const FIND_LIVE = {
  name: 'cards.find-live',
  text: `
    select ${CARD_COLUMNS} from pimlico.cards
    where story = $1 and recipient = $2 and (slot = $3 or starts_with(slot, $3 || ':')) and not is_withdrawn and not is_retired
    order by created_at desc, id limit 1`,
};
const SPEND_NONCE = {
  name: 'cards.spend-nonce',
  text: `
    update pimlico.cards set is_nonce_spent = true, spent_verb = $3
    where id = $1 and nonce = $2 and not is_nonce_spent returning id`,
};

const slotOf = ({ slot, notice }: Omit<CardDraft, 'delivery'>): string => slot ?? notice.card;

interface PostedRow {
  readonly id: string;
  readonly story: string;
  readonly recipient: string;
  readonly slot: string;
}

const keyOf = ({ story, recipient, slot }: Omit<PostedRow, 'id'>): string => JSON.stringify([story, recipient, slot]);

function idOf(id: string | undefined): CardId {
  if (id === undefined) {
    throw new AccessError('internal.unexpected', 'A posted card left no outbox row');
  }
  return cardId(id);
}

type RetireArguments = readonly [story: string, recipients: readonly RecipientId[], keep: readonly CardId[]];

function idsOf(rows: readonly { readonly id: string }[]): readonly CardId[] {
  return rows.map(({ id }) => cardId(id));
}

interface CardSettings {
  readonly clock: Clock;
  readonly replica: string;
  /** The trace that goes on with what is written now. */
  trace(): string | null;
}

interface TracedDraft extends CardDraft {
  readonly traceparent: string | null;
}

function findingCards(
  database: NotingDatabase,
): Pick<Cards, 'find' | 'findOf' | 'findInStory' | 'findInformed' | 'findByNonce' | 'findLive'> {
  const read = async (statement: Statement, values: readonly unknown[]): Promise<readonly CardRecord[]> =>
    (await database.run<CardRow>(statement, values)).map(cardOf);
  const one = async (statement: Statement, values: readonly unknown[]): Promise<CardRecord | null> =>
    (await read(statement, values))[0] ?? null;
  return {
    find: (id) => one(FIND, [id]),
    findOf: (story, recipient, slot) => one(FIND_OF, [story, recipient, slot]),
    findInStory: (story, slot) => read(FIND_IN_STORY, [story, slot]),
    findInformed: (story) => one(FIND_INFORMED, [story]),
    findByNonce: (nonce) => one(FIND_BY_NONCE, [nonce]),
    findLive: (story, recipient, slot) => one(FIND_LIVE, [story, recipient, slot]),
  };
}

/** Keeps cards and their outbox rows in PostgreSQL; each write is one statement, with the job that delivers it. */
export function postgresCards(database: NotingDatabase, { clock, replica, trace }: CardSettings): Cards {
  const byJob = (wait = JOB_PATIENCE): readonly unknown[] => {
    const now = clock.now();
    return [now.toString(), now.add(wait).toString(), null, null];
  };
  const bySelf = (): readonly unknown[] => {
    const now = clock.now();
    const until = now.add(CLAIM).toString();
    return [now.toString(), until, replica, until];
  };
  const post = async (draft: TracedDraft): Promise<CardId> => {
    const [row] = await database.run<{ id: string }>(POST, [
      ...(draft.delivery === 'now' ? bySelf() : byJob()),
      randomUUID(),
      draft.story,
      draft.recipient,
      slotOf(draft),
      JSON.stringify(draft.notice),
      newNonce(),
      draft.traceparent,
    ]);
    return idOf(row?.id);
  };
  const postAll = async (
    statement: Statement,
    drafts: readonly Omit<TracedDraft, 'delivery'>[],
    by: readonly unknown[],
  ): Promise<readonly CardId[]> => {
    const rows = await database.run<PostedRow>(statement, [
      ...by,
      drafts.map(() => randomUUID()),
      drafts.map(({ story }) => story),
      drafts.map(({ recipient }) => recipient),
      drafts.map(slotOf),
      drafts.map(({ notice }) => JSON.stringify(notice)),
      drafts.map(newNonce),
      drafts.map(({ traceparent }) => traceparent),
    ]);
    const ids = new Map(rows.map(({ id, ...key }) => [keyOf(key), id]));
    return drafts.map((draft) => idOf(ids.get(keyOf({ ...draft, slot: slotOf(draft) }))));
  };
  const retire = async (...[story, recipients, keep]: RetireArguments): Promise<readonly CardId[]> =>
    idsOf(await database.run(RETIRE, [...byJob(), story, [...recipients], [...keep], trace()]));
  const postGathered = database.isEachAlone
    ? gather({ alone: post, together: (drafts) => postAll(POST_RESERVED, drafts, bySelf()) })
    : post;
  return {
    post(draft) {
      const traced = { ...draft, traceparent: trace() };
      return draft.delivery === 'now' ? postGathered(traced) : post(traced);
    },
    postMany: async (drafts, hold) => {
      const traceparent = trace();
      const traced = drafts.map((draft) => ({ ...draft, traceparent }));
      if (traced.length === 0) {
        return [];
      }
      return hold === undefined
        ? await postAll(POST_FOR_JOBS, traced, byJob())
        : await postAll(POST_HELD, traced, byJob(hold.heldFor));
    },
    async revise(story, recipient, slot, notice) {
      const values = [...byJob(), story, recipient, slot, JSON.stringify(notice), newNonce(), trace()];
      const [row] = await database.run<{ id: string }>(REVISE, values);
      return row === undefined ? null : cardId(row.id);
    },
    async redraw(id) {
      const [row] = await database.run<{ id: string }>(REDRAW, [...byJob(), id, newNonce()]);
      return row === undefined ? null : cardId(row.id);
    },
    retire: (story, recipient, keep = []) => retire(story, [recipient], keep),
    retireOf: (story, recipients) => retire(story, recipients, []),
    async withdraw(id) {
      await database.run(WITHDRAW, [...byJob(), id, trace()]);
    },
    async voidOffers() {
      await database.run(VOID_OFFERS, []);
    },
    async dropUnsent() {
      const [row] = await database.run<{ dropped: number }>(DROP_UNSENT, [clock.now().toString()]);
      return row?.dropped ?? 0;
    },
    ...findingCards(database),
    async noteSecondStep(id) {
      await database.run(NOTE_SECOND_STEP, [id, clock.now().toString()]);
    },
    async listInSecondStep(story, since) {
      return new Set(idsOf(await database.run(LIST_IN_SECOND_STEP, [story, since.toString()])));
    },
    async spendNonce(id, nonce, verb) {
      return (await database.run(SPEND_NONCE, [id, nonce, verb])).length === 1;
    },
  };
}
