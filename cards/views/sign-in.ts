import { z } from 'zod';
import type { SignInNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { signInLink } from '../sign-in-link.ts';
import { frame, frameOf } from './frame.ts';

export const signInView = z.strictObject({ ...frame, title: z.string(), reason: z.string(), pageUrl: z.string() });

export function viewSignIn(notice: SignInNotice, context: CardContext): z.infer<typeof signInView> {
  const shared = frameOf(context);
  const tense = shared.isLive ? 'live' : 'past';
  const title = say(context, `sign-in.title.${tense}`);
  const reason = say(context, `sign-in.reason.${notice.reason}.${tense}`);
  const pageUrl = shared.isLive ? signInLink(context.publicUrl, notice.pageSignInId) : '';
  return { ...shared, summary: title, title, reason, pageUrl };
}
