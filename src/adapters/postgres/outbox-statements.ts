import { type Statement, WITHOUT_WAITING } from './database.ts';
import { addDeliveryJob } from './delivery-job.ts';

/** The chat of a person, or the conversation that the message is for. */
const CHAT = `
      select * from (
        select * from pimlico.conversations where principal_id = taken.recipient and kind = 'personal'
        union all
        select * from pimlico.conversations where id = taken.recipient and kind <> 'personal'
      ) place limit 1`;

/**
 * Claims due rows. Parameters: $1 now, $2 replica, $3 end of the claim, $4 when to look again at rows that must wait,
 * $5 cards or null, $6 limit.
 *
 * A row that this replica reserved goes first; any other waits for the older ones of its person. The lane row of a person is
 * the lock: two claims that overlap meet there, whatever their snapshots saw. A claim that ran out while sending was cut
 * short, so its message may have arrived. A named row that must wait loses its reservation, and whoever frees the lane, or
 * the promoter, queues a job for it.
 */
export const CLAIM_DUE: Statement = {
  name: 'outbox.claim',
  text: `
    with wanted as (
      select o.card_id, o.recipient, o.position,
        (o.claimed_by = $2 and o.sending is null and o.claimed_until > $1) is true as is_reserved
      from pimlico.outbox o
      where o.state = 'due' and o.due_at <= $1 and ($5::text[] is null or o.card_id = any($5))
        and (o.not_before is null or o.not_before <= $1)
        and (o.claimed_by is null or o.claimed_until <= $1 or (o.claimed_by = $2 and o.sending is null))
        and not exists (select from pimlico.cards c where c.id = o.card_id and c.is_withdrawn and c.activity_id is null)
    ), picked as (
      select distinct on (w.recipient) w.card_id, w.recipient, w.position from wanted w
      where not exists (select from pimlico.lanes l where l.recipient = w.recipient and l.claimed_until > $1)
        and (w.is_reserved or not exists (
          select from pimlico.outbox older
          where older.recipient = w.recipient and older.state = 'due' and older.position < w.position
            and older.due_at <= $1 and (older.claimed_by is null or older.claimed_until <= $1)))
      order by w.recipient, w.position
    ), chosen as (
      select * from picked order by position limit $6
    ), lane as (
      insert into pimlico.lanes as l (recipient, card_id, claimed_by, claimed_until)
      select recipient, card_id, $2, $3 from chosen order by recipient
      on conflict (recipient) do update
        set card_id = excluded.card_id, claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
        where l.claimed_until <= $1
      returning card_id
    ), taken as (
      update pimlico.outbox o set claimed_by = $2, claimed_until = $3, look_at = $3,
        is_ambiguous = o.is_ambiguous or o.sending is not null,
        attempts = o.attempts + case when o.sending is null then 0 else 1 end,
        sending = case when c.is_withdrawn then 'delete' when c.activity_id is null then 'send' else 'update' end
      from lane, pimlico.cards c
      where o.card_id = lane.card_id and c.id = o.card_id and o.state = 'due'
        and (o.claimed_by is null or o.claimed_until <= $1 or (o.claimed_by = $2 and o.sending is null))
      returning o.card_id, o.position, o.recipient, o.sending, o.attempts, o.is_ambiguous, o.reason
    ), waiting as (
      update pimlico.outbox o set claimed_by = null, claimed_until = null, sending = null, look_at = $4,
        is_ambiguous = o.is_ambiguous or o.sending is not null
      from wanted w
      where $5::text[] is not null and o.card_id = w.card_id
        and (o.claimed_by is null or o.claimed_until <= $1 or (o.claimed_by = $2 and o.sending is null))
        and (
          exists (select from pimlico.lanes l where l.recipient = w.recipient and l.claimed_until > $1)
          -- The lane went to a claim that this snapshot does not see.
          or exists (select from chosen where chosen.recipient = w.recipient)
            and not exists (select from lane join chosen on chosen.card_id = lane.card_id
              where chosen.recipient = w.recipient)
        )
    )
    select lane.card_id as claimed, taken.sending as operation, taken.attempts, taken.is_ambiguous, taken.reason,
      to_json(c) as card, to_json(p) as person, to_json(chat) as conversation
    from lane
    left join taken on taken.card_id = lane.card_id
    left join pimlico.cards c on c.id = taken.card_id
    left join pimlico.people p on p.id = taken.recipient
    left join lateral (${CHAT}) chat on true
    order by taken.position`,
};

/**
 * Claims rows that this replica reserved and nobody else cares for, without the look at everything else that {@link CLAIM_DUE}
 * takes: what it does not give is for that one. Parameters: $1 now, $2 replica, $3 end of the claim, $4 cards. It waits for no
 * row but lanes, in the order of all claims.
 */
