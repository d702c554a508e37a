import { ERROR_TEXTS } from '../cards/error-texts.ts';
import type { AdministrationNotice } from '../src/domain/administration-notice.ts';
import type { BreakGlassNotice } from '../src/domain/break-glass-notice.ts';
import { helpsToActivate, mayActivate } from '../src/domain/can-verdict.ts';
import type { Notice, StepUpNotice, Verb } from '../src/domain/notice.ts';
import { VERBS } from '../src/domain/notice.ts';
import type { RoleFilesNotice } from '../src/domain/role-files-notice.ts';
import type { RoleCardNotice, RoleNotice } from '../src/domain/role-notice.ts';
import type { RunbookCardNotice } from '../src/domain/runbook-notice.ts';
import type { WhichRoleNotice } from '../src/domain/which-role-notice.ts';
import type { ErrorCode } from '../src/errors.ts';
import type { CardRecord } from '../src/ports/store.ts';
import type { CardReply } from './turns.ts';

type Step = CardReply['step'];

const STEPS: readonly Step[] = [null, 'approve', 'deny'];

/**
 * Says whether a card, as it is now, has a button for this verb; `view` is what its refresh presses.
 *
 * Nobody knows which step the clicker has before them: without `step` the buttons of all of them count. A retired card offers
 * nothing. The templates in `cards/` decide; a test compares.
 */
export function isOffered(card: Pick<CardRecord, 'notice' | 'isRetired'>, verb: Verb, step?: Step): boolean {
  if (card.isRetired) {
    return false;
  }
  const steps = step === undefined ? STEPS : [step];
  return steps.some((each) => offeredBy(card.notice, each).includes(verb));
}

type Offer = readonly Verb[];

const NOTHING: Offer = [];

/** What there is to press; the refresh stands only on the first step, which is the only one of most cards. */
function offeredBy(notice: Notice, step: Step): Offer {
  const buttons = buttonsOf(notice, step);
  return step === null && isRefreshed(notice, buttons) ? [...buttons, 'view'] : buttons;
}

const DECISION_OFFERS = {
  approve: ['send-approve', 'back'],
  deny: ['send-deny', 'back'],
} as const satisfies Record<string, Offer>;

function decisionOffer(step: Step): Offer {
  return step === null ? ['approve', 'deny'] : DECISION_OFFERS[step];
}

function buttonsOf(notice: Notice, step: Step): Offer {
  switch (notice.card) {
    case 'help':
      return ['open-form', 'show-my-roles', 'show-active', 'show-pending', 'show-approvals', 'open-preferences'];
    case 'preferences':
      return ['save-preferences'];
    case 'my-roles':
      return [
        ...when(
          notice.roles.some(({ isServed }) => isServed !== false),
          'open-form',
        ),
        ...when(ownActive(notice.active) > 0, 'deactivate'),
      ];
    case 'active':
      return when(ownActive(notice.assignments) > 0, 'deactivate');
    case 'pending':
      return notice.requests.length > 0 ? ['cancel', 'remind-approvers'] : NOTHING;
    case 'approvals':
      return notice.requests.length > 0 ? decisionOffer(step) : NOTHING;
    case 'activation-form':
      return ['activate'];
    case 'choose-role':
      return ['choose'];
    case 'activation-pending':
      // Before PIM has it there is nothing to withdraw, and nobody was asked.
      return notice.waitsFor === 'provisioning' || notice.phase === 'sending'
        ? NOTHING
        : ['cancel', 'remind-approvers'];
    case 'activation-active':
      return [
        ...when(notice.hasRunbook === true, 'show-check'),
        ...(notice.deactivateAt === null ? [...when(isStopped(notice), 'go-on'), 'deactivate' as const] : NOTHING),
      ];
    case 'activation-scheduled':
      return ['cancel'];
    case 'activation-ended':
      return ['activate-again'];
    case 'approval-request':
      return notice.phase === 'ask' ? decisionOffer(step) : NOTHING;
    case 'activation-denied':
    case 'alarm':
    case 'approval-decided':
    case 'approvals-channel':
    case 'paused':
    case 'signed-out':
    case 'thread-note':
      return NOTHING;
    case 'expiry-reminder':
      return REMINDER_OFFERS[notice.wish];
    case 'sign-in':
      return ['sign-in'];
    case 'step-up':
      return stepUpOffer(notice);
    case 'error':
      return errorOffer(notice.code);
    case 'roles-change':
    case 'roles-drift':
      return roleFilesOffer(notice);
    case 'break-glass-packs':
    case 'break-glass-confirm':
    case 'break-glass-active':
    case 'break-glass-review':
    case 'break-glass-reviews':
      return breakGlassOffer(notice);
    case 'runbooks':
    case 'runbook':
    case 'check':
      return runbookOffer(notice);
    case 'role':
    case 'can':
    case 'compare':
      return roleOffer(notice);
    case 'which-role':
      return whichRoleOffer(notice);
    default:
      return administrationOffer(notice);
  }
}

