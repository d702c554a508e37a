import { z } from 'zod';
import type { ThreadNoteNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { frame, frameOf } from './frame.ts';

export const threadNoteView = z.strictObject({
  ...frame,
  title: z.string(),
  after: z.string(),
});

const WORDS: Readonly<Record<ThreadNoteNotice['says'], { readonly title: string; readonly after: string }>> = {
  'answered-elsewhere': {
    title: 'I answered you in our own chat',
    after: 'What you asked for concerns only you.',
  },
  'no-chat': {
    title: 'I answer in a chat of our own',
    after:
      'There is none yet that I can write to. Open Apps in Teams, look for me and add me; then ask me again there.',
  },
};

export function viewThreadNote({ says }: ThreadNoteNotice, context: CardContext): z.infer<typeof threadNoteView> {
  const words = WORDS[says];
  return { ...frameOf(context), hasRefresh: false, summary: words.title, ...words };
}
