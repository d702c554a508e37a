import type { Notice } from '../../src/domain/notice.ts';
import { AccessError } from '../../src/errors.ts';
import type { Command } from '../../src/language/command.ts';
import { oneRoleOnly } from '../../src/use-cases/administration/name-role.ts';
import { answer, errorNotice } from '../../src/use-cases/error-card.ts';
import type { Asker, Posted, Services } from '../../src/use-cases/services.ts';
import { findRole, type RoleWords } from '../../src/use-cases/settings/find-role.ts';
import { readRoleSettings, readSettingsDocument } from '../../src/use-cases/settings/read-settings.ts';
import { openSettingsForm } from '../../src/use-cases/settings/settings-form.ts';

/** Shows the settings of a role, writes them as a document, or opens the form that changes them. */
export async function dispatchSettings(services: Services, asker: Asker, command: Command): Promise<Posted> {
  const [words, second] = command.roles;
  if (second !== undefined) {
    throw oneRoleOnly('settings User Administrator');
  }
  if (words === undefined) {
    const text = 'Say which role: "settings User Administrator".';
    throw new AccessError('command.problem', 'no role', { facts: { text } });
  }
  const notice = await noticeFor(services, asker, command.action, { words, scope: command.scope });
  return [await services.store.now.cards.post(answer(asker, notice))];
}

async function noticeFor(
  services: Services,
  asker: Asker,
  action: Command['action'],
  named: RoleWords,
): Promise<Notice> {
  if (action === 'code') {
    return await readSettingsDocument(services, asker, named);
  }
  if (action !== 'change') {
    return await readRoleSettings(services, asker, named);
  }
  const found = await findRole(services, asker, named);
  return found.kind === 'one'
    ? await openSettingsForm(services, asker, found)
    : errorNotice(services, found.error, found.suggestions);
}
