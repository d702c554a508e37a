import { randomUUID } from 'node:crypto';

import type { Verdict } from './adapter.ts';

/** Named in sign-in cards because clients want a name; there is no such connection, and no token service behind it. */
export const CONNECTION_NAME = 'pimlico';

/** What single sign-on is asked for: the manifest's `webApplicationInfo.resource`. */
export function ssoResource(botAppId: string): string {
  return `api://botid-${botAppId}`;
}

/**
 * What a client needs to sign a person in, silently where it can (teams-platform §3.4). The button is for when it cannot: it
 * opens `pageUrl`, our own page, where there is one.
 */
export function signInContent(botAppId: string, exchangeId: string = randomUUID(), pageUrl: string | null = null) {
  const uri = ssoResource(botAppId);
  return {
    text: 'Sign in to continue',
    connectionName: CONNECTION_NAME,
    tokenExchangeResource: { id: exchangeId, uri },
    buttons: [{ type: 'signin', title: 'Sign in', text: 'Sign in', value: pageUrl ?? uri }],
  };
}

/** The answer to a press is always HTTP 200; what happened is inside (teams-platform §3.1). */
function envelope(statusCode: number, type: string, value: unknown): Verdict {
  return { status: 200, body: { statusCode, type, value } };
}

export function cardAnswer(card: unknown): Verdict {
  return envelope(200, 'application/vnd.microsoft.card.adaptive', card);
}

/** Said under the card, which stays as it is. */
export function messageAnswer(text: string): Verdict {
  return envelope(200, 'application/vnd.microsoft.activity.message', text);
}

/** What was pressed may have been written down before the database went: the card will tell. */
const DATABASE_AWAY =
  'I cannot write anything down just now. Look at this card again in a minute, and press then if it is still the same.';

export function databaseAwayAnswer(): Verdict {
  return messageAnswer(DATABASE_AWAY);
}

export function signInAnswer(botAppId: string, pageUrl: string | null): Verdict {
  const content = signInContent(botAppId, randomUUID(), pageUrl);
  return envelope(401, 'application/vnd.microsoft.activity.loginRequest', content);
}

/** The token the client sent is not good enough, mostly for want of consent: the client offers to sign in by hand. */
export function signInFailedAnswer(): Verdict {
  const value = { code: '412', message: 'Failed to exchange token' };
  return envelope(412, 'application/vnd.microsoft.error.preconditionFailed', value);
}

export function malformedAnswer(): Verdict {
  return envelope(400, 'application/vnd.microsoft.error', {
    code: 'BadRequest',
    message: 'This button cannot be read.',
  });
}

export function failedAnswer(): Verdict {
  return envelope(500, 'application/vnd.microsoft.error', { code: 'Internal', message: 'Something went wrong.' });
}

/** Lists fill from the card itself; there is nothing to search yet, which is not an error. */
export function emptySearchAnswer(): Verdict {
  return envelope(200, 'application/vnd.microsoft.search.searchResponse', { results: [] });
}
