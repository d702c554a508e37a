import type { ConversationId, PrincipalId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Inbox } from '../../ports/store.ts';
import { type Database, type Statement, WITHOUT_WAITING } from './database.ts';

/** After this a sentence without an effect is taken for interrupted: longer than a turn lasts. */
const RESUME_AFTER = Temporal.Duration.from({ seconds: 45 });

const acceptText = (select: string): string => `
    with noted as (
      insert into pimlico.inbox (turn_id, received_at, principal_id, conversation_id, text) values ($1, $2, $3, $4, $5)
      on conflict do nothing returning turn_id
    ), resumed as (
      insert into pimlico.timers (kind, subject, due_at) select 'turn.resume', turn_id, $6 from noted
    )
    select ${select} from noted`;
const ACCEPT: Statement = {
  name: 'inbox.accept',
  text: acceptText('turn_id'),
  // Nothing is done or shown about a sentence before a commit that waits for the disk.
  alone: { name: 'inbox.accept-alone', text: acceptText(`turn_id, ${WITHOUT_WAITING} as waited`) },
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

/** Remembers in PostgreSQL which sentences were received, and those not yet finished; the promoter forgets them after a day. */
export function postgresInbox(database: Database, clock: Clock): Inbox {
  return {
    async accept(turnId, { principalId, conversationId, text }) {
      const now = clock.now();
      const values = [turnId, now.toString(), principalId, conversationId, text, now.add(RESUME_AFTER).toString()];
      return (await database.run(ACCEPT, values)).length === 1;
    },
    async finish(turnId) {
      await database.run(FINISH, [turnId]);
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
