import { z } from 'zod';
import type { PolicyChangeNotice } from '../../src/domain/administration-notice.ts';
import type { SettingDifference } from '../../src/domain/role-settings.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { justificationText, nameText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords, isDuration } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import words from './policy-change-words.json' with { type: 'json' };
import { roleWords } from './request.ts';
import { exactRoleRows } from './scope-words.ts';

export const policyChangeView = z.strictObject({
  ...frame,
  title: z.string(),
  intro: z.string(),
  facts: z.array(factRow),
  problem: z.string(),
  differencesTitle: z.string(),
  differences: z.array(z.strictObject({ id: z.string(), label: z.string(), before: z.string(), after: z.string() })),
  more: z.string(),
  warnings: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  until: z.string(),
  hasDecision: z.boolean(),
  hasWithdraw: z.boolean(),
  hasSettings: z.boolean(),
});

const LIST_BYTES = 14_000;
const MOST_WARNINGS = 8;
// What the template adds around the words of one difference, in bytes of JSON.
const DIFFERENCE_FRAME = 420;

export function viewPolicyChange(notice: PolicyChangeNotice, context: CardContext): z.infer<typeof policyChangeView> {
  const shared = frameOf(context);
  const { phase, view } = notice;
  const isOpen = shared.isLive && phase === 'proposed';
  const hasSettings = shared.isLive && (phase === 'done' || phase === 'failed');
  const isInDoubt = phase === 'failed' && notice.problem?.code === 'activation.in_doubt';
  const known = shared.isLive ? words.titles[phase][view] : words.past[phase];
  const title = isInDoubt ? words.inDoubtTitle : known;
  const { shown, left } = takeFitting(notice.differences.map(differenceOf), LIST_BYTES, DIFFERENCE_FRAME);
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (isOpen || hasSettings),
    summary: `${title}: ${roleWords({ roleName: notice.role.roleName, scopeName: notice.role.scope.name })}`,
    title,
    intro: isOpen ? words.intros[view] : '',
    facts: factRows([
      ...exactRoleRows(notice.role),
      ['proposer', 'Proposed by', nameText(notice.proposerName)],
      ['confirmer', words.confirmers[phase], nameText(notice.confirmerName)],
      ['reason', 'Reason', justificationText(notice.reason)],
    ]),
    problem: isInDoubt ? words.inDoubt : problemWords(notice, context),
    differencesTitle: shown.length === 0 ? '' : words.differences[phase],
    differences: shown,
    more: moreWords(left, shown),
    warnings: (phase === 'proposed' || phase === 'writing' ? notice.warnings : [])
      .slice(0, MOST_WARNINGS)
      .map((warning, index) => ({
        id: `warning-${index + 1}`,
        text: errorSentence(warning.code, warning.facts, context),
      })),
    until: isOpen ? `It can be confirmed until ${instantWords(notice.expiresAt, context)}.` : '',
    hasDecision: isOpen && view === 'confirmer',
    hasWithdraw: isOpen && view === 'proposer',
    hasSettings,
  };
}

function problemWords({ problem }: PolicyChangeNotice, context: CardContext): string {
  return problem === null ? '' : errorSentence(problem.code, problem.facts, context);
}

function differenceOf({ label, before, after }: SettingDifference, index: number) {
  return {
    id: `difference-${index + 1}`,
    label: wordsText(label),
    before: valueWords(before),
    after: valueWords(after),
  };
}

/** Values stand as a document writes them; only durations are said in words. */
function valueWords(value: string): string {
  const isPeriod = value.startsWith('P') && isDuration(value);
  const text = isPeriod ? durationWords(value) : justificationText(value);
  return text === '' ? '(empty)' : text;
}

/** Nobody shall confirm what they cannot see. */
function moreWords(left: number, shown: readonly { readonly before: string; readonly after: string }[]): string {
  const isCut = shown.some(({ before, after }) => before.endsWith('…') || after.endsWith('…'));
  if (left === 0 && !isCut) {
    return '';
  }
  const what = left === 0 ? 'A value is longer than a card can show' : `${left} more changes do not fit on a card`;
  return `${what}: this is not all of it. A smaller change can be seen whole.`;
}
