import { z } from 'zod';
import type { PolicyChangeNotice } from '../../src/domain/administration-notice.ts';
import type { SettingDifference } from '../../src/domain/role-settings.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { type Listener, say } from '../messages.ts';
import { justificationText, nameText } from '../plain-text.ts';
import { durationWords, instantWords, isDuration } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { takeFitting } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';
import { exactRoleRows } from './scope-words.ts';
import { settingLabel } from './setting-labels.ts';

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
  const known = shared.isLive
    ? (`policy-change.titles.${phase}.${view}` as const)
    : (`policy-change.past.${phase}` as const);
  const title = say(context, isInDoubt ? 'policy-change.in-doubt-title' : known);
  const { shown, left } = takeFitting(
    notice.differences.map((one, index) => differenceOf(one, index, context)),
    LIST_BYTES,
    DIFFERENCE_FRAME,
  );
  return {
    ...shared,
    hasRefresh: shared.hasRefresh && (isOpen || hasSettings),
    summary: say(context, 'policy-change.summary-line', {
      title,
      role: roleWords({ roleName: notice.role.roleName, scopeName: notice.role.scope.name }, context),
    }),
    title,
    intro: isOpen ? say(context, `policy-change.intros.${view}`) : '',
    facts: factRows([
      ...exactRoleRows(notice.role, context),
      ['proposer', say(context, 'policy-change.proposed-by'), nameText(notice.proposerName)],
      ['confirmer', say(context, `policy-change.confirmers.${phase}`), nameText(notice.confirmerName)],
      ['reason', say(context, 'policy-change.reason'), justificationText(notice.reason)],
    ]),
    problem: isInDoubt ? say(context, 'policy-change.in-doubt') : problemWords(notice, context),
    differencesTitle: shown.length === 0 ? '' : say(context, `policy-change.differences.${phase}`),
    differences: shown,
    more: moreWords(left, shown, context),
    warnings: (phase === 'proposed' || phase === 'writing' ? notice.warnings : [])
      .slice(0, MOST_WARNINGS)
      .map((warning, index) => ({
        id: `warning-${index + 1}`,
        text: errorSentence(warning.code, warning.facts, context),
      })),
    until: isOpen ? say(context, 'policy-change.until', { until: instantWords(notice.expiresAt, context) }) : '',
    hasDecision: isOpen && view === 'confirmer',
    hasWithdraw: isOpen && view === 'proposer',
    hasSettings,
  };
}

function problemWords({ problem }: PolicyChangeNotice, context: CardContext): string {
  return problem === null ? '' : errorSentence(problem.code, problem.facts, context);
}

function differenceOf({ label, before, after }: SettingDifference, index: number, reader: Listener) {
  return {
    id: `difference-${index + 1}`,
    label: settingLabel(label, reader),
    before: valueWords(before, reader),
    after: valueWords(after, reader),
  };
}

/** Values stand as a document writes them; only durations are said in words. */
function valueWords(value: string, reader: Listener): string {
  const isPeriod = value.startsWith('P') && isDuration(value);
  const text = isPeriod ? durationWords(value, reader) : justificationText(value);
  return text === '' ? say(reader, 'policy-change.empty') : text;
}

/** Nobody shall confirm what they cannot see. */
function moreWords(
  left: number,
  shown: readonly { readonly before: string; readonly after: string }[],
  reader: Listener,
): string {
  const isCut = shown.some(({ before, after }) => before.endsWith('…') || after.endsWith('…'));
  if (left === 0 && !isCut) {
    return '';
  }
  return say(reader, left === 0 ? 'policy-change.cut' : 'policy-change.more', { count: left });
}
