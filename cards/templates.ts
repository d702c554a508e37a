import { Template } from 'adaptivecards-templating';
import type { Language } from '../src/domain/languages.ts';
import type { CardName } from '../src/domain/notice.ts';
import { inLanguage } from './in-language.ts';

import activationActive from './templates/activation-active.json' with { type: 'json' };
import activationDenied from './templates/activation-denied.json' with { type: 'json' };
import activationEnded from './templates/activation-ended.json' with { type: 'json' };
import activationForm from './templates/activation-form.json' with { type: 'json' };
import activationPending from './templates/activation-pending.json' with { type: 'json' };
import activationScheduled from './templates/activation-scheduled.json' with { type: 'json' };
import active from './templates/active.json' with { type: 'json' };
import alarm from './templates/alarm.json' with { type: 'json' };
import approvalDecided from './templates/approval-decided.json' with { type: 'json' };
import approvalRequest from './templates/approval-request.json' with { type: 'json' };
import approvalShared from './templates/approval-shared.json' with { type: 'json' };
import approvals from './templates/approvals.json' with { type: 'json' };
import approvalsChannel from './templates/approvals-channel.json' with { type: 'json' };
import assignmentChange from './templates/assignment-change.json' with { type: 'json' };
import assignmentForm from './templates/assignment-form.json' with { type: 'json' };
import breakGlassActive from './templates/break-glass-active.json' with { type: 'json' };
import breakGlassConfirm from './templates/break-glass-confirm.json' with { type: 'json' };
import breakGlassPacks from './templates/break-glass-packs.json' with { type: 'json' };
import breakGlassReview from './templates/break-glass-review.json' with { type: 'json' };
import breakGlassReviews from './templates/break-glass-reviews.json' with { type: 'json' };
import bundles from './templates/bundles.json' with { type: 'json' };
import can from './templates/can.json' with { type: 'json' };
import check from './templates/check.json' with { type: 'json' };
import chooseRole from './templates/choose-role.json' with { type: 'json' };
import compare from './templates/compare.json' with { type: 'json' };
import error from './templates/error.json' with { type: 'json' };
import expiryReminder from './templates/expiry-reminder.json' with { type: 'json' };
import extensionRequested from './templates/extension-requested.json' with { type: 'json' };
import help from './templates/help.json' with { type: 'json' };
import history from './templates/history.json' with { type: 'json' };
import myRoles from './templates/my-roles.json' with { type: 'json' };
import paused from './templates/paused.json' with { type: 'json' };
import pending from './templates/pending.json' with { type: 'json' };
import policyChange from './templates/policy-change.json' with { type: 'json' };
import preferences from './templates/preferences.json' with { type: 'json' };
import report from './templates/report.json' with { type: 'json' };
import role from './templates/role.json' with { type: 'json' };
import rolesChange from './templates/roles-change.json' with { type: 'json' };
import rolesDrift from './templates/roles-drift.json' with { type: 'json' };
import runbook from './templates/runbook.json' with { type: 'json' };
import runbooks from './templates/runbooks.json' with { type: 'json' };
import settings from './templates/settings.json' with { type: 'json' };
import settingsDocument from './templates/settings-document.json' with { type: 'json' };
import settingsForm from './templates/settings-form.json' with { type: 'json' };
import signIn from './templates/sign-in.json' with { type: 'json' };
import signedOut from './templates/signed-out.json' with { type: 'json' };
import stepUp from './templates/step-up.json' with { type: 'json' };
import threadNote from './templates/thread-note.json' with { type: 'json' };
import whichRole from './templates/which-role.json' with { type: 'json' };
import whoApproves from './templates/who-approves.json' with { type: 'json' };
import whoHas from './templates/who-has.json' with { type: 'json' };

/** The template of every card, as it is written. */
export const TEMPLATES: Readonly<Record<CardName, object>> = {
  'activation-active': activationActive,
  'activation-denied': activationDenied,
  'activation-ended': activationEnded,
  'activation-form': activationForm,
  'activation-pending': activationPending,
  'activation-scheduled': activationScheduled,
  active,
  alarm,
  'approval-decided': approvalDecided,
  'approval-request': approvalRequest,
  approvals,
  'approvals-channel': approvalsChannel,
  'assignment-change': assignmentChange,
  'assignment-form': assignmentForm,
  'break-glass-active': breakGlassActive,
  'break-glass-confirm': breakGlassConfirm,
  'break-glass-packs': breakGlassPacks,
  'break-glass-review': breakGlassReview,
  'break-glass-reviews': breakGlassReviews,
  bundles,
  can,
  check,
  'choose-role': chooseRole,
  compare,
  error,
  'expiry-reminder': expiryReminder,
  'extension-requested': extensionRequested,
  help,
  history,
  'my-roles': myRoles,
  pending,
  'policy-change': policyChange,
  preferences,
  report,
  role,
  runbook,
  runbooks,
  'roles-change': rolesChange,
  'roles-drift': rolesDrift,
  settings,
  'settings-document': settingsDocument,
  'settings-form': settingsForm,
  'sign-in': signIn,
  paused,
  'signed-out': signedOut,
  'step-up': stepUp,
  'thread-note': threadNote,
  'which-role': whichRole,
  'who-approves': whoApproves,
  'who-has': whoHas,
};

/** Templates of cards that look different where several people read them. */
const SHARED_TEMPLATES: Partial<Readonly<Record<CardName, object>>> = {
  'approval-decided': approvalShared,
  'approval-request': approvalShared,
};

const parsed: Readonly<Record<Language, Map<object, Template>>> = { en: new Map(), es: new Map() };

/**
 * The parsed template of a card, for one person or for all who read a conversation: parsing is the slow part, so it is done once,
 * and not before the card is first drawn.
 */
export function templateOf(card: CardName, language: Language, isShared: boolean): Template {
  const written = (isShared ? SHARED_TEMPLATES[card] : undefined) ?? TEMPLATES[card];
  const known = parsed[language].get(written);
  if (known !== undefined) {
    return known;
  }
  const template = new Template(inLanguage(written, language));
  parsed[language].set(written, template);
  return template;
}
