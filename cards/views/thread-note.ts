import { z } from 'zod';
import type { ThreadNoteNotice } from '../../src/domain/channel-notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { frame, frameOf } from './frame.ts';

export const threadNoteView = z.strictObject({
  ...frame,
  title: z.string(),
  after: z.string(),
});

/** It stands where others read along, and speaks to the one who asked: in their language. */
export function viewThreadNote(notice: ThreadNoteNotice, context: CardContext): z.infer<typeof threadNoteView> {
  const reader = { locale: notice.locale ?? context.locale };
  const title = say(reader, `thread-note.${notice.says}-title`);
  return {
    ...frameOf(context),
    hasRefresh: false,
    summary: title,
    title,
    after: say(reader, `thread-note.${notice.says}-after`),
  };
}
