import { z } from 'zod';
import type { StepUpNotice, StepUpSubject } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { ERROR_TEXTS, errorSentence } from '../error-texts.ts';
import { nameText } from '../plain-text.ts';
import { signInLink } from '../sign-in-link.ts';
import { dateWords, durationWords, instantWords } from '../words.ts';
import { moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';
import words from './step-up-words.json' with { type: 'json' };

const entry = z.strictObject({
  id: z.string(),
  requester: z.string(),
  role: z.string(),
  scope: z.string(),
  duration: z.string(),
  requestId: z.string(),
});
export const stepUpView = z.strictObject({
  ...frame,
  title: z.string(),
  why: z.string(),
  outcome: z.string(),
  problem: z.string(),
  roles: z.array(entry),
  more: z.string(),
  until: z.string(),
  how: z.string(),
  next: z.string(),
  signInUrl: z.string(),
  linkTitle: z.string(),
  linkUrl: z.string(),
  hasNewLink: z.boolean(),
  hasCancel: z.boolean(),
});

// What the template adds around the words of one role, in bytes of JSON.
const ROLE_FRAME = 900;
const ROLES_BYTES = 14_000;

/** Refusals that the same person meets again on the next link. */
const FINAL_PROBLEMS: ReadonlySet<string> = new Set([
  'identity.device_blocked',
  'identity.access_blocked',
  'identity.admin_unavailable',
  'activation.mfa_not_accepted',
  'activation.step_up_not_accepted',
]);

export function viewStepUp(notice: StepUpNotice, context: CardContext): z.infer<typeof stepUpView> {
  const shared = frameOf(context);
  const isWaiting = notice.phase === 'waiting';
  const { shown, left } = takeFitting(rolesOf(notice), ROLES_BYTES, ROLE_FRAME);
  const title = titleOf(notice, shared.isLive);
  const signInUrl = shared.isLive && isWaiting ? signInLink(context.publicUrl, notice.pageSignInId) : '';
  const hasNewLink = shared.isLive && context.publicUrl !== null && mayHaveNewLink(notice);
  const hasCancel = shared.isLive && isWaiting && notice.purpose === 'activate';
  const problem = notice.phase === 'refused' ? notice.problem : null;
  const link = shared.isLive && problem !== null ? ERROR_TEXTS[problem.code].link : undefined;
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasNewLink || hasCancel),
    summary: isWaiting && shared.isLive ? summaryOf(notice, title) : title,
    title,
    why: isWaiting ? whyWords(notice, shared.isLive) : '',
    outcome: outcomeOf(notice, context),
    problem: problem === null ? '' : errorSentence(problem.code, problem.facts, context),
    roles: shown,
    more: moreWords(left),
    until: signInUrl === '' ? '' : instantWords(notice.expiresAt, context),
    how: shared.isLive && isWaiting ? howWords(signInUrl, context) : '',
    next: hasNewLink && !isWaiting ? words.next : '',
    signInUrl,
    linkTitle: link?.title ?? '',
    linkUrl: link?.url ?? '',
    hasNewLink,
    hasCancel,
  };
}

function rolesOf({ roles, purpose }: StepUpNotice) {
  return roles.map((role, index) => ({
    id: `role-${index + 1}`,
    requester: purpose === 'approve' ? nameText(role.requesterName) : '',
    role: nameText(role.roleName),
    scope: nameText(role.scopeName),
    duration: durationWords(role.duration),
    requestId: nameText(role.requestId),
  }));
}

function titleOf({ phase, purpose, roles }: StepUpNotice, isLive: boolean): string {
  if (phase !== 'waiting') {
    return words.endTitles[phase];
  }
  const goal = words.goals[purpose];
  return `A sign-in ${isLive ? 'is' : 'was'} needed to ${roles.length > 1 ? goal.many : goal.one}`;
}

/** Names the role where there is only one: a notification shows plain text, as the title of a card does not. */
function summaryOf({ purpose, roles }: StepUpNotice, title: string): string {
  const only: StepUpSubject | undefined = roles.length === 1 ? roles[0] : undefined;
  if (only === undefined || (purpose !== 'activate' && purpose !== 'approve')) {
    return title;
  }
  return purpose === 'activate'
    ? `A sign-in is needed to activate ${roleWords(only)}`
    : `A sign-in is needed to decide ${nameText(only.requesterName)}'s request for ${roleWords(only)}`;
}

function whyWords({ why, roles }: StepUpNotice, isLive: boolean): string {
  const reasons = words.reasons[why];
  const chosen = isLive ? reasons.live : reasons.past;
  return roles.length > 1 ? chosen.many : chosen.one;
}

function howWords(signInUrl: string, context: CardContext): string {
  if (context.publicUrl === null) {
    return words.noPage;
  }
  return signInUrl === '' ? words.noLink : words.how;
}

function outcomeOf(notice: StepUpNotice, context: CardContext): string {
  if (notice.phase === 'waiting') {
    return '';
  }
  if (notice.phase === 'expired') {
    return `The link worked until ${dateWords(notice.expiresAt, context)}. The sign-in was not finished by then, so nothing was done.`;
  }
  if (notice.phase === 'done') {
    return context.isRetired ? words.done.past : words.done[notice.purpose];
  }
  const outcome = words.outcomes[notice.phase];
  return context.isRetired ? outcome.past : outcome.live;
}

function mayHaveNewLink({ phase, problem }: StepUpNotice): boolean {
  switch (phase) {
    case 'waiting':
    case 'cancelled':
    case 'expired':
    case 'wrong-person':
      return true;
    case 'refused':
      return problem === null || !FINAL_PROBLEMS.has(problem.code);
    case 'done':
    case 'replaced':
      return false;
  }
}
