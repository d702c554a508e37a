import type { ErrorCode } from '../errors.ts';
import { isGuid } from './ids.ts';
import type { AssignmentSettings, ContextBacking, RoleSettings, SettingsApprover } from './role-settings.ts';
import { canonicalSettings } from './settings-canonical.ts';
import { minutesOf } from './settings-duration.ts';
import { type Approving, lockOuts } from './settings-lock-out.ts';

/**
 * One thing to say about settings. `facts.kind` names it for machines, `facts.reason` is the sentence for people,
 * `facts.path` where it is in a document.
 */
export interface SettingsProblem {
  readonly code: Extract<ErrorCode, 'settings.invalid' | 'settings.locks_out'>;
  readonly facts: Readonly<Record<string, string>>;
}

/** What a change is judged by: the settings as held and as wanted, and what is known of the people around them. */
export interface SettingsCheck extends Approving {
  readonly before: RoleSettings;
  readonly after: RoleSettings;
  /** What stands behind the authentication context that is wanted; null when none is. */
  readonly contextBacking: ContextBacking | null;
}

export interface SettingsVerdict {
  readonly refusals: readonly SettingsProblem[];
  readonly warnings: readonly SettingsProblem[];
}

/*
 * The portal offers activation maxima from 30 minutes to 24 hours; the API's least is said to be 5 minutes (pim-api §8.2, §11).
 * The narrower reading is taken: a maximum below what the portal can show would surprise the next administrator.
 */
const SHORTEST_ACTIVATION = 30;
const LONGEST_ACTIVATION = 24 * 60;
/** PIM names no longest assignment; ten years is a slip of the keyboard. */
const LONGEST_ASSIGNMENT = 10 * 365 * 24 * 60;

const CONTEXT = /^c[1-9]\d?$/;
const ADDRESS = /^[^\s@;,]{1,64}@[^\s@;,]+\.[^\s@;,]{2,}$/;

/**
 * Judges a change of role settings. Refuses what Microsoft would, and what would leave nobody who can be let in; warns about what
 * gets weaker. What the tenant already holds is never a reason to refuse a change of something else.
 */
export function checkSettings(check: SettingsCheck): SettingsVerdict {
  const before = canonicalSettings(check.before);
  const after = canonicalSettings(check.after);
  const locks = lockOuts(check, before, after);
  const known = new Set(invalid(before).map(keyOf));
  return {
    refusals: [...invalid(after).filter((problem) => !known.has(keyOf(problem))), ...locks.refusals],
    warnings: [...locks.warnings, ...weaker(before, after), ...contextWarnings(after, check.contextBacking)],
  };
}

function keyOf({ facts }: SettingsProblem): string {
  return JSON.stringify(facts);
}

function invalid({ activation, eligibleAssignment, activeAssignment, notifications }: RoleSettings): SettingsProblem[] {
  const minutes = minutesOf(activation.maximumDuration);
  const isWithin = minutes !== null && minutes >= SHORTEST_ACTIVATION && minutes <= LONGEST_ACTIVATION;
  const context = activation.authenticationContext;
  const hasMfa = activation.requires.includes('MultiFactorAuthentication');
  const { approvers } = activation.approval;
  return [
    ...unless(isWithin, 'activation.maximumDuration', {
      kind: 'maximum-out-of-bounds',
      reason: `The activation maximum must be between 30 minutes and 24 hours.`,
    }),
    ...unless(context === null || CONTEXT.test(context), 'activation.authenticationContext', {
      kind: 'context-unknown',
      reason: `An authentication context is one of c1 to c99; ${context} is not.`,
    }),
    ...unless(context === null || !hasMfa, 'activation.authenticationContext', {
      kind: 'mfa-and-context',
      reason: 'PIM takes Azure MFA or an authentication context on activation, not both.',
    }),
    ...approvers.flatMap(invalidApprover),
    ...invalidAssignment('eligibleAssignment', eligibleAssignment),
    ...invalidAssignment('activeAssignment', activeAssignment),
    ...notifications.flatMap(({ rule, recipients }) =>
      recipients
        .filter((recipient) => !ADDRESS.test(recipient))
        .flatMap((recipient) =>
          unless(false, `notifications.${rule}.recipients`, {
            kind: 'recipient-no-address',
            reason: `“${recipient.slice(0, 80)}” is not a mail address.`,
          }),
        ),
    ),
  ];
}

