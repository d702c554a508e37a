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

/** The parsed template of every card: parsing is the slow part, so it is done once. */
export const TEMPLATES: Readonly<Record<CardName, Template>> = {
  'activation-active': new Template(activationActive),
  'activation-denied': new Template(activationDenied),
  'activation-ended': new Template(activationEnded),
  'activation-form': new Template(activationForm),
  'activation-pending': new Template(activationPending),
  'activation-scheduled': new Template(activationScheduled),
  active: new Template(active),
  'approval-decided': new Template(approvalDecided),
  'approval-request': new Template(approvalRequest),
  approvals: new Template(approvals),
  'choose-role': new Template(chooseRole),
  error: new Template(error),
  'expiry-reminder': new Template(expiryReminder),
  help: new Template(help),
  'my-roles': new Template(myRoles),
  pending: new Template(pending),
  preferences: new Template(preferences),
  'sign-in': new Template(signIn),
};
