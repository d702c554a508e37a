import { randomUUID } from 'node:crypto';
import { carryOutAdministration } from '../../../../bot/administration/presses.ts';
import type { AdministrationNotice } from '../../../../src/domain/administration-notice.ts';
import type { Notice, Verb } from '../../../../src/domain/notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { CardRecord } from '../../../../src/ports/store.ts';
import type { Asker, SteppedUp } from '../../../../src/use-cases/services.ts';
import type { SeededHandle } from '../../../support/fakes/seeded-people.ts';
import type { Product } from '../../../support/product.ts';

type NoticeOf<Name extends Notice['card']> = Extract<Notice, { readonly card: Name }>;

/** The first notice, which must be of this card. */
export function only<Name extends (AdministrationNotice | Notice)['card']>(
  notices: readonly Notice[],
  card: Name,
): NoticeOf<Name> {
  const [notice] = notices;
  if (notice?.card !== card) {
    throw new Error(`expected ${card}, got ${JSON.stringify(notice)}`);
  }
  return notice as NoticeOf<Name>;
}

/** The first notice as an error, with what tells it apart. */
export function errorOf(
  notices: readonly Notice[],
): readonly [string, Readonly<Record<string, string>>, readonly string[]] {
  const { code, facts, suggestions } = only(notices, 'error');
  return [code, facts, suggestions];
}

export interface PressOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Whether the press comes back from a sign-in to the admin app. */
  readonly isAdmin?: boolean;
}

/** Presses a button of an administration card, as the edge does behind its own checks. */
export async function press(
  product: Product,
  handle: SeededHandle,
  [card, verb]: readonly [CardRecord, Verb],
  { inputs = {}, isAdmin = false }: PressOptions = {},
): Promise<readonly Notice[]> {
  const { services, seeded, signIns } = product;
  const person = await services.store.now.people.find(seeded.idOf(handle));
  if (person === null) {
    throw new Error(`${handle} is unknown`);
  }
  const asker: Asker = {
    person,
    turnId: `turn:${randomUUID()}`,
    spend: async (stores) => await stores.cards.spendNonce(card.id, card.nonce, verb),
    ...(isAdmin && { steppedUp: steppedUp(product, handle) }),
  };
  const outcome = await carryOutAdministration(services, { verb, card, inputs, asker });
  const found = await Promise.all((outcome?.cards ?? []).map((id) => services.store.now.cards.find(id)));
  signIns.release(asker.steppedUp?.signInId ?? '');
  return found.flatMap((one) => (one === null ? [] : [one.notice]));
}

function steppedUp({ seeded, signIns }: Product, handle: SeededHandle): SteppedUp {
  const signInId = randomUUID();
  signIns.keepTurn(seeded.idOf(handle), signInId);
  return { signInId, app: 'admin', claims: null, isHeld: true, provenContext: null, appRoles: [] };
}

/** The code that a piece of work is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof AccessError) {
      return thrown.code;
    }
    throw thrown;
  }
  throw new Error('it was not refused');
}

/** Facts of the newest row of the trail with this event. */
export async function auditFacts(product: Product, event: string): Promise<Readonly<Record<string, string>>> {
  const { rows } = await product.database.pool.query<{ facts: Record<string, string> }>(
    'select facts from pimlico.audit_trail where event = $1 order by position desc limit 1',
    [event],
  );
  const facts = rows[0]?.facts;
  if (facts === undefined) {
    throw new Error(`${event} is not in the trail`);
  }
  return facts;
}
