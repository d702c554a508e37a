import type { ActivationFormNotice, RoleChoice } from '../domain/notice.ts';
import { type ActivationTarget, targetChoice, targetKey } from './activation-target.ts';
import { outlookOf } from './approvers.ts';
import { isoDuration, isoOrNull } from './facts.ts';
import { type ActivationAsk, type ActivationPlan, askedFacts, type Refusal } from './plan-activation.ts';

/** As many are all on the form, so that clients that cannot search miss none. */
const MOST_AT_ONCE = 25;
/** Of more, the first so many; the others are found by typing. A client shows no more of what is found either. */
const SHOWN_FIRST = 15;

/** The form with eligible roles to choose from, in the order of {@link arrangeOwnRoles}: all of them, or the first. */
export function openForm(own: readonly RoleChoice[], ask: ActivationAsk): ActivationFormNotice {
  const only = own.length === 1 ? own[0] : undefined;
  const shown = own.length > MOST_AT_ONCE ? own.slice(0, SHOWN_FIRST) : own;
  return {
    card: 'activation-form',
    roles: shown,
    ...(shown.length < own.length && { rolesToFind: own.length - shown.length }),
    chosenKey: only?.key ?? null,
    values: formValues(ask, ask.duration),
    maximumDuration: null,
    isJustificationRequired: false,
    isTicketRequired: false,
    needsApproval: false,
    problems: [],
    asked: askedFacts(ask),
  };
}

/** The form of one target, with what stands between it and PIM. */
export function formFor(
  target: ActivationTarget,
  plan: ActivationPlan,
  ask: ActivationAsk,
  problems: readonly Refusal[],
): ActivationFormNotice {
  const tooLong = problems.find((problem) => problem.code === 'activation.too_long');
  const longest = tooLong?.facts.maximum;
  const maximum = longest ?? (plan.policy === null ? null : isoDuration(plan.policy.maximumDuration));
  const fits = tooLong !== undefined && maximum !== null ? Temporal.Duration.from(maximum) : plan.duration;
  const wants = (code: string): boolean => problems.some((problem) => problem.code === code);
  return {
    card: 'activation-form',
    roles: [targetChoice(target)],
    chosenKey: targetKey(target),
    values: formValues(ask, fits),
    maximumDuration: maximum,
    isJustificationRequired:
      wants('activation.justification_required') || (plan.policy?.isJustificationRequired ?? true),
    isTicketRequired: wants('activation.ticket_required') || (plan.policy?.isTicketRequired ?? false),
    needsApproval: plan.policy?.isApprovalRequired ?? false,
    outlook: plan.policy?.isApprovalRequired === true ? outlookOf(plan.approvers) : null,
    problems,
    asked: askedFacts(ask),
  };
}

function formValues(ask: ActivationAsk, duration: Temporal.Duration | null) {
  return {
    duration: duration === null || duration.sign <= 0 ? '' : isoDuration(duration),
    start: isoOrNull(ask.start),
    justification: ask.justification ?? '',
    ticket: ask.ticket ?? '',
  };
}
