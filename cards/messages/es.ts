import type { Catalogue } from './en.ts';
import activationActive from './es/activation-active.json' with { type: 'json' };
import activationDenied from './es/activation-denied.json' with { type: 'json' };
import activationEnded from './es/activation-ended.json' with { type: 'json' };
import activationForm from './es/activation-form.json' with { type: 'json' };
import activationPending from './es/activation-pending.json' with { type: 'json' };
import activationScheduled from './es/activation-scheduled.json' with { type: 'json' };
import active from './es/active.json' with { type: 'json' };
import alarm from './es/alarm.json' with { type: 'json' };
import approvalDecided from './es/approval-decided.json' with { type: 'json' };
import approvalRequest from './es/approval-request.json' with { type: 'json' };
import approvalShared from './es/approval-shared.json' with { type: 'json' };
import approvals from './es/approvals.json' with { type: 'json' };
import approvalsChannel from './es/approvals-channel.json' with { type: 'json' };
import approvers from './es/approvers.json' with { type: 'json' };
import assignmentChange from './es/assignment-change.json' with { type: 'json' };
import assignmentForm from './es/assignment-form.json' with { type: 'json' };
import breakGlassActive from './es/break-glass-active.json' with { type: 'json' };
import breakGlassConfirm from './es/break-glass-confirm.json' with { type: 'json' };
import breakGlassPacks from './es/break-glass-packs.json' with { type: 'json' };
import breakGlassReview from './es/break-glass-review.json' with { type: 'json' };
import breakGlassReviews from './es/break-glass-reviews.json' with { type: 'json' };
import bundles from './es/bundles.json' with { type: 'json' };
import can from './es/can.json' with { type: 'json' };
import chain from './es/chain.json' with { type: 'json' };
import check from './es/check.json' with { type: 'json' };
import chooseRole from './es/choose-role.json' with { type: 'json' };
import compare from './es/compare.json' with { type: 'json' };
import dates from './es/dates.json' with { type: 'json' };
import error from './es/error.json' with { type: 'json' };
import expiryReminder from './es/expiry-reminder.json' with { type: 'json' };
import extensionRequested from './es/extension-requested.json' with { type: 'json' };
import help from './es/help.json' with { type: 'json' };
import helpExamples from './es/help-examples.json' with { type: 'json' };
import history from './es/history.json' with { type: 'json' };
import myRoles from './es/my-roles.json' with { type: 'json' };
import operations from './es/operations.json' with { type: 'json' };
import pageOutcomes from './es/page-outcomes.json' with { type: 'json' };
import pages from './es/pages.json' with { type: 'json' };
import paused from './es/paused.json' with { type: 'json' };
import pending from './es/pending.json' with { type: 'json' };
import policyChange from './es/policy-change.json' with { type: 'json' };
import powerful from './es/powerful.json' with { type: 'json' };
import preferences from './es/preferences.json' with { type: 'json' };
import press from './es/press.json' with { type: 'json' };
import pull from './es/pull.json' with { type: 'json' };
import report from './es/report.json' with { type: 'json' };
import request from './es/request.json' with { type: 'json' };
import role from './es/role.json' with { type: 'json' };
import roleFiles from './es/role-files.json' with { type: 'json' };
import roles from './es/roles.json' with { type: 'json' };
import rolesChange from './es/roles-change.json' with { type: 'json' };
import rolesDrift from './es/roles-drift.json' with { type: 'json' };
import runbook from './es/runbook.json' with { type: 'json' };
import runbooks from './es/runbooks.json' with { type: 'json' };
import sentences from './es/sentences.json' with { type: 'json' };
import settings from './es/settings.json' with { type: 'json' };
import settingsDocument from './es/settings-document.json' with { type: 'json' };
import settingsForm from './es/settings-form.json' with { type: 'json' };
import settingsLabels from './es/settings-labels.json' with { type: 'json' };
import shared from './es/shared.json' with { type: 'json' };
import signIn from './es/sign-in.json' with { type: 'json' };
import signedOut from './es/signed-out.json' with { type: 'json' };
import stepUp from './es/step-up.json' with { type: 'json' };
import threadNote from './es/thread-note.json' with { type: 'json' };
import whichRole from './es/which-role.json' with { type: 'json' };
import whoApproves from './es/who-approves.json' with { type: 'json' };
import whoHas from './es/who-has.json' with { type: 'json' };

/** The same in Spanish. */
export const ES: Catalogue = {
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