function invalidApprover({ id, name }: SettingsApprover): SettingsProblem[] {
  return unless(isGuid(id), 'activation.approval.approvers', {
    kind: 'approver-no-id',
    reason: `The approver “${name.slice(0, 80)}” has no object id.`,
  });
}

function invalidAssignment(path: string, given: AssignmentSettings): SettingsProblem[] {
  const minutes = minutesOf(given.maximumDuration);
  // Where assignments may be without an end the portal shows no maximum, and tenants hold any.
  const least = given.isPermanentAllowed ? 0 : 1;
  const isSane = minutes !== null && minutes >= least && minutes <= LONGEST_ASSIGNMENT;
  return [
    ...unless(isSane, `${path}.maximumDuration`, {
      kind: 'maximum-out-of-bounds',
      reason: `Assignments must expire after some time and within ten years; ${given.maximumDuration} does not fit.`,
    }),
    ...unless(!given.requires.includes('Ticketing'), `${path}.requireTicket`, {
      kind: 'ticket-on-assignment',
      reason: 'PIM asks for ticket information on activation only, not on assignment.',
    }),
  ];
}

function unless(
  isFine: boolean,
  path: string,
  { kind, reason }: { readonly kind: string; readonly reason: string },
): SettingsProblem[] {
  return isFine ? [] : [{ code: 'settings.invalid', facts: { kind, path, reason } }];
}

function weaker(before: RoleSettings, after: RoleSettings): SettingsProblem[] {
  const [was, is] = [before.activation, after.activation];
  const hadMfa = was.requires.includes('MultiFactorAuthentication');
  const isProven = is.requires.includes('MultiFactorAuthentication') || is.authenticationContext !== null;
  const isWithoutEnd = after.activeAssignment.isPermanentAllowed && !before.activeAssignment.isPermanentAllowed;
  return [
    ...unless(!hadMfa || isProven, 'activation.requireMultiFactorAuthentication', {
      kind: 'mfa-turned-off',
      reason: 'Activation will no longer ask for MFA.',
    }),
    ...unless(was.authenticationContext === null || isProven, 'activation.authenticationContext', {
      kind: 'context-turned-off',
      reason: 'Activation will no longer ask for an authentication context, nor for MFA.',
    }),
    ...unless(!was.approval.isRequired || is.approval.isRequired, 'activation.approval.required', {
      kind: 'approval-turned-off',
      reason: 'Activation will no longer need anybody’s approval.',
    }),
    ...unless(!isWithoutEnd, 'activeAssignment.allowPermanent', {
      kind: 'permanent-active-allowed',
      reason: 'Administrators will be able to assign the role for good, without activation.',
    }),
  ];
}

/** A context that no Conditional Access policy targets is weaker than it looks: PIM then asks for MFA only (pim-api §12.1). */
function contextWarnings({ activation }: RoleSettings, backing: ContextBacking | null): SettingsProblem[] {
  const context = activation.authenticationContext;
  const path = 'activation.authenticationContext';
  if (context === null || backing === 'targeted') {
    return [];
  }
  return backing === 'not-targeted'
    ? unless(false, path, {
        kind: 'context-not-targeted',
        reason: `Weaker than it looks: no Conditional Access policy targets ${context}, so PIM falls back to MFA.`,
      })
    : unless(false, path, {
        kind: 'context-unchecked',
        reason: `Whether a Conditional Access policy targets ${context} could not be checked.`,
      });
}
