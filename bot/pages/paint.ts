import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nameText } from '../../cards/plain-text.ts';
import { dateWords, durationWords } from '../../cards/words.ts';
import { WHOLE_TENANT } from '../../src/domain/assignment.ts';
import type { OpenLink, PageExport, PagePurpose, PageSubject } from './flow.ts';
import { type Html, html } from './html.ts';
import { EXPORT_PATH, SIGN_IN_PATH, STYLE_PATH } from './link.ts';
import outcomes from './outcomes.json' with { type: 'json' };
import words from './words.json' with { type: 'json' };

/** A page that only says how something went. */
export type OutcomeName = keyof typeof outcomes;

/** A page ready to be sent. */
export interface PaintedPage {
  readonly status: number;
  readonly markup: string;
}

/** The one stylesheet, and the hash in its address: a browser that has it never asks again. */
export const STYLE = readFileSync(new URL('./style.css', import.meta.url), 'utf8');
export const STYLE_HASH = createHash('sha256').update(STYLE).digest('hex').slice(0, 16);

/** Says whether there is a page of its own for it, such as for an error code. */
export function isOutcome(name: string): name is OutcomeName {
  return Object.hasOwn(outcomes, name);
}

/** Says who signs in, what for and until when, and has the one button that begins it. */
export function paintStart(link: OpenLink, id: string, now: Temporal.Instant): PaintedPage {
  const { timeZone, locale } = link;
  const until = dateWords(link.expiresAt.toString(), { now, timeZone, locale });
  const title = 'Sign in to continue';
  const subjects = link.subjects.length === 0 ? null : html`<ul>${link.subjects.map(subjectItem)}</ul>`;
  const main = html`<h1>${title}</h1>
<p>This sign-in is for <bdi class="subject">${nameText(link.personName)}</bdi>, and for nobody else.</p>
<p>${words[link.purpose].goal}${subjects === null ? '.' : ':'}</p>
${subjects}
<p>The link works once, until ${until}.</p>
<form method="post" action="${SIGN_IN_PATH}">
<input type="hidden" name="s" value="${id}">
<button class="go" type="submit">Continue to sign in</button>
</form>
<p>Did somebody else send you this link? Then close this page: nothing has happened yet.</p>`;
  return { status: 200, markup: page(title, main) };
}

function subjectItem({ roleName, scopeName, duration, requesterName }: PageSubject): Html {
  const where = scopeName === WHOLE_TENANT ? ' in the whole tenant' : html` on <bdi>${nameText(scopeName)}</bdi>`;
  const asker = requesterName === null ? null : html`, asked for by <bdi>${nameText(requesterName)}</bdi>`;
  return html`<li><bdi class="subject">${nameText(roleName)}</bdi>${where}${
    duration === null ? null : html` for ${durationWords(duration)}`
  }${asker}</li>`;
}

/**
 * Sends the browser on without a redirect, as those of a form are held to the page's own origin by its content policy.
 * The address was checked before.
 */
export function paintGoing(url: URL): PaintedPage {
  const title = 'Going on to sign in';
  const main = html`<h1>${title}</h1>
<p>The sign-in itself is at ${url.host}.</p>
<p><a class="go" href="${url.href}">Go on to sign in</a></p>`;
  return { status: 200, markup: page(title, main, html`<meta http-equiv="refresh" content="0;url=${url.href}">`) };
}

export function paintSignedIn(purpose: PagePurpose): PaintedPage {
  const title = 'Signed in';
  const main = html`<h1>${title}</h1>
<p>Go back to Teams: ${words[purpose].goesOn}</p>
<p>You can close this page.</p>`;
  return { status: 200, markup: page(title, main) };
}

/** Says which list waits, for whom and until when, and has a button for each kind of file. */
export function paintExport(list: PageExport, id: string, now: Temporal.Instant): PaintedPage {
  const { timeZone, locale, rows } = list;
  const until = dateWords(list.expiresAt.toString(), { now, timeZone, locale });
  const title = 'Your list is ready';
  const main = html`<h1>${title}</h1>
<p><bdi class="subject">${nameText(list.fileName)}</bdi>: ${rows === 1 ? '1 row' : `${rows} rows`}.</p>
<p>It was asked for by <bdi class="subject">${nameText(list.ownerName)}</bdi> and can be fetched until ${until}.</p>
<form method="post" action="${EXPORT_PATH}">
<input type="hidden" name="id" value="${id}">
<button class="go" type="submit" name="format" value="csv">Download as CSV</button>
<button class="go" type="submit" name="format" value="ndjson">Download as NDJSON</button>
</form>
<p>Whoever has this link can fetch the list until then: do not pass it on.</p>`;
  return { status: 200, markup: page(title, main) };
}

export function paintOutcome(name: OutcomeName): PaintedPage {
  const { status, title, body, next } = outcomes[name];
  const main = html`<h1>${title}</h1>
${body.map((line) => html`<p>${line}</p>`)}
<p>${next}</p>`;
  return { status, markup: page(title, main) };
}

function page(title: string, main: Html, head: Html | null = null): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${head}
<title>${title} · Pimlico</title>
<link rel="stylesheet" href="${STYLE_PATH}?h=${STYLE_HASH}">
</head>
<body>
<header><p>Pimlico · Privileged access in Microsoft Teams</p></header>
<main>
${main}
</main>
<footer><p>This page never asks for a password. Only Microsoft’s own sign-in does.</p></footer>
</body>
</html>
`.toString();
}
