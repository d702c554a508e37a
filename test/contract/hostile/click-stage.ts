import assert from 'node:assert/strict';
import { createTurnHandlers } from '../../../bot/handlers.ts';
import type { PressAnswer } from '../../../bot/turns.ts';
import { conversationId, principalId } from '../../../src/domain/ids.ts';
import type { CardRecord, PersonRecord } from '../../../src/ports/store.ts';
import type { SeededHandle } from '../../support/fakes/seeded-tenant.ts';
import { aProduct, type Product } from '../../support/product.ts';

export const ACTORS = ['engineer', 'approver', 'approver2', 'oncall', 'contractor'] as const satisfies SeededHandle[];
export type Actor = (typeof ACTORS)[number];

/** A live card and whose it is. */
export interface Held {
  readonly owner: Actor;
  readonly card: CardRecord;
}

/** A press as a client may send it; nothing of it needs to be what it should be. */
export interface Click {
  readonly by: PersonRecord;
  readonly conversation: string;
  readonly verb: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly isAutomatic: boolean;
}

/** Sentences that put every kind of card before somebody. */
const STORY: readonly (readonly [Actor, string])[] = [
  ['engineer', 'activate Contoso-App-Assignment-Operator for 2h because INC-42'],
  ['contractor', 'activate Contoso-App-Configuration-Administrator for 1h because INC-43'],
  ['engineer', 'activate Global Reader for 1h'],
  ['oncall', 'activate Global Reader for 2h'],
  ['oncall', 'activate Privileged Role Administrator for 30m because drill'],
  ['engineer', 'activate helpdesk administrator for 1h because passwords'],
  ['engineer', 'activate Contoso-App-Configuration-Administrator for 1h'],
  ['engineer', 'pending'],
  ['contractor', 'pending'],
  ['engineer', 'active'],
  ['engineer', 'my roles'],
  ['engineer', 'activate Nonsense Role for 1h because x'],
  ['approver', 'approvals'],
  ['approver2', 'help'],
  ['contractor', 'help'],
];

/** Everybody has cards before them, all delivered to their own chats. */
export async function aStage() {
  const product = await aProduct();
  await product.says('engineer', 'activate Security Reader for 1h because audit');
  await product.passes('PT46M');
  product.signIns.signIn(...ACTORS.map((actor) => product.seeded.idOf(actor)));
  for (const [actor, text] of STORY) {
    await product.says(actor, text);
  }
  const help = await product.card('contractor', 'help');
  await product.presses('contractor', help, 'open-preferences');
  for (const actor of ACTORS) {
    await product.database.pool.query(
      'update pimlico.cards set conversation_id = $1, activity_id = id where recipient = $2',
      [`a:${actor}`, product.seeded.idOf(actor)],
    );
  }
  const held: Held[] = [];
  for (const owner of ACTORS) {
    held.push(...(await product.cards(owner)).map((card) => ({ owner, card })));
  }
  const people = await peopleOf(product);
  const handlers = createTurnHandlers(product.services);
  let turns = 0;
  return {
    product,
    held,
    /** Somebody of another tenant who calls themselves Megan. */
    foreigner: { ...people.approver, id: principalId('99999999-8888-4777-8666-555555555555') },
    people,
    known: new Set(held.map(({ card }) => card.id as string)),
    press: async ({ by, conversation, ...click }: Click): Promise<PressAnswer> => {
      turns += 1;
      const where = conversationId(conversation);
      const turn = { turnId: `click-${turns}`, person: by, conversationId: where, hasAssertion: false, ...click };
      return await handlers.press(turn);
    },
  };
}

export type Stage = Awaited<ReturnType<typeof aStage>>;

async function peopleOf({ services, seeded }: Product): Promise<Record<Actor, PersonRecord>> {
  const found: Partial<Record<Actor, PersonRecord>> = {};
  for (const actor of ACTORS) {
    found[actor] = (await services.store.now.people.find(seeded.idOf(actor))) ?? assert.fail(actor);
  }
  return found as Record<Actor, PersonRecord>;
}

/** What a button of this card carries, with what is typed beside it. */
export function dataOf(card: CardRecord, inputs: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...inputs, s: card.story, c: card.slot, v: card.version, n: card.nonce };
}

const WHOLE = [
  'activation_requests',
  'approval_asks',
  'timers',
  'audit',
  'people',
  'conversations',
  'sign_ins',
  'page_sign_ins',
  'inbox',
];

/** Everything that a click could change, and the tenant behind it; cards that came since are told apart. */
export async function digestOf({ product, known }: Stage): Promise<string> {
  const of = (table: string, where = ''): string =>
    `(select md5(coalesce(string_agg(to_jsonb(x)::text, '|' order by to_jsonb(x)::text), '')) from pimlico.${table} x ${where})`;
  const parts = [...WHOLE.map((table) => of(table)), of('cards', 'where id = any($1)')];
  const { rows } = await product.database.pool.query<{ digest: string }>(
    `select concat_ws(' ', ${parts.join(', ')}) as digest`,
    [[...known]],
  );
  return `${rows[0]?.digest} ${JSON.stringify(product.seeded.tenant.requests())}`;
}

/** Who got a card since, and which; they are taken away again. */
export async function newCards({ product, known }: Stage): Promise<readonly { recipient: string; card: string }[]> {
  const { pool } = product.database;
  const ids = [...known];
  const { rows } = await pool.query<{ recipient: string; card: string }>(
    "select recipient, notice->>'card' as card from pimlico.cards where not id = any($1) order by created_at, id",
    [ids],
  );
  if (rows.length > 0) {
    await pool.query('delete from pimlico.outbox where not card_id = any($1)', [ids]);
    await pool.query('delete from pimlico.cards where not id = any($1)', [ids]);
  }
  return rows;
}
