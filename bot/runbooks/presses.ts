import { requestId } from '../../src/domain/ids.ts';
import type { Notice } from '../../src/domain/notice.ts';
import { AccessError } from '../../src/errors.ts';
import type { CardRecord } from '../../src/ports/store.ts';
import { type CheckedRole, checkRole } from '../../src/use-cases/runbooks/check-role.ts';
import { type OfferedRole, openRoleForm } from '../../src/use-cases/runbooks/open-role-form.ts';
import { postRunbook, runbookNamed } from '../../src/use-cases/runbooks/show-runbook.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';
import type { Press } from '../pressed-request.ts';

/** Does what a button of these cards says; null for every other verb. Throws what the use-cases throw. */
export function pressRunbook(services: Services, { verb, card, inputs, asker }: Press): Promise<Posted> | null {
  switch (verb) {
    case 'show-runbook':
      return postRunbook(services, asker, runbookNamed(services, nameOn(card.notice, inputs)));
    case 'show-check':
      return check(services, asker, card);
    case 'open-role-form':
      return openRoleForm(services, asker, offeredOn(card.notice));
    default:
      return null;
  }
}

/** The runbook that a card is about, or that is chosen on a list; what was chosen is looked up among those of the list. */
function nameOn(notice: Notice, inputs: Readonly<Record<string, string>>): string {
  if (notice.card === 'check' && notice.runbook !== null) {
    return notice.runbook.name;
  }
  const chosen = notice.card === 'runbooks' ? notice.runbooks.find(({ name }) => name === inputs.runbook) : undefined;
  if (chosen === undefined) {
    throw new AccessError('card.malformed', 'no runbook of this card');
  }
  return chosen.name;
}

async function check(services: Services, asker: Asker, card: CardRecord): Promise<Posted> {
  return await checkRole(services, asker, await checkedOn(services, card));
}

async function checkedOn(services: Services, { notice, story }: CardRecord): Promise<CheckedRole> {
  if (notice.card === 'runbook') {
    return { kind: 'runbook', runbook: runbookNamed(services, notice.name) };
  }
  if (notice.card === 'check') {
    return { kind: 'key', key: notice.key };
  }
  const request = notice.card === 'activation-active' ? await services.store.now.requests.find(requestId(story)) : null;
  if (request === null) {
    throw new AccessError('card.malformed', 'nothing to check on this card');
  }
  return { kind: 'role', role: request.role };
}

function offeredOn(notice: Notice): OfferedRole {
  if (notice.card === 'runbook' && notice.key !== null) {
    return { key: notice.key, duration: notice.duration === null ? null : Temporal.Duration.from(notice.duration) };
  }
  if (notice.card === 'check') {
    return { key: notice.key, duration: null };
  }
  throw new AccessError('card.malformed', 'nothing to activate on this card');
}
