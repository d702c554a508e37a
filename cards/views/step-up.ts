import { z } from 'zod';
import type { StepUpNotice, StepUpSubject } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { errorLink, errorSentence } from '../error-texts.ts';
import { type Listener, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
import { signInLink } from '../sign-in-link.ts';
import { dateWords, durationWords, instantWords } from '../words.ts';
import { moreWords, takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';

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
  const { shown, left } = takeFitting(rolesOf(notice, context), ROLES_BYTES, ROLE_FRAME);
  const title = titleOf(notice, context);
  const signInUrl = shared.isLive && isWaiting ? signInLink(context.publicUrl, notice.pageSignInId) : '';
  const hasNewLink = shared.isLive && context.publicUrl !== null && mayHaveNewLink(notice);
  const hasCancel = shared.isLive && isWaiting && notice.purpose === 'activate';
  const problem = notice.phase === 'refused' ? notice.problem : null;
  const link = shared.isLive && problem !== null ? errorLink(problem.code, context) : null;
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (hasNewLink || hasCancel),
    summary: isWaiting && shared.isLive ? summaryOf(notice, title, context) : title,
    title,
    why: isWaiting ? whyWords(notice, context) : '',
    outcome: outcomeOf(notice, context),
    problem: problem === null ? '' : errorSentence(problem.code, problem.facts, context),
    roles: shown,
    more: moreWords(left, context),
    until: signInUrl === '' ? '' : instantWords(notice.expiresAt, context),
    how: shared.isLive && isWaiting ? howWords(signInUrl, context) : '',
    next: hasNewLink && !isWaiting ? say(context, 'step-up.next') : '',
    signInUrl,
    linkTitle: link?.title ?? '',
    linkUrl: link?.url ?? '',
    hasNewLink,
    hasCancel,
  };
}

function rolesOf({ roles, purpose }: StepUpNotice, reader: Listener) {
  return roles.map((role, index) => ({
    id: `role-${index + 1}`,
    requester: purpose === 'approve' ? nameText(role.requesterName) : '',
    role: nameText(role.roleName),
    scope: scopeText(role.scopeName, reader),
    duration: durationWords(role.duration, reader),
    requestId: nameText(role.requestId),
  }));
}

function titleOf({ phase, purpose, roles }: StepUpNotice, context: CardContext): string {
  return phase === 'waiting'
    ? say(context, `step-up.title.${purpose}.${tenseOf(context)}`, { count: countOf(roles) })
    : say(context, `step-up.end.${phase}`);
}

const tenseOf = ({ isRetired }: CardContext) => (isRetired ? 'past' : 'live');

/** What has no role to name is about one thing. */
const countOf = (roles: StepUpNotice['roles']): number => Math.max(1, roles.length);

/** Names the role where there is only one: a notification shows plain text, as the title of a card does not. */
function summaryOf({ purpose, roles }: StepUpNotice, title: string, reader: Listener): string {
  const only: StepUpSubject | undefined = roles.length === 1 ? roles[0] : undefined;
  if (only === undefined || (purpose !== 'activate' && purpose !== 'approve')) {
    return title;
  }
  const role = roleWords(only, reader);
  return purpose === 'activate'
    ? say(reader, 'step-up.summary.activate', { role })
    : say(reader, 'step-up.summary.approve', { name: nameText(only.requesterName), role });
}

function whyWords({ why, roles }: StepUpNotice, context: CardContext): string {
  return say(context, `step-up.reason.${why}.${tenseOf(context)}`, { count: countOf(roles) });
}

function howWords(signInUrl: string, context: CardContext): string {
  if (context.publicUrl === null) {
    return say(context, 'step-up.no-page');
  }
  return say(context, signInUrl === '' ? 'step-up.no-link' : 'step-up.how');
}

function outcomeOf(notice: StepUpNotice, context: CardContext): string {
  if (notice.phase === 'waiting') {
    return '';
  }
  if (notice.phase === 'expired') {
    return say(context, 'step-up.outcome.expired', { until: dateWords(notice.expiresAt, context) });
  }
  if (notice.phase === 'done') {
    return say(context, `step-up.done.${context.isRetired ? 'past' : notice.purpose}`);
  }
  return say(context, `step-up.outcome.${notice.phase}.${tenseOf(context)}`);
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
