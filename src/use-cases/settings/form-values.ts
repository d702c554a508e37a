import type { ProblemFacts } from '../../domain/card-facts.ts';
import type { AssignmentSettings, Requirement, RoleSettings, SettingsApprover } from '../../domain/role-settings.ts';
import { canonicalSettings } from '../../domain/settings-canonical.ts';
import { type DurationStyle, readTypedDuration } from '../../domain/settings-duration.ts';
import type { AccessError } from '../../errors.ts';

/** The inputs of the form; one that is left empty leaves its setting as it is. */
export const SETTINGS_FIELDS = [
  'maximum',
  'justification',
  'ticket',
  'mfa',
  'context',
  'approval',
  'approvers',
  'eligible-permanent',
  'eligible-maximum',
  'active-permanent',
  'active-maximum',
  'reason',
  'second-person',
] as const;
export type SettingsField = (typeof SETTINGS_FIELDS)[number];

export type Typed = Readonly<Partial<Record<SettingsField, string>>>;

/** What is longer is cut, but for a list: nobody of it may be left out in silence. */
export const LONGEST_TYPED = 1_000;

/** Takes what belongs to the form out of what a client sent, without white space around it. */
export function typedValues(inputs: Readonly<Record<string, string>>): Typed {
  const filled = SETTINGS_FIELDS.flatMap((field) => {
    const text = (inputs[field] ?? '').trim().slice(0, field === 'approvers' ? LONGEST_TYPED + 1 : LONGEST_TYPED);
    return text === '' ? [] : [[field, text] as const];
  });
  return Object.fromEntries(filled);
}

export interface ReadForm {
  readonly settings: RoleSettings;
  readonly problems: readonly ProblemFacts[];
}

/** Names in an approvers field, as typed; null when it was left empty, none for "none". */
export function typedApprovers({ approvers }: Typed): readonly string[] | null {
  if (approvers === undefined) {
    return null;
  }
  if (approvers.toLowerCase() === 'none') {
    return [];
  }
  return approvers
    .split(/[,;\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Puts what was typed over the settings as they are. `approvers` are those of {@link typedApprovers}, found; null leaves them. */
export function applyForm(
  current: RoleSettings,
  typed: Typed,
  approvers: readonly SettingsApprover[] | null,
): ReadForm {
  const form = new FormReader(typed);
  const { activation } = current;
  const settings: RoleSettings = {
    ...current,
    activation: {
      maximumDuration: form.duration('maximum', 'hours') ?? activation.maximumDuration,
      requires: form.requirements(activation.requires),
      authenticationContext: form.context(activation.authenticationContext),
      approval: {
        ...activation.approval,
        isRequired: form.yesOrNo('approval') ?? activation.approval.isRequired,
        approvers: approvers ?? activation.approval.approvers,
      },
    },
    eligibleAssignment: form.assignment(current.eligibleAssignment, 'eligible-permanent', 'eligible-maximum'),
    activeAssignment: form.assignment(current.activeAssignment, 'active-permanent', 'active-maximum'),
  };
  return { settings: canonicalSettings(settings), problems: form.problems };
}

const YES: ReadonlySet<string> = new Set(['yes', 'true', 'on', 'y']);
const NO: ReadonlySet<string> = new Set(['no', 'false', 'off', 'n']);
const NOT_SAID: ReadonlySet<string> = new Set(['none', 'off', 'no']);

class FormReader {
  readonly problems: ProblemFacts[] = [];
  readonly #typed: Typed;

  constructor(typed: Typed) {
    this.#typed = typed;
  }

  yesOrNo(field: SettingsField): boolean | null {
    const word = this.#typed[field]?.toLowerCase();
    if (word === undefined) {
      return null;
    }
    if (YES.has(word) || NO.has(word)) {
      return YES.has(word);
    }
    this.#refuse(field, 'Say yes or no.');
    return null;
  }

  duration(field: SettingsField, style: DurationStyle): string | null {
    const text = this.#typed[field];
    const duration = text === undefined ? null : readTypedDuration(text, style);
    if (text !== undefined && duration === null) {
      this.#refuse(field, `“${text.slice(0, 60)}” is not a length of time, such as ${examples[style]}.`);
    }
    return duration;
  }

  requirements(current: readonly Requirement[]): readonly Requirement[] {
    const wanted: readonly (readonly [SettingsField, Requirement])[] = [
      ['justification', 'Justification'],
      ['mfa', 'MultiFactorAuthentication'],
      ['ticket', 'Ticketing'],
    ];
    return wanted.flatMap(([field, requirement]) =>
      (this.yesOrNo(field) ?? current.includes(requirement)) ? [requirement] : [],
    );
  }

  context(current: string | null): string | null {
    const word = this.#typed.context?.toLowerCase();
    if (word === undefined) {
      return current;
    }
    return NOT_SAID.has(word) ? null : word;
  }

  assignment(current: AssignmentSettings, permanent: SettingsField, maximum: SettingsField): AssignmentSettings {
    return {
      ...current,
      isPermanentAllowed: this.yesOrNo(permanent) ?? current.isPermanentAllowed,
      maximumDuration: this.duration(maximum, 'days') ?? current.maximumDuration,
    };
  }

  #refuse(field: SettingsField, reason: string): void {
    this.problems.push(formProblem(field, reason));
  }
}

const examples: Readonly<Record<DurationStyle, string>> = { hours: '4h or 90 min', days: '180 days or 6 months' };

/** A problem with one input of the form. */
export function formProblem(field: SettingsField, reason: string): ProblemFacts {
  return { code: 'settings.invalid', facts: { kind: 'form', field, reason } };
}

/** An error as a form shows it. */
export function asProblem({ code, facts }: AccessError): ProblemFacts {
  return { code, facts };
}
