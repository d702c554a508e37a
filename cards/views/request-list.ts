import { z } from 'zod';
import type { Listener } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { choice, moreWords, takeFitting } from './fitting.ts';
import { type Frame, frame } from './frame.ts';
import { LIST_ENTRY_FRAME } from './list.ts';

/** What the lists of requests share: entries to read and, for more than one, a choice that the buttons are about. */
export const requestListShape = {
  ...frame,
  title: z.string(),
  isEmpty: z.boolean(),
  empty: z.string(),
  more: z.string(),
  choices: z.array(choice),
  hasChoices: z.boolean(),
  hasButtons: z.boolean(),
};

interface RequestListWords {
  readonly title: string;
  readonly retiredTitle: string;
  readonly empty: string;
  /** The notification of a live list. */
  readonly summary: string;
}

interface RequestList<E> {
  readonly entries: readonly E[];
  /** One title for each entry, in the same order; the id is put before it. */
  readonly choices: readonly { readonly requestId: string; readonly title: string }[];
  readonly words: RequestListWords;
  readonly reader: Listener;
  readonly budgets?: Budgets;
}

/** In bytes: a card has at most 25 KB. */
interface Budgets {
  readonly entries: number;
  readonly choices: number;
}
const BUDGETS: Budgets = { entries: 12_000, choices: 8_000 };

/** Fills the shared part: as many entries as a card can carry, and what can be pressed on a live list. */
export function requestListOf<E>(shared: Frame, list: RequestList<E>) {
  const { entries, choices, words, reader, budgets = BUDGETS } = list;
  const { shown, left } = takeFitting(entries, budgets.entries, LIST_ENTRY_FRAME);
  const titled = choices.map(({ requestId, title }) => ({
    title: `${nameText(requestId)}: ${title}`,
    value: requestId,
  }));
  return {
    ...shared,
    // A list with an input is not drawn again under the hands of whoever chooses; an empty one has nothing to name.
    hasRefresh: shared.hasRefresh && entries.length === 1,
    summary: shared.isLive ? words.summary : words.retiredTitle,
    title: shared.isLive ? words.title : words.retiredTitle,
    isEmpty: entries.length === 0,
    empty: words.empty,
    requests: shown,
    more: moreWords(left, reader),
    choices: takeFitting(titled, budgets.choices).shown,
    hasChoices: shared.isLive && entries.length > 1,
    hasButtons: shared.isLive && entries.length > 0,
  };
}

/** Where there is only one request, the buttons carry it. */
export function onlyRequest(requests: readonly { readonly requestId: string }[]): { request?: string } {
  const only = requests.length === 1 ? requests[0] : undefined;
  return only === undefined ? {} : { request: only.requestId };
}
