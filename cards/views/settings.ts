import { z } from 'zod';
import type { SettingsNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
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
  const { shown, left } = takeFitting(notificationRows(settings, context), MAIL_BYTES);
  const named = { roleName: role.roleName, scopeName: role.scope.name };
  return {
    ...shared,
    summary: say(context, 'settings.summary-line', { role: roleWords(named, context) }),
    title: say(context, shared.isLive ? 'settings.title.now' : 'settings.title.then'),
    about: factRows(exactRoleRows(role, context)),
    activation: activationRows(settings, context),
    ...backingWords(notice, shared, context),
    assignment: assignmentRows(settings, context),
    notifications: shown,
    more: left === 0 ? '' : say(context, shared.isLive ? 'settings.more-as-code' : 'settings.more', { count: left }),
    unknownRules:
      unknownRules.length === 0
        ? ''
        : say(context, 'settings.unknown-rules', { rules: namesWords(unknownRules, context, { most: MOST_RULES }) }),
    modified: modifiedWords(notice, context),
  };
}

/** A context that no Conditional Access policy targets is weaker than it looks (pim-api §12.1). */
function backingWords(
  notice: SettingsNotice,
  { isLive }: { readonly isLive: boolean },
  reader: Listener,
): Pick<z.infer<typeof settingsView>, 'context' | 'contextColor'> {
  const id = nameText(notice.settings.activation.authenticationContext);
  const backing = id === '' ? null : notice.contextBacking;
  if (backing === null) {
    return { context: '', contextColor: 'Default' };
  }
  const isWeak = isLive && backing !== 'targeted';
  return {
    context: say(reader, `settings.context.${backing}`, { id }),
    contextColor: isWeak ? 'Attention' : 'Default',
  };
}

function modifiedWords({ lastModified }: SettingsNotice, context: CardContext): string {
  const by = nameText(lastModified?.byName ?? null);
  const at = lastModified?.at == null ? '' : dateWords(lastModified.at, context);
  if (by === '' && at === '') {
    return say(context, 'settings.modified.unknown');
  }
  return say(context, `settings.modified.${at === '' ? 'by' : by === '' ? 'at' : 'both'}`, { by, at });
}
