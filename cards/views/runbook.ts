import { z } from 'zod';
import type { RunbookNotice } from '../../src/domain/runbook-notice.ts';
import type { CardContext } from '../context.ts';
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
  const steps = takeMapped(notice.steps, stepOf, { budget: STEP_BYTES, frame: STEP_FRAME });
  const checks = takeMapped(
    notice.checks,
    ({ name, expects }, index) => ({
      id: `check-${index + 1}`,
      text: nameText(name),
      note: expects === 'works' ? ' works' : ' is refused',
    }),
    { budget: CHECK_BYTES },
  );
  const task = wordsText(notice.title);
  return {
    ...shared,
    hasRefresh: false,
    summary: `Runbook: ${task}`,
    title: 'Runbook',
    task,
    name: ` · ${nameText(notice.name)}`,
    facts: factsOf(notice, shared, context),
    stepsTitle: 'How it is done',
    steps: steps.shown,
    moreSteps: moreWords(steps.left),
    checksTitle: checks.shown.length === 0 ? '' : 'With the role active',
    checks: checks.shown,
    owner: notice.owner === null ? '' : `Kept by ${nameText(notice.owner)}.`,
    hasActivate: shared.isLive && notice.key !== null,
    hasCheck: shared.isLive && notice.standing !== 'not-eligible',
  };
}

/** An address of anything but https is no link, wherever it came from. */
function stepOf({ text, link }: RunbookNotice['steps'][number], index: number) {
  const host = link?.startsWith('https://') ? (URL.parse(link)?.host ?? '') : '';
  return {
    id: `step-${index + 1}`,
    number: `${index + 1}. `,
    text: plainText(text, STEP_LENGTH),
    link: host === '' ? '' : (link ?? ''),
    linkText: host,
    linkTitle: host === '' ? '' : `Open ${host}`,
  };
}

function factsOf(notice: RunbookNotice, shared: Frame, context: CardContext) {
  const lines = {
    role: `Role: ${roleWords(notice.role)}${notice.duration === null ? '' : `, usually for ${durationWords(notice.duration)}`}.`,
    limits: limitsWords(notice),
    own: ownWords(notice, shared, context),
  };
  return Object.entries(lines).flatMap(([id, text]) => (text === '' ? [] : [{ id, text }]));
}

function limitsWords({ maximumDuration, needsApproval }: RunbookNotice): string {
  const parts = [
    maximumDuration === null ? '' : `up to ${durationWords(maximumDuration)}`,
    needsApproval === null ? '' : needsApproval ? 'needs approval' : 'no approval',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `PIM allows: ${parts.join(', ')}.`;
}

/** What the asker has of the role; of a retired card it may have changed since. */
function ownWords(notice: RunbookNotice, { isLive }: Frame, context: CardContext): string {
  const role = nameText(notice.role.roleName);
  switch (notice.standing) {
    case 'active':
      return notice.activeUntil === null
        ? `It ${isLive ? 'is' : 'was'} active for you.`
        : `It ${isLive ? 'is' : 'was'} active for you until ${instantWords(notice.activeUntil, context)}.`;
    case 'waiting':
      return `You ${isLive ? 'have' : 'had'} asked for it already: “pending” shows it.`;
    case 'eligible':
      return eligibleWords(notice, isLive);
    case 'unknown':
      return `Whether you may activate it could not be read ${isLive ? 'just now' : 'then'}.`;
    case 'not-eligible':
      return `You ${isLive ? 'may' : 'could'} not activate this role. “which role lets me” and what you want to do finds one of yours; “who approves ${role}” and “who has ${role}” say whom to ask.`;
  }
}

function eligibleWords({ through }: RunbookNotice, isLive: boolean): string {
  const can = isLive ? 'can' : 'could';
  return through === null
    ? `You ${can} activate it.`
    : `You ${can} activate it through ${nameText(through)}, which comes first.`;
}