export const CLAIM_RESERVED: Statement = {
  name: 'outbox.claim-reserved',
  text: `
    with reserved as (
      select o.card_id, o.recipient, o.position from pimlico.outbox o
      where o.card_id = any($4::text[]) and o.state = 'due' and o.due_at <= $1
        and o.claimed_by = $2 and o.claimed_until > $1 and o.sending is null
        and (o.not_before is null or o.not_before <= $1)
      for update skip locked
    ), chosen as (
      select distinct on (r.recipient) r.card_id, r.recipient from reserved r
      join pimlico.cards c on c.id = r.card_id and not c.is_withdrawn
      where not exists (select from pimlico.lanes l where l.recipient = r.recipient and l.claimed_until > $1)
      order by r.recipient, r.position
    ), lane as (
      insert into pimlico.lanes as l (recipient, card_id, claimed_by, claimed_until)
      select recipient, card_id, $2, $3 from chosen order by recipient
      on conflict (recipient) do update
        set card_id = excluded.card_id, claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
        where l.claimed_until <= $1
      returning card_id
    ), taken as (
      update pimlico.outbox o set claimed_until = $3, look_at = $3,
        sending = case when c.activity_id is null then 'send' else 'update' end
      from lane, pimlico.cards c
      where o.card_id = lane.card_id and c.id = o.card_id
      returning o.card_id, o.recipient, o.sending, o.attempts, o.is_ambiguous, o.reason
    )
    select taken.card_id as claimed, taken.sending as operation, taken.attempts, taken.is_ambiguous, taken.reason,
      to_json(c) as card, to_json(p) as person, to_json(chat) as conversation
    from taken
    join pimlico.cards c on c.id = taken.card_id
    left join pimlico.people p on p.id = taken.recipient
    left join lateral (${CHAT}) chat on true`,
};

/** Gives lanes back that were taken for rows which turned out to be gone. */
export const FREE_LANES: Statement = {
  name: 'outbox.free-lanes',
  text: 'delete from pimlico.lanes where card_id = any($1::text[]) and claimed_by = $2',
};

/*
 * How an attempt ended. Parameters of all three: $1 card, $2 version, $3 replica, $4 now, $5 when to look again at rows that
 * get a job. Another replica that took over an expired claim keeps it; the activity id is noted in any case. When the lane is
 * free, the oldest row of this person that waits gets its job; one that somebody is changing is left to them, since they may
 * want this very card next.
 */
const FREE_LANE = `
  lane as (delete from pimlico.lanes where card_id = $1 and claimed_by = $3)`;

const NEXT_JOBS = `
  next as (
    update pimlico.outbox set look_at = $5
    where card_id = (
      select o.card_id from pimlico.outbox o join card on o.recipient = card.recipient
      where o.state = 'due' and o.due_at <= $4 and o.card_id <> $1 and (o.claimed_by is null or o.claimed_until <= $4)
        and (o.not_before is null or o.not_before <= $4)
      order by o.position limit 1
      for update of o skip locked)
    returning card_id
  )
  select (${addDeliveryJob('card_id')}).id as job
  from (select card_id from next union all select card_id from stays) as queued`;

const OURS = `o.card_id = $1 and o.claimed_by = $3 and o.sending is not null`;

export const SETTLE_DELIVERED: Statement = {
  name: 'outbox.settle-delivered',
  text: `
    with sent as (
      select o.sending from pimlico.outbox o where ${OURS}
    ), card as (
      update pimlico.cards c set
        activity_id = case when (select sending from sent) = 'delete' then null else $6 end,
        conversation_id = $7
      where c.id = $1 returning c.id, c.version, c.recipient, c.is_withdrawn, c.activity_id, ${WITHOUT_WAITING} as waited
    ), ${FREE_LANE}, done as (
      delete from pimlico.outbox o using card
      where o.card_id = card.id and (o.claimed_by is null or o.claimed_by = $3)
        and (card.version = $2 or (card.is_withdrawn and card.activity_id is null))
    ), stays as (
      update pimlico.outbox o set claimed_by = null, claimed_until = null, sending = null, look_at = $5,
        attempts = 0, is_ambiguous = false, reason = null, not_before = null, due_at = least(o.due_at, $4)
      from card where ${OURS} and card.version <> $2 and not (card.is_withdrawn and card.activity_id is null)
      returning o.card_id
    ), ${NEXT_JOBS}`,
};

/**
 * {@link SETTLE_DELIVERED} for several cards at once. Parameters: $1 cards, each once, $2 versions, $3 replica, $4 now, $5 when to
 * look again, $6 activities, $7 conversations. Holding locks on
 * many it waits for nobody who changes one: it fails for a card of its own, and leaves the next to whoever changes that.
 */
