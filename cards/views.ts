import type { Notice } from '../src/domain/notice.ts';
import type { CardContext } from './context.ts';
import { viewActivationActive } from './views/activation-active.ts';
import { viewActivationDenied } from './views/activation-denied.ts';
import { viewActivationEnded } from './views/activation-ended.ts';
import { viewActivationForm } from './views/activation-form.ts';
import { viewActivationPending } from './views/activation-pending.ts';
import { viewActivationScheduled } from './views/activation-scheduled.ts';
import { viewActive } from './views/active.ts';
import { viewAlarm } from './views/alarm.ts';
import { viewApprovals } from './views/approvals.ts';
import { viewAssignmentChange } from './views/assignment-change.ts';
import { viewAssignmentForm } from './views/assignment-form.ts';
import { viewBotCard } from './views/bot-cards.ts';
import { viewBreakGlassCard } from './views/break-glass-cards.ts';
import { viewBundles } from './views/bundles.ts';
import { viewApproval, viewChannelCard } from './views/channel-cards.ts';
import { viewChooseRole } from './views/choose-role.ts';
import { viewError } from './views/error.ts';
import { viewExpiryReminder } from './views/expiry-reminder.ts';
import { viewExtensionRequested } from './views/extension-requested.ts';
import type { Frame } from './views/frame.ts';
import { viewListCard } from './views/list-cards.ts';
import { viewMyRoles } from './views/my-roles.ts';
import { viewPending } from './views/pending.ts';
import { viewPolicyChange } from './views/policy-change.ts';
import { viewRoleCard } from './views/role-cards.ts';
import { viewRoleFilesCard } from './views/role-files-cards.ts';
import { viewRunbookCard } from './views/runbook-cards.ts';
import { viewSettingsCard } from './views/settings-cards.ts';
import { viewSignIn } from './views/sign-in.ts';
import { viewSignedOut } from './views/signed-out.ts';
import { viewStepUp } from './views/step-up.ts';

/** Everything a template is filled from. Each card's own fields are typed beside its view. */
export type View = Frame & { readonly summary: string };

/** Turns a notice into the words and switches of its card. */
export function viewOf(notice: Notice, context: CardContext): View {
  switch (notice.card) {
    case 'help':
    case 'paused':
    case 'preferences':
      return viewBotCard(notice, context);
    case 'my-roles':
      return viewMyRoles(notice, context);
    case 'active':
      return viewActive(notice, context);
    case 'pending':
      return viewPending(notice, context);
    case 'approvals':
      return viewApprovals(notice, context);
    case 'activation-form':
      return viewActivationForm(notice, context);
    case 'choose-role':
      return viewChooseRole(notice, context);
    case 'activation-pending':
      return viewActivationPending(notice, context);
    case 'activation-active':
      return viewActivationActive(notice, context);
    case 'activation-scheduled':
      return viewActivationScheduled(notice, context);
    case 'activation-ended':
      return viewActivationEnded(notice, context);
    case 'activation-denied':
      return viewActivationDenied(notice, context);
    case 'alarm':
      return viewAlarm(notice, context);
    case 'approval-decided':
    case 'approval-request':
      return viewApproval(notice, context);
    case 'expiry-reminder':
      return viewExpiryReminder(notice, context);
    case 'sign-in':
      return viewSignIn(notice, context);
    case 'signed-out':
      return viewSignedOut(notice, context);
    case 'step-up':
      return viewStepUp(notice, context);
    case 'approvals-channel':
    case 'thread-note':
      return viewChannelCard(notice, context);
    case 'error':
      return viewError(notice, context);
    case 'assignment-change':
      return viewAssignmentChange(notice, context);
    case 'assignment-form':
      return viewAssignmentForm(notice, context);
    case 'bundles':
      return viewBundles(notice, context);
    case 'extension-requested':
      return viewExtensionRequested(notice, context);
    case 'policy-change':
      return viewPolicyChange(notice, context);
    case 'settings':
    case 'settings-document':
    case 'settings-form':
      return viewSettingsCard(notice, context);
    case 'break-glass-active':
    case 'break-glass-confirm':
    case 'break-glass-packs':
    case 'break-glass-review':
    case 'break-glass-reviews':
      return viewBreakGlassCard(notice, context);
    case 'check':
    case 'runbook':
    case 'runbooks':
      return viewRunbookCard(notice, context);
    case 'history':
    case 'report':
    case 'who-approves':
    case 'who-has':
      return viewListCard(notice, context);
    case 'roles-change':
    case 'roles-drift':
      return viewRoleFilesCard(notice, context);
    default:
      return viewRoleCard(notice, context);
  }
}
