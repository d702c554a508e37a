import activationActive from './en/activation-active.json' with { type: 'json' };
import activationDenied from './en/activation-denied.json' with { type: 'json' };
import activationEnded from './en/activation-ended.json' with { type: 'json' };
import activationForm from './en/activation-form.json' with { type: 'json' };
import activationPending from './en/activation-pending.json' with { type: 'json' };
import activationScheduled from './en/activation-scheduled.json' with { type: 'json' };
import active from './en/active.json' with { type: 'json' };
import alarm from './en/alarm.json' with { type: 'json' };
import approvalDecided from './en/approval-decided.json' with { type: 'json' };
import approvalRequest from './en/approval-request.json' with { type: 'json' };
import approvalShared from './en/approval-shared.json' with { type: 'json' };
import approvals from './en/approvals.json' with { type: 'json' };
import approvalsChannel from './en/approvals-channel.json' with { type: 'json' };
import approvers from './en/approvers.json' with { type: 'json' };
import assignmentChange from './en/assignment-change.json' with { type: 'json' };
import assignmentForm from './en/assignment-form.json' with { type: 'json' };
import breakGlassActive from './en/break-glass-active.json' with { type: 'json' };
import breakGlassConfirm from './en/break-glass-confirm.json' with { type: 'json' };
import breakGlassPacks from './en/break-glass-packs.json' with { type: 'json' };
import breakGlassReview from './en/break-glass-review.json' with { type: 'json' };
import breakGlassReviews from './en/break-glass-reviews.json' with { type: 'json' };
import bundles from './en/bundles.json' with { type: 'json' };
import can from './en/can.json' with { type: 'json' };
import chain from './en/chain.json' with { type: 'json' };
import check from './en/check.json' with { type: 'json' };
import chooseRole from './en/choose-role.json' with { type: 'json' };
import compare from './en/compare.json' with { type: 'json' };
import dates from './en/dates.json' with { type: 'json' };
import error from './en/error.json' with { type: 'json' };
import expiryReminder from './en/expiry-reminder.json' with { type: 'json' };
import extensionRequested from './en/extension-requested.json' with { type: 'json' };
import help from './en/help.json' with { type: 'json' };
import helpExamples from './en/help-examples.json' with { type: 'json' };
import history from './en/history.json' with { type: 'json' };
import myRoles from './en/my-roles.json' with { type: 'json' };
import operations from './en/operations.json' with { type: 'json' };
import pageOutcomes from './en/page-outcomes.json' with { type: 'json' };
import pages from './en/pages.json' with { type: 'json' };
import paused from './en/paused.json' with { type: 'json' };
import pending from './en/pending.json' with { type: 'json' };
import policyChange from './en/policy-change.json' with { type: 'json' };
import powerful from './en/powerful.json' with { type: 'json' };
import preferences from './en/preferences.json' with { type: 'json' };
import press from './en/press.json' with { type: 'json' };
import pull from './en/pull.json' with { type: 'json' };
import report from './en/report.json' with { type: 'json' };
import request from './en/request.json' with { type: 'json' };
import role from './en/role.json' with { type: 'json' };
import roleFiles from './en/role-files.json' with { type: 'json' };
import roles from './en/roles.json' with { type: 'json' };
import rolesChange from './en/roles-change.json' with { type: 'json' };
import rolesDrift from './en/roles-drift.json' with { type: 'json' };
import runbook from './en/runbook.json' with { type: 'json' };
import runbooks from './en/runbooks.json' with { type: 'json' };
import sentences from './en/sentences.json' with { type: 'json' };
import settings from './en/settings.json' with { type: 'json' };
import settingsDocument from './en/settings-document.json' with { type: 'json' };
import settingsForm from './en/settings-form.json' with { type: 'json' };
import settingsLabels from './en/settings-labels.json' with { type: 'json' };
import shared from './en/shared.json' with { type: 'json' };
import signIn from './en/sign-in.json' with { type: 'json' };
import signedOut from './en/signed-out.json' with { type: 'json' };
import stepUp from './en/step-up.json' with { type: 'json' };
import threadNote from './en/thread-note.json' with { type: 'json' };
import whichRole from './en/which-role.json' with { type: 'json' };
import whoApproves from './en/who-approves.json' with { type: 'json' };
import whoHas from './en/who-has.json' with { type: 'json' };

/** The texts of the bot in English, by area: a card, or what several of them say. The other languages follow it. */
export const EN = {
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
  'approval-shared': approvalShared,
  approvals,
  'approvals-channel': approvalsChannel,
  approvers,
  'assignment-change': assignmentChange,
  'assignment-form': assignmentForm,
  'break-glass-active': breakGlassActive,
  'break-glass-confirm': breakGlassConfirm,
  'break-glass-packs': breakGlassPacks,
  'break-glass-review': breakGlassReview,
  'break-glass-reviews': breakGlassReviews,
  bundles,
  can,
  chain,
  check,
  'choose-role': chooseRole,
  compare,
  dates,
  error,
  'expiry-reminder': expiryReminder,
  'extension-requested': extensionRequested,
  help,
  'help-examples': helpExamples,
  history,
  'my-roles': myRoles,
  paused,
  operations,
  'page-outcomes': pageOutcomes,
  pages,
  pending,
  'policy-change': policyChange,
  powerful,
  preferences,
  press,
  pull,
  report,
  request,
  role,
  'role-files': roleFiles,
  roles,
  'roles-change': rolesChange,
  'roles-drift': rolesDrift,
  runbook,
  runbooks,
  settings,
  'settings-document': settingsDocument,
  'settings-labels': settingsLabels,
  sentences,
  'settings-form': settingsForm,
  shared,
  'sign-in': signIn,
  'signed-out': signedOut,
  'step-up': stepUp,
  'thread-note': threadNote,
  'which-role': whichRole,
  'who-approves': whoApproves,
  'who-has': whoHas,
};

/** Every text, by area and name. A language that lacks one does not compile. */
export type Catalogue = {
  readonly [Area in keyof typeof EN]: { readonly [Name in keyof (typeof EN)[Area]]: string };
};
