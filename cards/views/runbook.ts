import { z } from 'zod';
import type { RunbookNotice } from '../../src/domain/runbook-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { nameText, plainText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { type Frame, frame, frameOf } from './frame.ts';
import { roleWords } from './request.ts';

const fact = z.strictObject({ id: z.string(), text: z.string() });
const step = z.strictObject({
  id: z.string(),
  number: z.string(),
  text: z.string(),
  link: z.string(),
  linkText: z.string(),
  linkTitle: z.string(),
});
const check = z.strictObject({ id: z.string(), text: z.string(), note: z.string() });
export const runbookView = z.strictObject({
  ...frame,
  title: z.string(),
  task: z.string(),
  name: z.string(),
  facts: z.array(fact),
  stepsTitle: z.string(),
  steps: z.array(step),
  moreSteps: z.string(),
  checksTitle: z.string(),
  checks: z.array(check),
  owner: z.string(),
  hasActivate: z.boolean(),
  hasCheck: z.boolean(),
});

const STEP_LENGTH = 500;
const STEP_BYTES = 13_000;
const STEP_FRAME = 420;
const CHECK_BYTES = 4_500;

export function viewRunbook(notice: RunbookNotice, context: CardContext): z.infer<typeof runbookView> {
  const shared = frameOf(context);
  const steps = takeMapped(notice.steps, (one, index) => stepOf(one, index, context), {
    budget: STEP_BYTES,
    frame: STEP_FRAME,
  });
  const checks = takeMapped(
    notice.checks,
    ({ name, expects }, index) => ({
      id: `check-${index + 1}`,
      text: nameText(name),
      note: say(context, expects === 'works' ? 'runbook.works' : 'runbook.refused'),
    }),
    { budget: CHECK_BYTES },
  );
  const task = wordsText(notice.title);
  return {
    ...shared,
    hasRefresh: false,
    summary: say(context, 'runbook.summary-line', { task }),
    title: say(context, 'runbook.title'),
    task,
    name: ` · ${nameText(notice.name)}`,
    facts: factsOf(notice, shared, context),
    stepsTitle: say(context, 'runbook.steps'),
    steps: steps.shown,
    moreSteps: moreWords(steps.left, context),
    checksTitle: checks.shown.length === 0 ? '' : say(context, 'runbook.checks'),
    checks: checks.shown,
    owner: notice.owner === null ? '' : say(context, 'runbook.owner', { owner: nameText(notice.owner) }),
    hasActivate: shared.isLive && notice.key !== null,
    hasCheck: shared.isLive && notice.standing !== 'not-eligible',
  };
}

/** An address of anything but https is no link, wherever it came from. */
function stepOf({ text, link }: RunbookNotice['steps'][number], index: number, reader: Listener) {
  const host = link?.startsWith('https://') ? (URL.parse(link)?.host ?? '') : '';
  return {
    id: `step-${index + 1}`,
    number: `${index + 1}. `,
    text: plainText(text, STEP_LENGTH),
    link: host === '' ? '' : (link ?? ''),
    linkText: host,
    linkTitle: host === '' ? '' : say(reader, 'runbook.open', { host }),
  };
}

function factsOf(notice: RunbookNotice, shared: Frame, context: CardContext) {
  const role = roleWords(notice.role, context);
  const lines = {
    role:
      notice.duration === null
        ? say(context, 'runbook.role', { role })
        : say(context, 'runbook.role-for', { role, duration: durationWords(notice.duration, context) }),
    limits: limitsWords(notice, context),
    own: ownWords(notice, shared, context),
  };
  return Object.entries(lines).flatMap(([id, text]) => (text === '' ? [] : [{ id, text }]));
}

function limitsWords({ maximumDuration, needsApproval }: RunbookNotice, context: CardContext): string {
  const parts = [
    maximumDuration === null
      ? ''
      : say(context, 'which-role.up-to', { duration: durationWords(maximumDuration, context) }),
    needsApproval === null ? '' : say(context, needsApproval ? 'which-role.needs-approval' : 'which-role.no-approval'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : say(context, 'runbook.limits', { limits: parts.join(', ') });
}

/** What the asker has of the role; of a retired card it may have changed since. */
function ownWords(notice: RunbookNotice, { isLive }: Frame, context: CardContext): string {
  const { standing, activeUntil, through } = notice;
  const when = isLive ? 'now' : 'then';
  if (standing === 'active' && activeUntil !== null) {
    return say(context, `runbook.own.active-until.${when}`, { until: instantWords(activeUntil, context) });
  }
  if (standing === 'eligible' && through !== null) {
    return say(context, `runbook.own.eligible-through.${when}`, { group: nameText(through) });
  }
  return say(context, `runbook.own.${standing}.${when}`, { role: nameText(notice.role.roleName) });
}