function runbookOffer(notice: RunbookCardNotice): Offer {
  switch (notice.card) {
    case 'runbooks':
      return when(notice.runbooks.length > 0, 'show-runbook');
    case 'runbook':
      return [...when(notice.key !== null, 'open-role-form'), ...when(hasRole(notice), 'show-check')];
    case 'check':
      return [
        ...when(notice.standing === 'not-active' && notice.isEligible, 'open-role-form'),
        'show-check',
        ...when(notice.runbook !== null, 'show-runbook'),
      ];
  }
}

/** Who has nothing of a role has nothing to check. */
function hasRole({ standing }: Extract<Notice, { card: 'runbook' }>): boolean {
  return standing !== 'not-eligible';
}

function roleOffer(notice: RoleCardNotice): Offer {
  switch (notice.card) {
    case 'role':
      return [...when(isActivatable(notice), 'activate-role'), ...definitionOffer(notice)];
    case 'can':
      return [...when(helpsToActivate(notice), 'activate-role'), 'show-role'];
    case 'compare':
      return when(notice.onList !== null, 'export');
  }
}

function whichRoleOffer({ fitting, others }: WhichRoleNotice): Offer {
  return [
    ...when(
      fitting.some(({ key }) => key !== null),
      'activate-role',
    ),
    ...when(others.length > 0, 'show-meaning'),
  ];
}

/** The first page says who may; the others are about the definition. */
function isActivatable(notice: RoleNotice): boolean {
  return mayActivate(notice.own) && (notice.subject === 'membership' || notice.page.kind === 'summary');
}

function definitionOffer(notice: RoleNotice): Offer {
  if (notice.subject === 'membership') {
    return NOTHING;
  }
  const { page, counts } = notice;
  return [
    ...when(page.kind !== 'summary' && page.providers.length > 0, 'show-role-operations'),
    ...when(page.kind !== 'definition', 'show-role-definition'),
    ...when(page.kind !== 'summary', 'show-role-summary'),
    ...when(counts !== null, 'export'),
  ];
}

function breakGlassOffer(notice: BreakGlassNotice): Offer {
  switch (notice.card) {
    case 'break-glass-confirm':
      return confirmOffer(notice);
    case 'break-glass-active':
      return pulledOffer(notice);
    case 'break-glass-review':
      return when(notice.phase !== 'done' && notice.view !== 'channel', 'complete-review');
    case 'break-glass-packs':
    case 'break-glass-reviews':
      return NOTHING;
  }
}

function confirmOffer({ phase, view }: Extract<Notice, { card: 'break-glass-confirm' }>): Offer {
  if (phase !== 'confirm' && phase !== 'sign-in') {
    return NOTHING;
  }
  return view === 'second' ? ['confirm-second', 'refuse-second'] : ['confirm-pull', 'drop-pull'];
}

function pulledOffer({
  phase,
  view,
  pull,
  standDownAt,
  isStandingDown,
}: Extract<Notice, { card: 'break-glass-active' }>): Offer {
  const isOver = phase === 'over' || phase === 'dropped';
  return [
    ...when(view === 'puller' && !isOver && standDownAt === null && !isStandingDown, 'stand-down'),
    ...when(view === 'person' && phase === 'active' && !pull.isDrill, 'stop-access'),
  ];
}

function roleFilesOffer(notice: RoleFilesNotice): Offer {
  if (notice.card === 'roles-drift') {
    const { about, roles, problems, unread, counts } = notice;
    const isPlannable = problems.length + unread.length === 0 && counts.different + counts['only-in-files'] > 0;
    return [
      ...when(about === null && roles.length > 0, 'show-role-drift'),
      ...when(roles.length > 0, 'export'),
      ...when(isPlannable, 'open-role-plan'),
    ];
  }
  if (notice.phase === 'confirm') {
    return ['confirm-roles', 'drop-roles'];
  }
  return when(notice.phase === 'over' && notice.items.some(({ outcome }) => outcome === 'in-doubt'), 'look-at-roles');
}

