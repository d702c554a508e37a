import { isNamedRole } from '../../domain/named-role.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { RunbooksNotice } from '../../domain/runbook-notice.ts';
import { asAccessError } from '../../errors.ts';
import { type Asker, actorOf, type Services } from '../services.ts';
import { namedRoleFacts } from './named-role-facts.ts';

/** Lists runbooks, those first whose role the asker may activate; `words` are what several of them fit. */
export async function listRunbooks(
  services: Services,
  asker: Asker,
  { words = null, runbooks }: { readonly words?: string | null; readonly runbooks: readonly Runbook[] },
): Promise<RunbooksNotice> {
  const eligible = await readEligible(services, asker);
  const rows = runbooks.map((runbook) => ({
    name: runbook.name,
    title: runbook.title,
    ...namedRoleFacts(runbook.role),
    isEligible: eligible.some((role) => isNamedRole(runbook.role, role)),
  }));
  const listed = rows.toSorted((a, b) => Number(b.isEligible) - Number(a.isEligible) || a.name.localeCompare(b.name));
  return { card: 'runbooks', words, runbooks: listed };
}

/** Only the order hangs on it: a tenant that cannot be read is no reason to keep steps from anybody. */
async function readEligible(services: Services, asker: Asker) {
  try {
    return (await services.eligibility.read(actorOf(asker))).rows;
  } catch (thrown) {
    const error = asAccessError(thrown);
    if (error.code === 'identity.sign_in_required') {
      throw error;
    }
    services.log.warn('runbooks.roles_unread', { code: error.code });
    return [];
  }
}
