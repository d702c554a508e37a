import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createTurnHandlers } from '../../../../bot/handlers.ts';
import type { PressAnswer } from '../../../../bot/turns.ts';
import type { BreakGlassActiveNotice } from '../../../../src/domain/break-glass-notice.ts';
import { type ConversationId, conversationId, type PrincipalId } from '../../../../src/domain/ids.ts';
import type { CardName, Notice } from '../../../../src/domain/notice.ts';
import { NO_RULEBOOK, type Rulebook } from '../../../../src/domain/rulebook.ts';
import type { SeededHandle } from '../../../support/fakes/seeded-people.ts';
import { aProduct, type Product } from '../../../support/product.ts';

export const SECURITY: ConversationId = conversationId('19:security@thread.tacv2');
export const PULL = 'breakglass payments for 30m because SEV1 INC-99 checkout down';
export const PULL_TIER0 = 'breakglass tier0 for 20m because SEV1 INC-99 nobody can sign in';

const packOf = (admin: PrincipalId) => ({
  pulledBy: 'leads',
  alarm: { channel: SECURITY, people: [admin] },
  owner: admin,
  severities: ['SEV1', 'SEV2'],
  isIncidentNeeded: true,
});

/** The packs of the sandbox; its administrator is alarmed and owns them. */
const rulebookOf = (admin: PrincipalId): Rulebook => ({
  ...NO_RULEBOOK,
  version: 'abc123abc123',
  onCall: [{ name: 'leads', kind: 'entra-group', group: 'sg-oncall-leads' }],
  packs: [
    {
      ...packOf(admin),
      name: 'payments',
      purpose: 'Restore payments in production',
      activates: [{ surface: 'group', role: 'sg-breakglass-payments', scope: 'member' }],
      window: Temporal.Duration.from({ hours: 1 }),
      needsSecondPerson: false,
    },
    {
      ...packOf(admin),
      name: 'tier0',
      purpose: 'Administer security',
      activates: [{ surface: 'group', role: 'sg-breakglass-tier0', scope: 'member' }],
      window: Temporal.Duration.from({ minutes: 30 }),
      needsSecondPerson: true,
    },
  ],
});

export interface EmergencyStage {
  readonly product: Product;
  /** Puts another rulebook in force, made of the one that is. */
  rule(change: (rulebook: Rulebook) => Rulebook): void;
  putOnCall(...handles: readonly SeededHandle[]): void;
  /** What the cards of the channel say now. */
  inChannel(): Promise<readonly Notice[]>;
  /** What the live card of that name says, or a retired one where none lives. */
  newest<Name extends CardName>(handle: SeededHandle, name: Name): Promise<Extract<Notice, { card: Name }>>;
  pulls(): Promise<readonly { readonly state: string }[]>;
}

/** Presses Confirm as a client does that sends no assertion along. */
export async function confirmsBare({ product }: EmergencyStage): Promise<PressAnswer> {
  const card = await product.card('oncall', 'break-glass-confirm');
  const person = await product.services.store.now.people.find(product.seeded.idOf('oncall'));
  assert.ok(person);
  return await createTurnHandlers(product.services).press({
    turnId: randomUUID(),
    person,
    conversationId: conversationId('a:oncall'),
    verb: 'confirm-pull',
    data: { s: card.story, c: card.slot, v: card.version, n: card.nonce },
    isAutomatic: false,
    hasAssertion: false,
  });
}

/** The product with packs, and oncall and oncall2 on call. */
export async function anEmergency(): Promise<EmergencyStage> {
  let rulebook: Rulebook = NO_RULEBOOK;
  const product = await aProduct({ rules: { current: () => rulebook } });
  const { seeded, onCall, database } = product;
  rulebook = rulebookOf(seeded.idOf('admin'));
  const putOnCall = (...handles: readonly SeededHandle[]): void => {
    const people = handles.map((handle) => ({
      id: seeded.idOf(handle),
      name: handle === 'oncall' ? 'Lynne Robbins' : 'Isaiah Langer',
      userPrincipalName: `${handle}@contoso.onmicrosoft.com`,
    }));
    onCall.put('leads', people);
  };
  putOnCall('oncall', 'oncall2');
  const cardsOf = async (recipient: PrincipalId | ConversationId): Promise<readonly Notice[]> => {
    const { rows } = await database.pool.query<{ notice: Notice }>(
      'select notice from pimlico.cards where recipient = $1 and not is_withdrawn order by not is_retired, created_at, id',
      [recipient],
    );
    return rows.map(({ notice }) => notice);
  };
  return {
    product,
    rule: (change) => {
      rulebook = change(rulebook);
    },
    putOnCall,
    inChannel: () => cardsOf(SECURITY),
    newest: async (handle, name) => {
      const found = (await cardsOf(seeded.idOf(handle))).filter(({ card }) => card === name);
      return found.at(-1) as never;
    },
    pulls: async () => {
      const { rows } = await database.pool.query<{ state: string }>(
        'select state from pimlico.pulls order by planned_at',
      );
      return rows;
    },
  };
}

/** What a card of a use says of where it stands. */
export const phaseOf = (notice: Notice | undefined): BreakGlassActiveNotice['phase'] | null =>
  notice?.card === 'break-glass-active' ? notice.phase : null;
