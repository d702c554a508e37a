import { z } from 'zod';
import type { BundlesNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
import { durationWords, namesWords } from '../words.ts';
import { choice, moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME } from './list.ts';
import { roleWords } from './request.ts';

export const bundlesView = z.strictObject({
  ...frame,
  title: z.string(),
  done: z.string(),
  empty: z.string(),
  bundles: z.array(z.strictObject({ id: z.string(), name: z.string(), roles: z.string() })),
  more: z.string(),
  choices: z.array(choice),
  chosen: z.string(),
  justification: z.string(),
  hasButtons: z.boolean(),
});

const LIST_BYTES = 13_000;
const CHOICE_BYTES = 7_000;
const MOST_ROLES = 12;
const DONE = { saved: 'Saved', deleted: 'Deleted' } as const;

export function viewBundles(notice: BundlesNotice, context: CardContext): z.infer<typeof bundlesView> {
  const shared = frameOf(context);
  const { bundles, done } = notice;
  const { shown, left } = takeMapped(bundles, entryOf, { budget: LIST_BYTES, frame: LIST_ENTRY_FRAME });
  const choices = takeMapped(bundles, choiceOf, { budget: CHOICE_BYTES }).shown;
  const hasButtons = shared.isLive && bundles.length > 0;
  return {
    ...shared,
    summary: done === null ? 'Your bundles' : `${DONE[done.what]} the bundle ${nameText(done.name)}`,
    title: shared.isLive ? 'Your bundles' : 'Bundles you had',
    done: done === null ? '' : `${DONE[done.what]}: ${nameText(done.name)}`,
    empty:
      bundles.length > 0
        ? ''
        : shared.isLive
          ? 'You have saved no bundle. Write “bundle save morning” to save what is active now under a name.'
          : 'You had saved no bundle.',
    bundles: shown,
    more: moreWords(left, 'Write “bundle run” and the name of one.'),
    choices: hasButtons ? choices : [],
    chosen: bundles.length === 1 ? (choices[0]?.value ?? '') : '',
    justification: '',
    hasButtons,
  };
}

type Bundle = BundlesNotice['bundles'][number];

function entryOf({ name, items }: Bundle, index: number) {
  const roles = items.map((item) => `${roleWords(item)} for ${durationWords(item.duration)}`);
  return { id: `bundle-${index + 1}`, name: nameText(name), roles: namesWords(roles, MOST_ROLES) };
}

function choiceOf({ name }: Bundle) {
  return { title: nameText(name), value: nameText(name) };
}