export const SETTLE_DELIVERED_MANY: Statement = {
  name: 'outbox.settle-delivered-many',
  text: `
    with asked as (
      select * from unnest($1::text[], $2::integer[], $6::text[], $7::text[])
        as asked (card_id, version, activity_id, conversation_id)
    ), locked as (
      select c.id from pimlico.cards c where c.id = any($1::text[]) order by c.id for update nowait
    ), sent as (
      select o.card_id, o.sending from pimlico.outbox o
      where o.card_id = any($1::text[]) and o.claimed_by = $3 and o.sending is not null
    ), card as (
      update pimlico.cards c set
        activity_id = case when (select sending from sent where sent.card_id = c.id) = 'delete'
          then null else asked.activity_id end,
        conversation_id = asked.conversation_id
      from asked join locked on locked.id = asked.card_id
      where c.id = asked.card_id
      returning c.id, c.version, c.recipient, c.is_withdrawn, c.activity_id, asked.version as settled_version,
        ${WITHOUT_WAITING} as waited
    ), lane as (
      delete from pimlico.lanes where card_id = any($1::text[]) and claimed_by = $3
    ), done as (
      delete from pimlico.outbox o using card
      where o.card_id = card.id and (o.claimed_by is null or o.claimed_by = $3)
        and (card.version = card.settled_version or (card.is_withdrawn and card.activity_id is null))
    ), stays as (
      update pimlico.outbox o set claimed_by = null, claimed_until = null, sending = null, look_at = $5,
        attempts = 0, is_ambiguous = false, reason = null, not_before = null, due_at = least(o.due_at, $4)
      from card
      where o.card_id = card.id and o.claimed_by = $3 and o.sending is not null
        and card.version <> card.settled_version and not (card.is_withdrawn and card.activity_id is null)
      returning o.card_id
    ), next as (
      update pimlico.outbox set look_at = $5
      where card_id in (
        select oldest.card_id from card cross join lateral (
          select o.card_id from pimlico.outbox o
          where o.recipient = card.recipient and o.state = 'due' and o.due_at <= $4 and o.card_id <> card.id
            and (o.claimed_by is null or o.claimed_until <= $4) and (o.not_before is null or o.not_before <= $4)
          order by o.position limit 1
          for update skip locked) oldest)
      returning card_id
    )
    select (${addDeliveryJob('card_id')}).id as job
    from (select card_id from next union all select card_id from stays) as queued`,
};

/**
 * Parameters besides: $6 when again, $7 ambiguous, $8 reason or null to keep it, $9 whether it keeps its place before newer ones,
 * $10 attempts that this counts for. A row that keeps its place stays due, so that newer ones wait for it.
 */
export const SETTLE_LATER: Statement = {
  name: 'outbox.settle-later',
  text: `
    with card as (
      select c.id, c.recipient, c.is_withdrawn, c.activity_id from pimlico.cards c where c.id = $1 for update
    ), ${FREE_LANE}, gone as (
      delete from pimlico.outbox o using card where ${OURS} and card.is_withdrawn and card.activity_id is null
        and $2::integer is not null
    ), waits as (
      update pimlico.outbox o set claimed_by = null, claimed_until = null, sending = null, look_at = $6,
        due_at = case when $9::boolean then o.due_at else $6 end,
        not_before = case when $9::boolean then $6::timestamptz end,
        attempts = o.attempts + $10, is_ambiguous = o.is_ambiguous or $7, reason = coalesce($8, o.reason)
      from card where ${OURS} and not (card.is_withdrawn and card.activity_id is null)
    ), stays as (
      select null::text as card_id where false
    ), ${NEXT_JOBS}`,
};

export const SETTLE_DEAD: Statement = {
  name: 'outbox.settle-dead',
  text: `
    with card as (
      select c.id, c.version, c.recipient, c.is_withdrawn, c.activity_id from pimlico.cards c where c.id = $1 for update
    ), ${FREE_LANE}, gone as (
      delete from pimlico.outbox o using card where ${OURS} and card.is_withdrawn and card.activity_id is null
    ), dead as (
      update pimlico.outbox o set claimed_by = null, claimed_until = null, sending = null, state = 'dead',
        attempts = o.attempts + 1, reason = $6, died_at = $4
      from card where ${OURS} and card.version = $2 and not (card.is_withdrawn and card.activity_id is null)
    ), stays as (
      update pimlico.outbox o set claimed_by = null, claimed_until = null, sending = null, look_at = $5,
        attempts = 0, reason = null, not_before = null
      from card where ${OURS} and card.version <> $2 and not (card.is_withdrawn and card.activity_id is null)
      returning o.card_id
    ), ${NEXT_JOBS}`,
};

/** Parameters: $1 card, $2 version, $3 nonce. */
export const RENEW: Statement = {
  name: 'outbox.renew',
  text: `
    update pimlico.cards set version = version + 1, nonce = $3, is_nonce_spent = false, spent_verb = null
    where id = $1 and version = $2 and not is_retired and not is_withdrawn
    returning *`,
};

/**
 * Parameters: $1 now, $2 recipient, $3 reasons, $4 when to look again. What must wait for Teams, or for its limits, still does.
 */
export const RESUME: Statement = {
  name: 'outbox.resume',
  text: `
    with resumed as (
      update pimlico.outbox o set state = 'due', due_at = $1, look_at = $4, died_at = null
      from pimlico.cards c
      where o.recipient = $2 and o.reason = any($3::text[]) and c.id = o.card_id
        and (not c.is_retired or c.activity_id is not null) and not c.is_withdrawn
        and (o.not_before is null or o.not_before <= $1)
        and (o.claimed_by is null or o.claimed_until <= $1)
      returning o.card_id
    )
    select (${addDeliveryJob('card_id')}).id as job from resumed`,
};
