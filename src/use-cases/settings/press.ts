import type { RoleAtScope } from '../../domain/assignment.ts';
import type { Notice, Verb } from '../../domain/notice.ts';
import { AccessError } from '../../errors.ts';
import type { CardRecord } from '../../ports/store.ts';
import { parseSettingsDocument } from '../../roles/settings-document.ts';
import { postAnswer } from '../error-card.ts';
import type { Asker, Posted, Services } from '../services.ts';
import { confirmSettings } from './confirm-settings.ts';
import { declineSettings, withdrawSettings } from './end-change.ts';
import { proposeSettings } from './propose-settings.ts';
import { settingsDocument, settingsOf } from './read-settings.ts';
import { openSettingsForm } from './settings-form.ts';

export const SETTINGS_VERBS = [
  'show-settings',
  'show-settings-document',
  'open-settings-form',
  'propose-settings',
  'confirm-settings',
  'decline-settings',
  'withdraw-settings',
] as const satisfies readonly Verb[];
export type SettingsVerb = (typeof SETTINGS_VERBS)[number];

/** Says whether a button is about role settings. */
export function isSettingsVerb(verb: Verb): verb is SettingsVerb {
  return SETTINGS_VERBS.some((one) => one === verb);
}

export interface SettingsPress {
  readonly verb: SettingsVerb;
  readonly card: CardRecord;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Does what a button about role settings says. Throws what the use-cases throw; the edge offers the sign-in they ask for. */
export async function pressSettings(services: Services, asker: Asker, press: SettingsPress): Promise<Posted> {
  const { verb, card, inputs } = press;
  switch (verb) {
    case 'show-settings':
      return await post(services, asker, await settingsOf(services, asker, await roleOf(services, asker, card)));
    case 'show-settings-document':
      return await post(services, asker, await settingsDocument(services, asker, await roleOf(services, asker, card)));
    case 'open-settings-form': {
      const role = await roleOf(services, asker, card);
      return await post(services, asker, await openSettingsForm(services, asker, { role }));
    }
    case 'propose-settings':
      return await proposeSettings(services, asker, card, inputs);
    case 'confirm-settings':
      return await confirmSettings(services, asker, changeIdOf(card));
    case 'decline-settings':
      return await declineSettings(services, asker, changeIdOf(card));
    case 'withdraw-settings':
      return await withdrawSettings(services, asker, changeIdOf(card));
  }
}

async function post(services: Services, asker: Asker, notice: Notice): Promise<Posted> {
  return await postAnswer(services, asker, notice);
}

function changeIdOf({ notice }: CardRecord): string {
  if (notice.card !== 'policy-change') {
    throw new AccessError('card.malformed', 'not a change of settings');
  }
  return notice.changeId;
}

/** The role that the pressed card is about. */
async function roleOf(services: Services, asker: Asker, { notice }: CardRecord): Promise<RoleAtScope> {
  switch (notice.card) {
    case 'settings':
    case 'settings-form':
      return notice.role;
    case 'policy-change':
      return await roleOfChange(services, asker, notice.changeId);
    case 'settings-document':
      // The card names the role for people only; the document says which one it is.
      return parseSettingsDocument(notice.document).role;
    default:
      throw new AccessError('card.malformed', `no role settings on ${notice.card}`);
  }
}

async function roleOfChange(services: Services, asker: Asker, changeId: string): Promise<RoleAtScope> {
  const change = await services.store.now.settingsChanges.find(changeId);
  const { id } = asker.person;
  if (change === null || (change.proposerId !== id && change.confirmerId !== id)) {
    throw new AccessError('settings.change_over', 'no such change of theirs', { facts: { state: 'none' } });
  }
  return change.role;
}
