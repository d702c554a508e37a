import { z } from 'zod';
import type { SettingsNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { dateWords, namesWords } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';
import { exactRoleRows } from './scope-words.ts';
import { activationRows, assignmentRows, notificationRows } from './settings-rows.ts';

export const settingsView = z.strictObject({
  ...frame,
  title: z.string(),
  about: z.array(factRow),
  activation: z.array(factRow),
  context: z.string(),
  contextColor: z.enum(['Default', 'Attention']),
  assignment: z.array(factRow),
  notifications: z.array(factRow),
  more: z.string(),
  unknownRules: z.string(),
  modified: z.string(),
});

const MAIL_BYTES = 8_000;
const MOST_RULES = 10;

export function viewSettings(notice: SettingsNotice, context: CardContext): z.infer<typeof settingsView> {
  const shared = frameOf(context);
  const { role, settings, unknownRules } = notice;
  const { shown, left } = takeFitting(notificationRows(settings), MAIL_BYTES);
  const named = { roleName: role.roleName, scopeName: role.scope.name };
  return {
    ...shared,
    summary: `Settings of ${roleWords(named)}`,
    title: shared.isLive ? 'Role settings' : 'Role settings as they were',
    about: factRows(exactRoleRows(role)),
    activation: activationRows(settings),
    ...backingWords(notice, shared.isLive),
    assignment: assignmentRows(settings),
    notifications: shown,
    more: left === 0 ? '' : `… and ${left} more notifications.${shared.isLive ? ' As code shows them all.' : ''}`,
    unknownRules:
      unknownRules.length === 0
        ? ''
        : `Rules that I do not know and leave as they are: ${namesWords(unknownRules, MOST_RULES)}.`,
    modified: modifiedWords(notice, context),
  };
}

/** A context that no Conditional Access policy targets is weaker than it looks (pim-api §12.1). */
function backingWords(
  notice: SettingsNotice,
  isLive: boolean,
): Pick<z.infer<typeof settingsView>, 'context' | 'contextColor'> {
  const id = nameText(notice.settings.activation.authenticationContext);
  switch (id === '' ? null : notice.contextBacking) {
    case 'targeted':
      return { context: `A Conditional Access policy that is on targets ${id}.`, contextColor: 'Default' };
    case 'not-targeted':
      return {
        context: `Weaker than it looks: no Conditional Access policy that is on targets ${id}. PIM then asks for MFA at most.`,
        contextColor: isLive ? 'Attention' : 'Default',
      };
    case 'unchecked':
      return {
        context: `Unchecked: you may not read whether a Conditional Access policy targets ${id}. Without one it is weaker than it looks.`,
        contextColor: isLive ? 'Attention' : 'Default',
      };
    case null:
      return { context: '', contextColor: 'Default' };
  }
}

function modifiedWords({ lastModified }: SettingsNotice, context: CardContext): string {
  const by = nameText(lastModified?.byName ?? null);
  const at = lastModified?.at == null ? '' : dateWords(lastModified.at, context);
  if (by === '' && at === '') {
    return 'PIM does not say who changed them last.';
  }
  return `Changed last${by === '' ? '' : ` by ${by}`}${at === '' ? '' : `: ${at}`}.`;
}
