import assert from 'node:assert/strict';
import { createTurnHandlers } from '../../../bot/handlers.ts';
import { isOffered } from '../../../bot/offered.ts';
import type { PressAnswer } from '../../../bot/turns.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import { type Notice, VERBS, type Verb } from '../../../src/domain/notice.ts';
import { ERROR_CODES } from '../../../src/errors.ts';
import type { CardRecord, PersonRecord } from '../../../src/ports/store.ts';
import { BASES } from '../../support/notices.ts';
import { aProduct, type Product } from '../../support/product.ts';
import { ALL_NOTICES } from '../../unit/cards/administration-notices.ts';

const LIVE = { isRetired: false };
const CARDS: readonly Notice[] = [...ALL_NOTICES, ...ERROR_CODES.map((code) => ({ ...BASES.error, code }))];

/** For each verb a card of each name that has such a button. */
function cardsWith(verb: Verb): readonly Notice[] {
  const offering = CARDS.filter((notice) => isOffered({ notice, ...LIVE }, verb));
  return [...new Map(offering.map((notice) => [notice.card, notice])).values()];
}

const TABLES = [
  'activation_requests',
  'approval_asks',
  'audit',
  'bundles',
  'cards',
  'exports',
  'inbox',
  'outbox',
  'page_sign_ins',
  'people',
  'settings_changes',
  'sign_ins',
  'timers',
];

/** What a press is, beside a good one on the newest version of its card. */
interface Bend {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly isAutomatic?: boolean;
  /** What happened to the card before. */
  readonly before?: (product: Product, card: CardRecord, verb: Verb) => Promise<unknown>;
}

const revised = async ({ services }: Product, { story, recipient, slot, notice }: CardRecord): Promise<unknown> =>
  await services.store.now.cards.revise(story, recipient, slot, notice);

const BENDS: readonly (readonly [what: string, Bend])[] = [
  ['with a nonce of before', { data: { n: 'nonce-of-before' } }],
  ['on an old version', { before: revised }],
  ['with the old version and the new nonce', { before: revised, data: { v: 1 } }],
  [
    'that was used before',
    { before: ({ services }, { id, nonce }, verb) => services.store.now.cards.spendNonce(id, nonce, verb) },
  ],
  [
    'on a retired card',
    { before: ({ services }, { story, recipient }) => services.store.now.cards.retire(story, recipient) },
  ],
  ['by a client itself, to draw the card again', { isAutomatic: true }],
  ['by a client itself, with an old nonce', { isAutomatic: true, data: { n: 'nonce-of-before' } }],
];

describe('every button of every card', () => {
  let product: Product;
  let person: PersonRecord;

  beforeEach(async () => {
    product = await aProduct();
    const found = await product.services.store.now.people.find(product.seeded.idOf('engineer'));
    assert.ok(found);
    person = found;
  });

  const digest = async (): Promise<string> => {
    const of = (table: string): string =>
      `(select md5(coalesce(string_agg(to_jsonb(x)::text, '|' order by to_jsonb(x)::text), '')) from pimlico.${table} x)`;
    const { rows } = await product.database.pool.query<{ digest: string }>(
      `select concat_ws(' ', ${TABLES.map(of).join(', ')}) as digest`,
    );
    return `${rows[0]?.digest} ${JSON.stringify(product.seeded.tenant.requests())} ${product.seeded.tenant.calls.length}`;
  };
  const presses = async (
    verb: Verb,
    shown: CardRecord,
    { data = {}, isAutomatic = false }: Bend,
  ): Promise<PressAnswer> =>
    await createTurnHandlers(product.services).press({
      turnId: `t-${shown.story}`,
      person,
      conversationId: conversationId('a:engineer'),
      verb,
      data: { s: shown.story, c: shown.slot, v: shown.version, n: shown.nonce, justification: 'x', role: 'y', ...data },
      isAutomatic,
      hasAssertion: true,
    });

  it('is of a verb that some card has, and every verb is tried', () => {
    assert.deepEqual(
      VERBS.filter((verb) => cardsWith(verb).length === 0),
      [],
    );
  });

  for (const [what, bend] of BENDS) {
    it(`answers a press ${what} with the card as it is, and does nothing`, async () => {
      const { cards } = product.services.store.now;
      const held: { readonly verb: Verb; readonly shown: CardRecord; readonly now: CardRecord | null }[] = [];
      for (const verb of VERBS) {
        for (const notice of cardsWith(verb)) {
          const id = await cards.post({ story: `${held.length}`, recipient: person.id, notice, delivery: 'job' });
          const shown = await cards.find(id);
          assert.ok(shown);
          await bend.before?.(product, shown, verb);
          held.push({ verb, shown, now: await cards.find(id) });
        }
      }
      const untouched = await digest();
      for (const { verb, shown, now } of held) {
        const answer = await presses(verb, shown, bend);
        const where = `${verb} on ${shown.notice.card}`;
        assert.ok(answer.kind === 'done', where);
        assert.deepEqual([answer.cards, answer.reply?.card, answer.reply?.step], [[], now, null], where);
      }
      assert.equal(await digest(), untouched);
      assert.ok(held.length >= VERBS.length);
    }).timeout(60_000);
  }
});
