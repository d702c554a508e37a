import type { PageSignIn } from '../../domain/page-sign-in.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PageSignIns } from '../../ports/store.ts';
import type { NotingDatabase, Statement } from './database.ts';
import { PAGE_SIGN_IN_COLUMNS, type PageSignInRow, pageSignInOf } from './page-sign-in-rows.ts';

const FORGET_AFTER = Temporal.Duration.from({ hours: 24 });

const INSERT = {
  name: 'page-sign-ins.insert',
  text: `
    with forgotten as (delete from pimlico.page_sign_ins where expires_at < $13)
    insert into pimlico.page_sign_ins (id, principal_id, app, claims, required_context, resources, keep, purpose, story,
      state, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
};
const FIND = {
  name: 'page-sign-ins.find',
  text: `select ${PAGE_SIGN_IN_COLUMNS} from pimlico.page_sign_ins where id = $1`,
};
const FIND_BY_STATE = {
  name: 'page-sign-ins.find-by-state',
  text: `select ${PAGE_SIGN_IN_COLUMNS} from pimlico.page_sign_ins where state_hash = $1`,
};
// One person has few: they go after a day. At most one can still succeed, and it may be as young as the one before it.
const LOCK_FOR_REQUEST = {
  name: 'page-sign-ins.lock-for-request',
  text: `
    select ${PAGE_SIGN_IN_COLUMNS} from pimlico.page_sign_ins where principal_id = $2 and purpose -> 'requestIds' ? $1
    order by state in ('offered', 'started', 'redeeming') desc, created_at desc, id desc limit 1 for update`,
};
const START = {
  name: 'page-sign-ins.start',
  text: `
    update pimlico.page_sign_ins set state = 'started', state_hash = $2
    where id = $1 and state = 'offered' and expires_at > $3 returning ${PAGE_SIGN_IN_COLUMNS}`,
};
// Whoever looked at the time before may have been slow: a code is not redeemed when the sign-in is over.
const CHANGE = {
  name: 'page-sign-ins.change',
  text: `
    update pimlico.page_sign_ins set state = $3
    where id = $1 and state = any($2::text[]) and ($3 <> 'redeeming' or expires_at > $4) returning ${PAGE_SIGN_IN_COLUMNS}`,
};
const END_ALL = {
  name: 'page-sign-ins.end-all',
  text: `
    with ended as (
      update pimlico.page_sign_ins set state = $2
      where principal_id = $1 and state in ('offered', 'started', 'redeeming') returning ${PAGE_SIGN_IN_COLUMNS}
    )
    select * from ended order by created_at, id`,
};

/** Keeps sign-ins on the bot's own page in PostgreSQL; every change is a comparison and a write in one statement. */
export function postgresPageSignIns(database: NotingDatabase, clock: Clock): PageSignIns {
  const one = async (statement: Statement, values: readonly unknown[]): Promise<PageSignIn | null> => {
    const [row] = await database.run<PageSignInRow>(statement, values);
    return row === undefined ? null : pageSignInOf(row);
  };
  return {
    insert: (signIn) =>
      database.note(INSERT, [
        signIn.id,
        signIn.principalId,
        signIn.app,
        signIn.claims,
        signIn.requiredContext,
        signIn.resources,
        signIn.keep,
        JSON.stringify(signIn.purpose),
        signIn.story,
        signIn.state,
        signIn.createdAt.toString(),
        signIn.expiresAt.toString(),
        clock.now().subtract(FORGET_AFTER).toString(),
      ]),
    find: (id) => one(FIND, [id]),
    start: (id, stateHash) => one(START, [id, stateHash, clock.now().toString()]),
    lockForRequest: (id, requester) => one(LOCK_FOR_REQUEST, [id, requester]),
    findByState: (stateHash) => one(FIND_BY_STATE, [stateHash]),
    change: (id, from, to) => one(CHANGE, [id, [...from], to, clock.now().toString()]),
    async endAll(person, to) {
      return (await database.run<PageSignInRow>(END_ALL, [person, to])).map(pageSignInOf);
    },
  };
}
