import { z } from 'zod';
import type { BreakGlassPacksNotice } from '../../src/domain/break-glass-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText, wordsText } from '../plain-text.ts';
import { durationWords, instantWords, namesWords } from '../words.ts';
import words from './break-glass-words.json' with { type: 'json' };
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';

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
  const title = packs.length === 0 ? 'There is no pack that you may pull now' : 'Break-glass packs you may pull now';
  const { shown, left } = takeMapped(
    packs,
    (pack, index) => ({
      id: `pack-${index + 1}`,
      name: nameText(pack.name),
      purpose: wordsText(pack.purpose),
      notes: `Up to ${durationWords(pack.window)}${pack.needsSecondPerson ? ' · a second on-call lead confirms' : ''}`,
      example: wordsText(pack.example),
    }),
    { budget: PACK_BYTES, frame: PACK_FRAME },
  );
  return {
    ...frameOf(context),
    hasRefresh: false,
    summary: title,
    title,
    intro:
      packs.length === 0
        ? 'Packs are for whoever is on call. If you should be, ask whoever keeps the list.'
        : 'Say it exactly so; I read it back before anything happens. “drill” before the name rehearses it.',
    packs: shown,
    more: moreWords(left),
    underWay: underWay.map(({ pack, until }) => pulledWords(pack, until, context)).join(' '),
    unread: unread.length === 0 ? '' : `Who is on call could not be read for ${namesWords(unread)}.`,
    hint: words.notTheOnlyKey,
  };
}

function pulledWords(pack: string, until: string | null, context: CardContext): string {
  const end = until === null ? '' : ` until ${instantWords(until, context)}`;
  return `You have pulled ${nameText(pack)}${end}: “standdown” ends it.`;
}
