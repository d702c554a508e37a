import { randomUUID } from 'node:crypto';

import { type Listener, say } from '../cards/messages.ts';
import { type Activity, regionOf } from './activity.ts';
import type { Verdict } from './adapter.ts';
import { readExchange } from './press-value.ts';

/** Named in sign-in cards because clients want a name; there is no such connection, and no token service behind it. */
export const CONNECTION_NAME = 'pimlico';

/** What single sign-on is asked for: the manifest's `webApplicationInfo.resource`. */
export function ssoResource(botAppId: string): string {
  return `api://botid-${botAppId}`;
}

interface SignInOffer {
  readonly exchangeId: string;
  readonly pageUrl: string | null;
}

/**
 * What a client needs to sign a person in, silently where it can (teams-platform §3.4). The button is for when it cannot: it
 * opens `pageUrl`, our own page, where there is one.
 */
export function signInContent(botAppId: string, { exchangeId, pageUrl }: SignInOffer, reader: Listener) {
  const title = say(reader, 'shared.sign-in');
  const uri = ssoResource(botAppId);
  return {
    text: say(reader, 'press.sign-in'),
    connectionName: CONNECTION_NAME,
    tokenExchangeResource: { id: exchangeId, uri },
    buttons: [{ type: 'signin', title, text: title, value: pageUrl ?? uri }],
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

export function busyAnswer(reader: Listener): Verdict {
  return messageAnswer(say(reader, 'press.busy'));
}

/** What was pressed may have been written down before the database went: the card will tell. */
export function databaseAwayAnswer(reader: Listener): Verdict {
  return messageAnswer(say(reader, 'press.away'));
}

/** Who sent an activity, as their client says, for what is answered before anybody is looked up. */
export function sender(activity: Activity): Listener {
  return { locale: regionOf(activity).locale ?? 'en-US' };
}

export function signInAnswer(botAppId: string, pageUrl: string | null, reader: Listener): Verdict {
  const content = signInContent(botAppId, { exchangeId: randomUUID(), pageUrl }, reader);
  return envelope(401, 'application/vnd.microsoft.activity.loginRequest', content);
}

/** The token the client sent is not good enough, mostly for want of consent: the client offers to sign in by hand. */
export function signInFailedAnswer(): Verdict {
  const value = { code: '412', message: 'Failed to exchange token' };
  return envelope(412, 'application/vnd.microsoft.error.preconditionFailed', value);
}

export function malformedAnswer(message = 'This button cannot be read.'): Verdict {
  return envelope(400, 'application/vnd.microsoft.error', { code: 'BadRequest', message });
}

/** The contract of `signin/tokenExchange`: the client shows its sign-in button on this HTTP status (teams-platform §1.8). */
export function exchangeRefusedAnswer(value: unknown, failureDetail: string): Verdict {
  const id = readExchange(value)?.id ?? '';
  return { status: 412, body: { id, connectionName: CONNECTION_NAME, failureDetail } };
}

export function failedAnswer(): Verdict {
  return envelope(500, 'application/vnd.microsoft.error', { code: 'Internal', message: 'Something went wrong.' });
}

/** What a box offers to somebody who types into it. */
export function searchAnswer(results: readonly { readonly title: string; readonly value: string }[]): Verdict {
  return envelope(200, 'application/vnd.microsoft.search.searchResponse', { results });
}

/** An invoke that no card and no manifest of ours causes. */
export function unsupportedAnswer(): Verdict {
  return envelope(400, 'application/vnd.microsoft.error', {
    code: 'NotSupported',
    message: 'This is not supported.',
  });
}
