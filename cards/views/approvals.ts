import { z } from 'zod';
import type { DecisionLine } from '../../src/domain/approval-facts.ts';
import type { ApprovalsNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { errorSentence, errorTitle } from '../error-texts.ts';
import { say } from '../messages.ts';
import { justificationText, nameText, wordsText } from '../plain-text.ts';
import { instantWords } from '../words.ts';
import { takeFitting } from './fitting.ts';
import { frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine, roleEntryShape, roleOf } from './list.ts';
import { lengthWords, roleWords } from './request.ts';
import { onlyRequest, requestListOf, requestListShape } from './request-list.ts';

const entry = z.strictObject({
  ...roleEntryShape,
  requester: z.string(),
  duration: z.string(),
  justification: z.string(),
});
const result = z.strictObject({
  id: z.string(),
  request: z.string(),
  about: z.string(),
  outcome: z.string(),
  color: z.enum(['Good', 'Default', 'Attention', 'Warning']),
  why: z.string(),
});
export const approvalsView = z.strictObject({
  ...requestListShape,
  hint: z.string(),
  resultsTitle: z.string(),
  results: z.array(result),
  requests: z.array(entry),
  chosen: z.string(),
  choiceStyle: z.enum(['expanded', 'compact']),
  hasStep: z.boolean(),
  inputLabel: z.string(),
  said: z.string(),
  isJustificationRequired: z.boolean(),
  sendVerb: z.enum(['send-approve', 'send-deny']),
  sendStyle: z.enum(['positive', 'destructive']),
});
type View = z.infer<typeof approvalsView>;
type Asked = ApprovalsNotice['requests'][number];

/** In bytes: a card has at most 25 KB. Results stand on a list only, which has less room for the rest then. */
const LIST_BUDGETS = { entries: 9_000, choices: 6_000 };
const RESULT_BYTES = 5_000;
const STEP_BYTES = 16_000;
const RESULT_FRAME = 420;
/** More check boxes than these push the buttons off a telephone's screen. */
const MOST_BOXES = 8;

export function viewApprovals(notice: ApprovalsNotice, context: CardContext): View {
  const isStep = !context.isRetired && context.step !== null && notice.requests.length > 0;
  return isStep ? viewStep(notice, context) : viewList(notice, context);
}

function viewList(notice: ApprovalsNotice, context: CardContext): View {
  const { requests, results = [], chosen = [] } = notice;
  const shared = frameOf(context, onlyRequest(requests));
  const list = requestListOf(shared, {
    reader: context,
    entries: requests.map((request, index) => entryOf(request, index, context)),
    choices: requests.map((request) => ({
      requestId: request.requestId,
      title: `${nameText(request.requesterName)}, ${roleWords(request, context)}`,
    })),
    words: {
      title: say(context, 'approvals.title'),
      retiredTitle: say(context, 'approvals.title.over'),
      empty: say(context, shared.isLive ? 'approvals.empty' : 'approvals.empty.over'),
      summary: summaryOf(notice, context),
    },
    budgets: LIST_BUDGETS,
  });
  const preset = list.choices.map(({ value }) => value).filter((value) => chosen.includes(value));
  const lines = takeFitting(
    results.map((line, index) => resultOf(line, index, context)),
    RESULT_BYTES,
    RESULT_FRAME,
  ).shown;
  return {
    ...list,
    ...noStep(),
    hint: shared.isLive ? hintOf(notice, preset.length, context) : '',
    resultsTitle:
      lines.length === 0 ? '' : say(context, shared.isLive ? 'approvals.decided-just-now' : 'approvals.decided'),
    results: lines,
    chosen: preset.join(','),
    choiceStyle: list.choices.length > MOST_BOXES ? 'compact' : 'expanded',
  };
}

function hintOf({ underWay }: ApprovalsNotice, preset: number, context: CardContext): string {
  if (underWay !== undefined) {
    return say(context, 'approvals.being-decided', { count: underWay });
  }
  return preset > 1 ? say(context, 'approvals.all-chosen', { count: preset }) : '';
}

function noStep() {
  return {
    hasStep: false,
    inputLabel: '',
    said: '',
    isJustificationRequired: false,
    sendVerb: 'send-approve',
    sendStyle: 'positive',
  } as const;
}

/** What is sent is what stands here: of more than a card can show, the rest stays on the list. */
function viewStep(notice: ApprovalsNotice, context: CardContext): View {
  const { requests, chosen, justification } = notice;
  const meant = requests.filter(({ requestId }) => chosen === undefined || chosen.includes(requestId));
  const entries = meant.map((request, index) => entryOf(request, index, context));
  const { shown, left } = takeFitting(entries, STEP_BYTES, LIST_ENTRY_FRAME);
  const asked = meant.slice(0, shown.length);
  const isDenial = context.step === 'deny';
  const title = say(context, isDenial ? 'approvals.deny-several' : 'approvals.approve-several', {
    count: asked.length,
  });
  return {
    ...frameOf(context, { request: asked.map(({ requestId }) => requestId).join(',') }),
    hasRefresh: false,
    summary: title,
    title,
    hint: say(context, 'approvals.each-by-itself'),
    resultsTitle: '',
    results: [],
    isEmpty: false,
    empty: '',
    requests: shown,
    more: left === 0 ? '' : say(context, 'approvals.more-later', { count: left }),
    choices: [],
    chosen: '',
    choiceStyle: 'compact',
    hasChoices: false,
    hasButtons: false,
    hasStep: true,
    inputLabel: say(context, isDenial ? 'approval-request.why-deny' : 'approval-request.why-approve'),
    said: justificationText(justification ?? ''),
    isJustificationRequired: asked.some((request) => request.isJustificationRequired !== false),
    sendVerb: isDenial ? 'send-deny' : 'send-approve',
    sendStyle: isDenial ? 'destructive' : 'positive',
  };
}

function entryOf(request: Asked, index: number, context: CardContext): z.infer<typeof entry> {
  return {
    id: `request-${index + 1}`,
    requester: nameText(request.requesterName),
    ...roleOf(request, context),
    duration: lengthWords(request.duration, context),
    justification: wordsText(request.justification),
    notes: notesOf(request, context),
  };
}

function notesOf(request: Asked, context: CardContext): string {
  const at = (iso: string): string => instantWords(iso, context);
  return notesLine([
    say(context, 'approvals.note.request', { requestId: nameText(request.requestId) }),
    request.ticket === null ? '' : say(context, 'approvals.note.ticket', { ticket: nameText(request.ticket) }),
    request.startsAt === null ? '' : say(context, 'approvals.note.start', { start: at(request.startsAt) }),
    context.isRetired ? '' : say(context, 'approvals.note.decide-by', { decideBy: at(request.decideBy) }),
  ]);
}

const COLORS = { approved: 'Good', denied: 'Default', refused: 'Attention', 'sign-in': 'Warning' } as const;

function resultOf(line: DecisionLine, index: number, context: CardContext): z.infer<typeof result> {
  const { outcome } = line;
  const about = line.roleName === '' ? '' : `${nameText(line.requesterName)}, ${roleWords(line, context)}`;
  return {
    id: `result-${index + 1}`,
    request: nameText(line.requestId),
    about: about === '' ? '' : ` ${about}`,
    outcome:
      outcome === 'sign-in' && context.isRetired
        ? say(context, 'approvals.outcome.sign-in.over')
        : say(context, `approvals.outcome.${outcome}`),
    color: COLORS[outcome],
    why: whyOf(line, context),
  };
}

function whyOf({ outcome, problem }: DecisionLine, context: CardContext): string {
  if (problem === null) {
    return outcome === 'sign-in' && !context.isRetired ? ` ${say(context, 'approvals.sign-in-link')}` : '';
  }
  const { code, facts, reference } = problem;
  const quoted = reference === null ? '' : say(context, 'approvals.reference', { reference: nameText(reference) });
  return ` ${errorTitle(code, context)}. ${errorSentence(code, facts, context)}${quoted}`;
}

/** The notification of a live list. */
function summaryOf({ requests, results = [] }: ApprovalsNotice, context: CardContext): string {
  if (results.length > 0) {
    const done = results.filter(({ outcome }) => outcome === 'approved' || outcome === 'denied').length;
    return say(context, 'approvals.summary.decided', { done, count: results.length });
  }
  return say(context, 'approvals.summary', { count: requests.length });
}
