import type { ConversationId, PrincipalId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Inbox, ReceivedSentence } from '../../ports/store.ts';
import { type NotingDatabase, type Statement, WITHOUT_WAITING } from './database.ts';
import { gather } from './gather.ts';

/** After this a sentence without an effect is taken for interrupted: longer than a turn lasts. */
const RESUME_AFTER = Temporal.Duration.from({ seconds: 45 });

const acceptText = (select: string): string => `
    with noted as (
      insert into pimlico.inbox (turn_id, received_at, principal_id, conversation_id, text) values ($1, $2, $3, $4, $5)
      on conflict do nothing returning turn_id
    ), resumed as (
      insert into pimlico.timers (kind, subject, due_at, traceparent) select 'turn.resume', turn_id, $6, $7 from noted
    )
    select ${select} from noted`;
const ACCEPT: Statement = {
  name: 'inbox.accept',
  text: acceptText('turn_id'),
  // Nothing is done or shown about a sentence before a commit that waits for the disk.
  alone: { name: 'inbox.accept-alone', text: acceptText(`turn_id, ${WITHOUT_WAITING} as waited`) },
};
const ACCEPT_MANY: Statement = {
  name: 'inbox.accept-many',
  text: `
    with noted as (
      insert into pimlico.inbox (turn_id, received_at, principal_id, conversation_id, text)
      select turn_id, $5::timestamptz, principal_id, conversation_id, text
      from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as asked (turn_id, principal_id, conversation_id, text)
      on conflict do nothing returning turn_id
    ), resumed as (
      insert into pimlico.timers (kind, subject, due_at, traceparent)
      select distinct on (turn_id) 'turn.resume', turn_id, $6::timestamptz, traceparent from noted
      join unnest($1::text[], $7::text[]) as asked (turn_id, traceparent) using (turn_id)
    )
    select turn_id, ${WITHOUT_WAITING} as waited from noted`,
};
const finishText = (returning: string): string => `
    with finished as (delete from pimlico.timers where kind = 'turn.resume' and subject = $1)
    update pimlico.inbox set text = null where turn_id = $1 and text is not null ${returning}`;
const FINISH: Statement = {
  name: 'inbox.finish',
  text: finishText(''),
  // Undone, it is as if the turn had been interrupted just before.
  alone: { name: 'inbox.finish-alone', text: finishText(`returning ${WITHOUT_WAITING} as waited`) },
};
const FINISH_MANY: Statement = {
  name: 'inbox.finish-many',
  text: `
    with finished as (delete from pimlico.timers where kind = 'turn.resume' and subject = any($1::text[]))
    update pimlico.inbox set text = null where turn_id = any($1::text[]) and text is not null
    returning ${WITHOUT_WAITING} as waited`,
};
const HOLD = {
  name: 'inbox.hold',
  text: `update pimlico.timers set due_at = $2 where kind = 'turn.resume' and subject = any($1::text[])`,
};
const KEEP = {
  name: 'inbox.keep',
  text: `
    insert into pimlico.inbox as kept (turn_id, received_at, principal_id, conversation_id, text)
    values ($1, $2, $3, $4, $5)
    on conflict (turn_id) do update set text = excluded.text where kept.received_at >= $6
    returning turn_id`,
};
const FIND = {
  name: 'inbox.find-unfinished',
  text: `
    select principal_id, conversation_id, text, received_at from pimlico.inbox
    where turn_id = $1 and text is not null`,
};

interface UnfinishedRow {
  readonly principal_id: PrincipalId;
  readonly conversation_id: ConversationId;
  readonly text: string;
  readonly received_at: Temporal.Instant;
}

interface Received extends ReceivedSentence {
  readonly turnId: string;
  readonly traceparent: string | null;
}

interface InboxSettings {
  readonly clock: Clock;
  /** The trace that goes on when the sentence is taken up again. */
  trace(): string | null;
}

/** Remembers in PostgreSQL which sentences were received, and those not yet finished; the promoter forgets them after a day. */
export function postgresInbox(database: NotingDatabase, { clock, trace }: InboxSettings): Inbox {
  const accept = async ({ turnId, principalId, conversationId, text, traceparent }: Received): Promise<boolean> => {
    const now = clock.now();
    const values = [
      turnId,
      now.toString(),
      principalId,
      conversationId,
      text,
      now.add(RESUME_AFTER).toString(),
      traceparent,
    ];
    return (await database.run(ACCEPT, values)).length === 1;
  };
  const acceptMany = async (received: readonly Received[]): Promise<readonly boolean[]> => {
    const now = clock.now();
    const rows = await database.run<{ turn_id: string }>(ACCEPT_MANY, [
      received.map(({ turnId }) => turnId),
      received.map(({ principalId }) => principalId),
      received.map(({ conversationId }) => conversationId),
      received.map(({ text }) => text),
      now.toString(),
      now.add(RESUME_AFTER).toString(),
      received.map(({ traceparent }) => traceparent),
    ]);
    const noted = new Set(rows.map((row) => row.turn_id));
    // Of the same turn twice the first is new and the second is not.
    return received.map(({ turnId }) => noted.delete(turnId));
  };
  const finish = async (turnId: string): Promise<void> => {
    await database.note(FINISH, [turnId]);
  };
  const finishMany = async (turnIds: readonly string[]): Promise<readonly undefined[]> => {
    await database.run(FINISH_MANY, [turnIds]);
    return turnIds.map(() => undefined);
  };
  const isGathering = database.isEachAlone;
  const gathered = {
    accept: isGathering ? gather({ alone: accept, together: acceptMany }) : accept,
    finish: isGathering ? gather<string, void>({ alone: finish, together: finishMany }) : finish,
  };
  return {
    accept: (turnId, sentence) => gathered.accept({ ...sentence, turnId, traceparent: trace() }),
    finish: (turnId) => gathered.finish(turnId),
    async hold(turnIds) {
      await database.run(HOLD, [turnIds, clock.now().add(RESUME_AFTER).toString()]);
    },
    async keep(turnId, { principalId, conversationId, text }, receivedAfter) {
      const values = [turnId, clock.now().toString(), principalId, conversationId, text, receivedAfter.toString()];
      return (await database.run(KEEP, values)).length === 1;
    },
    async findUnfinished(turnId) {
      const [row] = await database.run<UnfinishedRow>(FIND, [turnId]);
      if (row === undefined) {
        return null;
      }
      const { principal_id, conversation_id, text, received_at } = row;
      return { principalId: principal_id, conversationId: conversation_id, text, receivedAt: received_at };
    },
  };
}
