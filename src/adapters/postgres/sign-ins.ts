import { conversationId, principalId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PendingSignIns, SignInRecord } from '../../ports/store.ts';
import type { Database } from './database.ts';
import { selected } from './selected.ts';

interface SignInRow {
  readonly id: string;
  readonly principal_id: string;
  readonly conversation_id: string;
  readonly text: string;
  readonly created_at: Temporal.Instant;
  readonly traceparent: string | null;
}

const FRESH_FOR = Temporal.Duration.from({ hours: 1 });

const COLUMNS = selected<SignInRow>({
  id: true,
  principal_id: true,
  conversation_id: true,
  text: true,
  created_at: true,
  traceparent: true,
});
const INSERT = {
  name: 'sign-ins.insert',
  text: `
    insert into pimlico.sign_ins (id, principal_id, conversation_id, text, created_at, traceparent)
    values ($1, $2, $3, $4, $5, $6)`,
};
const FIND = { name: 'sign-ins.find', text: `select ${COLUMNS} from pimlico.sign_ins where id = $1` };
const TAKE = { name: 'sign-ins.take', text: `delete from pimlico.sign_ins where id = $1 returning ${COLUMNS}` };
const FIND_NEWEST = {
  name: 'sign-ins.find-newest',
  text: `
    select ${COLUMNS} from pimlico.sign_ins where principal_id = $1 and created_at >= $2
    order by created_at desc, id desc limit 1`,
};
const DROP_ALL = {
  name: 'sign-ins.drop-all',
  text: `delete from pimlico.sign_ins where principal_id = $1 returning ${COLUMNS}`,
};

function signInOf(row: SignInRow | undefined): SignInRecord | null {
  if (row === undefined) {
    return null;
  }
  return {
    id: row.id,
    principalId: principalId(row.principal_id),
    conversationId: conversationId(row.conversation_id),
    text: row.text,
    createdAt: row.created_at,
    ...(row.traceparent !== null && { trace: row.traceparent }),
  };
}

interface SignInSettings {
  readonly clock: Clock;
  /** The trace that goes on when the person has signed in. */
  trace(): string | null;
}

/** Keeps sentences that wait for a sign-in in PostgreSQL. */
export function postgresSignIns(database: Database, { clock, trace }: SignInSettings): PendingSignIns {
  return {
    async insert(record) {
      await database.run(INSERT, [
        record.id,
        record.principalId,
        record.conversationId,
        record.text,
        record.createdAt.toString(),
        trace(),
      ]);
    },
    async find(id) {
      return signInOf((await database.run<SignInRow>(FIND, [id]))[0]);
    },
    async take(id) {
      return signInOf((await database.run<SignInRow>(TAKE, [id]))[0]);
    },
    async findNewest(person) {
      const since = clock.now().subtract(FRESH_FOR).toString();
      return signInOf((await database.run<SignInRow>(FIND_NEWEST, [person, since]))[0]);
    },
    async dropAll(person) {
      return (await database.run<SignInRow>(DROP_ALL, [person])).map(({ id }) => id);
    },
  };
}