function administrationOffer(notice: AdministrationNotice): Offer {
  switch (notice.card) {
    case 'who-has':
      return when(notice.rows.length > 0, 'export');
    case 'bundles':
      return notice.bundles.length > 0 ? ['run-bundle', 'delete-bundle'] : NOTHING;
    case 'assignment-form':
      return ['review-assignment'];
    case 'assignment-change':
      return assignmentOffer(notice);
    case 'settings':
      return ['open-settings-form', 'show-settings-document'];
    case 'settings-form':
      return ['propose-settings'];
    case 'policy-change':
      return changeOffer(notice);
    case 'settings-document':
      return ['show-settings'];
    case 'history':
    case 'who-approves':
    case 'extension-requested':
    case 'report':
      return NOTHING;
  }
}

function assignmentOffer({ phase, problem }: Extract<Notice, { card: 'assignment-change' }>): Offer {
  if (phase === 'confirm') {
    return ['confirm-assignment', 'edit-assignment', 'drop-assignment'];
  }
  return when(phase === 'refused' && problem?.code === 'activation.in_doubt', 'look-at-assignment');
}

const CHANGE_OFFERS = {
  proposer: ['withdraw-settings'],
  confirmer: ['confirm-settings', 'decline-settings'],
} as const satisfies Record<string, Offer>;

function changeOffer({ phase, view }: Extract<Notice, { card: 'policy-change' }>): Offer {
  switch (phase) {
    case 'proposed':
      return CHANGE_OFFERS[view];
    case 'done':
    case 'failed':
      return ['show-settings'];
    default:
      return NOTHING;
  }
}

function when(isOffered: boolean, verb: Verb): Offer {
  return isOffered ? [verb] : NOTHING;
}

/** The second activation of a chain waits for a press. */
function isStopped({ chain }: Extract<Notice, { card: 'activation-active' }>): boolean {
  return chain?.phase === 'stopped';
}

const REMINDER_OFFERS = {
  none: ['continue', 'deactivate', 'let-it-end'],
  continue: ['deactivate', 'let-it-end'],
  'let-it-end': ['continue', 'deactivate'],
} as const satisfies Record<string, Offer>;

/** Refusals that the same person meets again on the next link. */
const FINAL_PROBLEMS: ReadonlySet<ErrorCode> = new Set([
  'identity.device_blocked',
  'identity.access_blocked',
  'identity.admin_unavailable',
  'activation.mfa_not_accepted',
  'activation.step_up_not_accepted',
]);

function stepUpOffer({ phase, purpose, problem }: StepUpNotice): Offer {
  switch (phase) {
    case 'waiting':
      return purpose === 'activate' ? ['new-link', 'cancel-step-up'] : ['new-link'];
    case 'cancelled':
    case 'expired':
    case 'wrong-person':
      return ['new-link'];
    case 'refused':
      return problem !== null && FINAL_PROBLEMS.has(problem.code) ? NOTHING : ['new-link'];
    case 'done':
    case 'replaced':
      return NOTHING;
  }
}

function errorOffer(code: ErrorCode): Offer {
  const actions = ERROR_TEXTS[code].actions ?? [];
  return VERBS.filter((verb) => actions.includes(verb));
}

/** What an administrator assigned is not the person's to give back. */
function ownActive(assignments: Extract<Notice, { card: 'active' }>['assignments']): number {
  return assignments.filter((assignment) => assignment.assignmentType === 'activated').length;
}

/** A card that holds an input is never drawn again by itself, nor one that has nothing to press. */
function isRefreshed(notice: Notice, buttons: Offer): boolean {
  switch (notice.card) {
    case 'active':
      return ownActive(notice.assignments) === 1;
    case 'pending':
    case 'approvals':
      return notice.requests.length === 1;
    case 'my-roles':
      return buttons.length > 0 && ownActive(notice.active) < 2;
    case 'role':
    case 'can':
    case 'which-role':
      return buttons.includes('activate-role');
    case 'step-up':
    case 'error':
    case 'assignment-change':
    case 'policy-change':
    case 'roles-change':
    case 'break-glass-confirm':
    case 'break-glass-active':
      return buttons.length > 0;
    case 'help':
    case 'activation-pending':
    case 'activation-active':
    case 'activation-scheduled':
    case 'activation-ended':
    case 'approval-request':
    case 'expiry-reminder':
    case 'sign-in':
      return true;
    default:
      return false;
  }
}
