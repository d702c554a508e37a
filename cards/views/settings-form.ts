import { z } from 'zod';
import type { SettingsFormNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { problemSentence } from '../error-texts.ts';
import { say } from '../messages.ts';
import { justificationText, nameText, plainText } from '../plain-text.ts';
import { durationTyped } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';
import { exactRoleRows } from './scope-words.ts';

const flag = z.enum(['true', 'false']);

export const settingsFormView = z.strictObject({
  ...frame,
  title: z.string(),
  about: z.array(factRow),
  problems: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  maximum: z.string(),
  justification: flag,
  ticket: flag,
  mfa: flag,
  context: z.string(),
  approval: flag,
  approvers: z.string(),
  hasApprovers: z.boolean(),
  approversNote: z.string(),
  eligiblePermanent: flag,
  eligibleMaximum: z.string(),
  activePermanent: flag,
  activeMaximum: z.string(),
  reason: z.string(),
  secondPerson: z.string(),
  hasSecondPerson: z.boolean(),
});

/** As much as is read of the answer: no approver may be lost between the form and it. */
const APPROVERS_LENGTH = 1_000;
const MOST_PROBLEMS = 6;

export function viewSettingsForm(notice: SettingsFormNotice, context: CardContext): z.infer<typeof settingsFormView> {
  const shared = frameOf(context);
  const { role, problems } = notice;
  const texts = textsOf(notice);
  const areListed = texts.approvers.length <= APPROVERS_LENGTH;
  return {
    ...shared,
    summary: say(context, 'settings-form.summary-line', {
      role: roleWords({ roleName: role.roleName, scopeName: role.scope.name }, context),
    }),
    title: say(context, shared.isLive ? 'settings-form.title.now' : 'settings-form.title.then'),
    about: factRows(exactRoleRows(role, context)),
    problems: (shared.isLive ? problems : []).slice(0, MOST_PROBLEMS).map((problem, index) => ({
      id: `problem-${index + 1}`,
      text: problemSentence(problem.code, problem.facts, context),
    })),
    ...texts,
    approvers: areListed ? texts.approvers : '',
    hasApprovers: shared.isLive && areListed,
    approversNote: !areListed && shared.isLive ? say(context, 'settings-form.too-many') : '',
    hasSecondPerson: shared.isLive && notice.needsSecondPerson,
  };
}

/** What each input shows: what was typed before, else what the tenant holds. */
function textsOf({ settings, values }: SettingsFormNotice) {
  const { activation, eligibleAssignment, activeAssignment } = settings;
  const { requires, approval } = activation;
  const typed = (name: string, held: string) => nameText(values[name] ?? held);
  const is = (name: string, held: boolean) => ((values[name] ?? String(held)) === 'true' ? 'true' : 'false');
  return {
    maximum: typed('maximum', durationTyped(activation.maximumDuration)),
    justification: is('justification', requires.includes('Justification')),
    ticket: is('ticket', requires.includes('Ticketing')),
    mfa: is('mfa', requires.includes('MultiFactorAuthentication')),
    context: typed('context', activation.authenticationContext ?? 'none'),
    approval: is('approval', approval.isRequired),
    approvers: linesText(values.approvers ?? approverLines(approval.approvers)),
    eligiblePermanent: is('eligible-permanent', eligibleAssignment.isPermanentAllowed),
    eligibleMaximum: typed('eligible-maximum', durationTyped(eligibleAssignment.maximumDuration)),
    activePermanent: is('active-permanent', activeAssignment.isPermanentAllowed),
    activeMaximum: typed('active-maximum', durationTyped(activeAssignment.maximumDuration)),
    reason: justificationText(values.reason ?? ''),
    secondPerson: plainText(values['second-person'] ?? '', 200),
  } as const;
}

type Approvers = SettingsFormNotice['settings']['activation']['approval']['approvers'];

/** What the reader of the form takes for the end of a name. */
const SEPARATORS = /[,;]/;

/** One a line, by name; those whose name is missing, means several or would be read as several by their id. */
function approverLines(approvers: Approvers): string {
  const times = new Map<string, number>();
  for (const { name } of approvers) {
    times.set(nameText(name), (times.get(nameText(name)) ?? 0) + 1);
  }
  return approvers
    .map(({ id, name }) => {
      const shown = nameText(name);
      return shown === '' || shown.endsWith('…') || SEPARATORS.test(shown) || (times.get(shown) ?? 0) > 1 ? id : shown;
    })
    .join('\n');
}

/** Keeps the lines, and nothing invisible in them. */
function linesText(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => plainText(line, 200))
    .filter((line) => line !== '')
    .join('\n');
}
