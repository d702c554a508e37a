import { z } from 'zod';
import type { SignedOutNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
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
  return {
    ...shared,
    hasRefresh: false,
    summary: summaryOf(notice),
    title: 'Signed out',
    who: whoWords(notice),
    after: shared.isLive ? afterWords(notice) : '',
    continuing: continuingWords(notice, shared.isLive),
  };
}

function summaryOf({ personName, byName }: SignedOutNotice): string {
  if (personName !== null) {
    return `${nameText(personName)} is signed out`;
  }
  return byName === null ? 'You are signed out' : `${nameText(byName)} signed you out`;
}

function whoWords({ personName, byName }: SignedOutNotice): string {
  if (personName !== null) {
    return `Everything that I kept of the sign-ins of ${nameText(personName)} is forgotten, and so is what they wrote and had not signed in for.`;
  }
  const forgotten =
    'Everything that I kept of your sign-ins is forgotten, and so is what you wrote and had not signed in for.';
  return byName === null ? forgotten : `${nameText(byName)} signed you out. ${forgotten}`;
}

function afterWords({ personName }: SignedOutNotice): string {
  return personName === null
    ? 'Roles that are active stay active. When you ask me for something, you sign in again.'
    : 'Their roles that are active stay active. When they ask me for something, they sign in again.';
}

/** Continuing at the end needs a kept token, which is gone. */
function continuingWords({ waiting, personName }: SignedOutNotice, isLive: boolean): string {
  if (waiting === 0) {
    return '';
  }
  const roles = waiting === 1 ? '1 role' : `${waiting} roles`;
  const whom = personName === null ? 'you' : 'them';
  return isLive
    ? `${roles} cannot go on without asking: I ask ${whom} when the access ends.`
    : `${roles} could no longer go on without asking.`;
}
