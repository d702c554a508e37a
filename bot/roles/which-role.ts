import type { WhichRoleNotice } from '../../src/domain/which-role-notice.ts';
import { AccessError } from '../../src/errors.ts';
import { whichRole } from '../../src/use-cases/roles/which-role.ts';
import type { Posted, Services } from '../../src/use-cases/services.ts';
import type { Press } from '../pressed-request.ts';

/** The role that was pressed, among those that the card offers. */
export function offeredKey({ fitting }: WhichRoleNotice, inputs: Press['inputs']): string {
  const key = inputs.role ?? '';
  if (!fitting.some((role) => role.key === key)) {
    throw new AccessError('card.malformed', 'not among the roles that were offered');
  }
  return key;
}

/** The same question again, with what was meant by it. */
export async function showMeaning(services: Services, { asker, card, inputs }: Omit<Press, 'verb'>): Promise<Posted> {
  const { notice } = card;
  const meant = notice.card === 'which-role' ? notice.others[Number(inputs.meaning) - 1] : undefined;
  if (notice.card !== 'which-role' || meant === undefined) {
    throw new AccessError('card.malformed', 'not among the meanings that were offered');
  }
  const { purpose, asked, place } = notice;
  return await whichRole(services, asker, { purpose, asked, scope: place?.scopeId ?? null, meaningKey: meant.key });
}
