import { z } from 'zod';
import type { SignInNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { signInLink } from '../sign-in-link.ts';
import { frame, frameOf } from './frame.ts';

export const signInView = z.strictObject({ ...frame, title: z.string(), reason: z.string(), pageUrl: z.string() });

const REASONS = {
  'first-time': 'I do not know you yet. Sign in once, and I go on with what you asked.',
  'consent-missing':
    'You have not agreed yet that I may act in your name. Sign in and agree, and I go on with what you asked.',
  refused: 'The sign-in was not accepted. Sign in again, and I go on with what you asked.',
  blocked:
    'A Conditional Access rule of your organization did not let you in. Sign in from where and how it allows, and I go on with what you asked.',
  device:
    'Your organization lets only devices and apps in that it manages, and this one is not. Sign in from one that is, and I go on with what you asked.',
  unavailable:
    'The sign-in service of Microsoft did not answer. Sign in again in a moment, and I go on with what you asked.',
  stronger:
    "Your organization's sign-in rules ask for a stronger sign-in than the one that Teams gave me. Sign in again, and I go on with what you asked.",
} as const;

const PAST_REASONS = {
  'first-time': 'I did not know you yet.',
  'consent-missing': 'You had not agreed yet that I may act in your name.',
  refused: 'The sign-in before was not accepted.',
  blocked: 'A Conditional Access rule of your organization had not let you in.',
  device: 'Your organization had not let this device or app in.',
  unavailable: 'The sign-in service of Microsoft had not answered.',
  stronger: "Your organization's sign-in rules had asked for a stronger sign-in.",
} as const;

export function viewSignIn(notice: SignInNotice, context: CardContext): z.infer<typeof signInView> {
  const shared = frameOf(context);
  const title = shared.isLive ? 'Sign in to go on' : 'A sign-in was needed';
  const reasons = shared.isLive ? REASONS : PAST_REASONS;
  const pageUrl = shared.isLive ? signInLink(context.publicUrl, notice.pageSignInId) : '';
  return { ...shared, summary: title, title, reason: reasons[notice.reason], pageUrl };
}
