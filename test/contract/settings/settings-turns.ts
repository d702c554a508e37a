import { randomUUID } from 'node:crypto';
import type { PolicyChangeNotice } from '../../../src/domain/administration-notice.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { CardId } from '../../../src/domain/ids.ts';
import type { CardName, Notice } from '../../../src/domain/notice.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import type { Asker, Services } from '../../../src/use-cases/services.ts';
import { expireSettingsChange } from '../../../src/use-cases/settings/end-change.ts';
import { pressSettings, type SettingsVerb } from '../../../src/use-cases/settings/press.ts';
import { readRoleSettings } from '../../../src/use-cases/settings/read-settings.ts';
import type { SeededHandle } from '../../support/fakes/seeded-tenant.ts';
import { aProduct, type Product } from '../../support/product.ts';

/** A form that is in order, for a role whose maximum is longer. */
export const GOOD = { maximum: '1h', reason: 'too long', 'second-person': 'Lynne Robbins' };

export function isChange(notice: Notice): notice is PolicyChangeNotice {
  return notice.card === 'policy-change';
}

/** Says and presses what settings know, as the edge would, without its cards. */
export interface SettingsTurns {
  readonly product: Product;
  readonly services: Services;
  asker(handle: SeededHandle, isAdmin?: boolean): Promise<Asker>;
  asks(handle: SeededHandle, words: string, scope?: string | null): Promise<Notice>;
  presses(
    handle: SeededHandle,
    card: CardRecord,
    verb: SettingsVerb,
    options?: PressOptions,
  ): Promise<readonly Notice[]>;
  /** The one card of that name that a person holds. */
  holds(handle: SeededHandle, name: CardName): Promise<CardRecord>;
  /** Opens the form for a role and sends it: the cards that came of it. */
  proposes(role: RoleAtScope, inputs: Readonly<Record<string, string>>): Promise<readonly Notice[]>;
  expires(changeId: string): Promise<readonly Notice[]>;
  role(words: string, scope?: string | null): Promise<RoleAtScope>;
}

interface PressOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Whether the press comes from a sign-in to the admin app; it does unless told. */
  readonly isAdmin?: boolean;
}

/** The admin and the on-call lead are administrators; two of them have to agree unless told. */
export async function settingsTurns(isFourEyesOn = true): Promise<SettingsTurns> {
  const product = await aProduct();
  const { seeded } = product;
  seeded.tenant.administrators.add(seeded.idOf('oncall'));
  const services: Services = { ...product.services, isFourEyesOn };
  const { now } = services.store;
  const noticesOf = async (cards: readonly CardId[]): Promise<readonly Notice[]> => {
    const found = await Promise.all(cards.map((card) => now.cards.find(card)));
    return found.flatMap((card) => (card === null ? [] : [card.notice]));
  };
  const asker = async (handle: SeededHandle, isAdmin = true): Promise<Asker> => {
    const person = await now.people.find(seeded.idOf(handle));
    if (person === null) {
      throw new Error(`${handle} is unknown`);
    }
    const steppedUp = {
      signInId: 'page',
      app: 'admin',
      claims: null,
      isHeld: false,
      provenContext: null,
      appRoles: [],
    } as const;
    return { person, spend: null, turnId: randomUUID(), ...(isAdmin && { steppedUp }) };
  };
  const asks: SettingsTurns['asks'] = async (handle, words, scope = null) =>
    await readRoleSettings(services, await asker(handle, false), { words, scope });
  const presses: SettingsTurns['presses'] = async (handle, card, verb, { inputs = {}, isAdmin = true } = {}) => {
    const presser: Asker = {
      ...(await asker(handle, isAdmin)),
      spend: (stores) => stores.cards.spendNonce(card.id, card.nonce, verb),
    };
    return await noticesOf(await pressSettings(services, presser, { verb, card, inputs }));
  };
  const holds: SettingsTurns['holds'] = async (handle, name) => await product.card(handle, name);
  const role: SettingsTurns['role'] = async (words, scope = null) => {
    const notice = await asks('admin', words, scope);
    if (notice.card !== 'settings') {
      throw new Error(`“${words}” was answered with ${JSON.stringify(notice)}`);
    }
    return notice.role;
  };
  return {
    product,
    services,
    asker,
    asks,
    presses,
    holds,
    role,
    proposes: async (wanted, inputs) => {
      const admin = await asker('admin', false);
      const notice = await asks('admin', wanted.roleName, wanted.scope.id);
      const id = await now.cards.post({ story: admin.turnId, recipient: admin.person.id, notice, delivery: 'now' });
      const settings = (await now.cards.find(id)) as CardRecord;
      // By its id: while the clock stands still, the newest of several forms cannot be told by its time.
      const press = { verb: 'open-settings-form', card: settings, inputs: {} } as const;
      const [form] = await pressSettings(services, await asker('admin', false), press);
      const card = (await now.cards.find(form as CardId)) as CardRecord;
      return await presses('admin', card, 'propose-settings', { inputs });
    },
    expires: async (changeId) => await noticesOf(await expireSettingsChange(services, changeId)),
  };
}
