import { z } from 'zod';
import type { BreakGlassPacksNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { notesLine } from './list.ts';

const entry = z.strictObject({
  id: z.string(),
  name: z.string(),
  purpose: z.string(),
  notes: z.string(),
  example: z.string(),
});
export const breakGlassPacksView = z.strictObject({
  ...frame,
  title: z.string(),
  intro: z.string(),
  packs: z.array(entry),
  more: z.string(),
  underWay: z.string(),
  unread: z.string(),
  hint: z.string(),
});

const PACK_BYTES = 14_000;
const PACK_FRAME = 900;

export function viewBreakGlassPacks(
  notice: BreakGlassPacksNotice,
  context: CardContext,
): z.infer<typeof breakGlassPacksView> {
  const { packs, underWay, unread } = notice;
  const howMany = packs.length === 0 ? 'none' : 'some';
  const title = say(context, `break-glass-packs.title.${howMany}`);
  const { shown, left } = takeMapped(
    packs,
    (pack, index) => ({
      id: `pack-${index + 1}`,
      name: nameText(pack.name),
      purpose: wordsText(pack.purpose),
      notes: notesLine([
        say(context, 'break-glass-packs.window', { duration: durationWords(pack.window, context) }),
        pack.needsSecondPerson ? say(context, 'break-glass-packs.second-confirms') : '',
      ]),
      example: wordsText(pack.example),
    }),
    { budget: PACK_BYTES, frame: PACK_FRAME },
  );
  return {
    ...frameOf(context),
    hasRefresh: false,
    summary: title,
    title,
    intro: say(context, `break-glass-packs.intro.${howMany}`),
    packs: shown,
    more: moreWords(left, context),
    underWay: underWay.map(({ pack, until }) => pulledWords(pack, until, context)).join(' '),
    unread: unread.length === 0 ? '' : say(context, 'break-glass-packs.unread', { names: namesWords(unread, context) }),
    hint: say(context, 'pull.not-the-only-key'),
  };
}

function pulledWords(pack: string, until: string | null, context: CardContext): string {
  return until === null
    ? say(context, 'break-glass-packs.pulled', { pack: nameText(pack) })
    : say(context, 'break-glass-packs.pulled-until', { pack: nameText(pack), until: instantWords(until, context) });
}
