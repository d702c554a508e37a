import { Template } from 'adaptivecards-templating';
import type { CardName } from '../src/domain/notice.ts';
import activationActive from './templates/activation-active.json' with { type: 'json' };
import activationDenied from './templates/activation-denied.json' with { type: 'json' };
import activationEnded from './templates/activation-ended.json' with { type: 'json' };
import activationForm from './templates/activation-form.json' with { type: 'json' };
import activationPending from './templates/activation-pending.json' with { type: 'json' };
import activationScheduled from './templates/activation-scheduled.json' with { type: 'json' };
import active from './templates/active.json' with { type: 'json' };
import approvalDecided from './templates/approval-decided.json' with { type: 'json' };
import approvalRequest from './templates/approval-request.json' with { type: 'json' };
import approvals from './templates/approvals.json' with { type: 'json' };
import chooseRole from './templates/choose-role.json' with { type: 'json' };
import error from './templates/error.json' with { type: 'json' };
import expiryReminder from './templates/expiry-reminder.json' with { type: 'json' };
import help from './templates/help.json' with { type: 'json' };
import myRoles from './templates/my-roles.json' with { type: 'json' };
import pending from './templates/pending.json' with { type: 'json' };
import preferences from './templates/preferences.json' with { type: 'json' };
import signIn from './templates/sign-in.json' with { type: 'json' };
import signedOut from './templates/signed-out.json' with { type: 'json' };
import stepUp from './templates/step-up.json' with { type: 'json' };

/** The template of every card, as it is written. */
export const TEMPLATES: Readonly<Record<CardName, object>> = {
  'activation-active': activationActive,
  'activation-denied': activationDenied,
  'activation-ended': activationEnded,
  'activation-form': activationForm,
  'activation-pending': activationPending,
  'activation-scheduled': activationScheduled,
  active,
  'approval-decided': approvalDecided,
  'approval-request': approvalRequest,
  approvals,
  'choose-role': chooseRole,
  error,
  'expiry-reminder': expiryReminder,
  help,
  'my-roles': myRoles,
  pending,
  preferences,
  'sign-in': signIn,
  'signed-out': signedOut,
  'step-up': stepUp,
};

const parsed = new Map<CardName, Template>();

/** The parsed template of a card: parsing is the slow part, so it is done once, and not before the card is first drawn. */
export function templateOf(card: CardName): Template {
  const known = parsed.get(card);
  if (known !== undefined) {
    return known;
  }
  const template = new Template(TEMPLATES[card]);
  parsed.set(card, template);
  return template;
}
