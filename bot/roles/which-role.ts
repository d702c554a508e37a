import type { WhichRoleNotice } from '../../src/domain/which-role-notice.ts';
import { AccessError } from '../../src/errors.ts';
import type { CardRecord } from '../../src/ports/store.ts';
import { whichRole } from '../../src/use-cases/roles/which-role.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';

interface Pressed {
  readonly card: CardRecord;
  readonly inputs: Readonly<Record<string, string>>;
  readonly asker: Asker;
}

/** The role that was pressed, among those that the card offers. */
export function offeredKey({ fitting }: WhichRoleNotice, inputs: Pressed['inputs']): string {
  const key = inputs.role ?? '';
  if (!fitting.some((role) => role.key === key)) {
    throw new AccessError('card.malformed', 'not among the roles that were offered');
  }
  return key;
}

/** The same question again, with what was meant by it. */
export async function showMeaning(services: Services, { asker, card, inputs }: Pressed): Promise<Posted> {
  const { notice } = card;
  const meant = notice.card === 'which-role' ? notice.others[Number(inputs.meaning) - 1] : undefined;
  if (notice.card !== 'which-role' || meant === undefined) {
    throw new AccessError('card.malformed', 'not among the meanings that were offered');
  }
  const { purpose, asked, place } = notice;
  return await whichRole(services, asker, { purpose, asked, scope: place?.scopeId ?? null, meaningKey: meant.key });
}
