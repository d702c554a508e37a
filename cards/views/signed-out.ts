import { z } from 'zod';
import type { SignedOutNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { frame, frameOf } from './frame.ts';

export const signedOutView = z.strictObject({
  ...frame,
  title: z.string(),
  who: z.string(),
  after: z.string(),
  continuing: z.string(),
});

export function viewSignedOut(notice: SignedOutNotice, context: CardContext): z.infer<typeof signedOutView> {
  const shared = frameOf(context);
  const { personName, byName } = notice;
  const whose = personName !== null ? '-other' : byName !== null ? '-by' : '';
  const names = { name: nameText(personName ?? ''), by: nameText(byName ?? '') };
  return {
    ...shared,
    hasRefresh: false,
    summary: say(context, `signed-out.summary${whose}`, names),
    title: say(context, 'signed-out.title'),
    who: say(context, `signed-out.forgotten${whose}`, names),
    after: shared.isLive ? say(context, personName === null ? 'signed-out.after' : 'signed-out.after-other') : '',
    continuing: notice.waiting === 0 ? '' : continuingWords(notice, context),
  };
}

/** Continuing at the end needs a kept token, which is gone. */
function continuingWords({ waiting: count, personName }: SignedOutNotice, context: CardContext): string {
  if (context.isRetired) {
    return say(context, 'signed-out.continued', { count });
  }
  return say(context, personName === null ? 'signed-out.continuing' : 'signed-out.continuing-other', { count });
}
