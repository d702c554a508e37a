import { z } from 'zod';
import type { BundlesNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
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

export function viewBundles(notice: BundlesNotice, context: CardContext): z.infer<typeof bundlesView> {
  const shared = frameOf(context);
  const { bundles, done } = notice;
  const { shown, left } = takeMapped(bundles, (bundle, index) => entryOf(bundle, index, context), {
    budget: LIST_BYTES,
    frame: LIST_ENTRY_FRAME,
  });
  const choices = takeMapped(bundles, choiceOf, { budget: CHOICE_BYTES }).shown;
  const hasButtons = shared.isLive && bundles.length > 0;
  return {
    ...shared,
    summary:
      done === null
        ? say(context, 'bundles.yours')
        : say(context, done.what === 'deleted' ? 'bundles.summary.deleted' : 'bundles.summary.saved', {
            name: nameText(done.name),
          }),
    title: say(context, shared.isLive ? 'bundles.yours' : 'bundles.yours-then'),
    done:
      done === null
        ? ''
        : say(context, done.what === 'deleted' ? 'bundles.done.deleted' : 'bundles.done.saved', {
            name: nameText(done.name),
          }),
    empty: bundles.length > 0 ? '' : say(context, shared.isLive ? 'bundles.empty.now' : 'bundles.empty.then'),
    bundles: shown,
    more: moreWords(left, context, say(context, 'bundles.more')),
    choices: hasButtons ? choices : [],
    chosen: bundles.length === 1 ? (choices[0]?.value ?? '') : '',
    justification: '',
    hasButtons,
  };
}

type Bundle = BundlesNotice['bundles'][number];

function entryOf({ name, items }: Bundle, index: number, reader: Listener) {
  const roles = items.map((item) =>
    say(reader, 'bundles.item', { role: roleWords(item, reader), duration: durationWords(item.duration, reader) }),
  );
  return { id: `bundle-${index + 1}`, name: nameText(name), roles: namesWords(roles, reader, { most: MOST_ROLES }) };
}

function choiceOf({ name }: Bundle) {
  return { title: nameText(name), value: nameText(name) };
}
