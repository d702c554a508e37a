import { type RoleAtScope, roleKey } from '../domain/assignment.ts';
import type { ActivationFormNotice } from '../domain/notice.ts';
import { type ActivationTarget, targetChoice, targetKey } from './activation-target.ts';
import { isoDuration, isoOrNull, roleChoice } from './facts.ts';
import { type ActivationAsk, type ActivationPlan, askedFacts, type Refusal } from './plan-activation.ts';

/** The form with every eligible role to choose from. */
export function openForm(eligible: readonly RoleAtScope[], ask: ActivationAsk): ActivationFormNotice {
  const only = eligible.length === 1 ? eligible[0] : undefined;
  return {
    card: 'activation-form',
    roles: eligible.map(roleChoice),
    chosenKey: only === undefined ? null : roleKey(only),
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
