import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Listener, languageOf, type MessageKey, say } from '../../cards/messages.ts';
import { nameText } from '../../cards/plain-text.ts';
import { scopeText } from '../../cards/scope-text.ts';
import { dateWords, durationWords } from '../../cards/words.ts';
import { WHOLE_TENANT } from '../../src/domain/assignment.ts';
import type { OpenLink, PageExport, PagePurpose, PageSubject } from './flow.ts';
import { type Html, html } from './html.ts';
import { type AboutPage, EXPORT_PATH, SIGN_IN_PATH, STYLE_PATH } from './link.ts';
import statuses from './outcomes.json' with { type: 'json' };

/** A page that only says how something went. */
export type OutcomeName = keyof typeof statuses;

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
  return Object.hasOwn(statuses, name);
}

/** Says who signs in, what for and until when, and has the one button that begins it. */
export function paintStart(link: OpenLink, id: string, now: Temporal.Instant): PaintedPage {
  const until = dateWords(link.expiresAt.toString(), { now, timeZone: link.timeZone, locale: link.locale });
  const title = say(link, 'pages.start.title');
  const subjects = link.subjects.map((subject) => subjectItem(subject, link));
  const main = html`<h1>${title}</h1>
<p>${marked(link, 'pages.start.for', { name: named(link.personName) })}</p>
<p>${say(link, `pages.goal.${link.purpose}`)}${subjects.length === 0 ? '.' : ':'}</p>
${subjects.length === 0 ? null : html`<ul>${subjects}</ul>`}
<p>${say(link, 'pages.start.until', { until })}</p>
<form method="post" action="${SIGN_IN_PATH}">
<input type="hidden" name="s" value="${id}">
<button class="go" type="submit">${say(link, 'pages.start.continue')}</button>
</form>
<p>${say(link, 'pages.start.foreign')}</p>`;
  return { status: 200, markup: page(link, title, main) };
}

function subjectItem({ roleName, scopeName, duration, requesterName }: PageSubject, reader: Listener): Html {
  const parts = [
    scopeName === WHOLE_TENANT
      ? html`${say(reader, 'pages.subject.tenant')}`
      : marked(reader, 'pages.subject.scope', { scope: html`<bdi>${scopeText(scopeName, reader)}</bdi>` }),
    duration === null
      ? null
      : html`${say(reader, 'pages.subject.duration', { duration: durationWords(duration, reader) })}`,
    requesterName === null
      ? null
      : marked(reader, 'pages.subject.requester', { name: html`<bdi>${nameText(requesterName)}</bdi>` }),
  ];
  return html`<li>${named(roleName)}${parts.filter((part) => part !== null)}</li>`;
}

/**
 * Sends the browser on without a redirect, as those of a form are held to the page's own origin by its content policy.
 * The address was checked before.
 */
export function paintGoing(url: URL, reader: Listener): PaintedPage {
  const title = say(reader, 'pages.going.title');
  const main = html`<h1>${title}</h1>
<p>${say(reader, 'pages.going.where', { host: url.host })}</p>
<p><a class="go" href="${url.href}">${say(reader, 'pages.going.go')}</a></p>`;
  const head = html`<meta http-equiv="refresh" content="0;url=${url.href}">`;
  return { status: 200, markup: page(reader, title, main, head) };
}

export function paintSignedIn(purpose: PagePurpose, reader: Listener): PaintedPage {
  const title = say(reader, 'pages.signed-in.title');
  const main = html`<h1>${title}</h1>
<p>${say(reader, `pages.goes-on.${purpose}`)}</p>
<p>${say(reader, 'pages.signed-in.close')}</p>`;
  return { status: 200, markup: page(reader, title, main) };
}

/** Says which list waits, for whom and until when, and has a button for each kind of file. */
export function paintExport(list: PageExport, id: string, now: Temporal.Instant): PaintedPage {
  const { rows, timeZone, locale } = list;
  const until = html`${dateWords(list.expiresAt.toString(), { now, timeZone, locale })}`;
  const title = say(list, 'pages.export.title');
  const main = html`<h1>${title}</h1>
<p>${marked(list, 'pages.export.rows', { name: named(list.fileName) }, { count: rows, shown: String(rows) })}</p>
<p>${marked(list, 'pages.export.for', { name: named(list.ownerName), until })}</p>
<form method="post" action="${EXPORT_PATH}">
<input type="hidden" name="id" value="${id}">
<button class="go" type="submit" name="format" value="csv">${say(list, 'pages.export.csv')}</button>
<button class="go" type="submit" name="format" value="ndjson">${say(list, 'pages.export.ndjson')}</button>
</form>
<p>${say(list, 'pages.export.secret')}</p>`;
  return { status: 200, markup: page(list, title, main) };
}

export function paintOutcome(name: OutcomeName, reader: Listener): PaintedPage {
  const title = say(reader, `page-outcomes.${name}.title`);
  const main = html`<h1>${title}</h1>
<p>${say(reader, `page-outcomes.${name}.body`)}</p>
<p>${say(reader, `page-outcomes.${name}.next`)}</p>`;
  return { status: statuses[name], markup: page(reader, title, main) };
}

const PARAGRAPHS = { home: ['1', '2'], privacy: ['1', '2', '3', '4'], terms: ['1', '2', '3'] } as const;

/** What the bot is, what it keeps of people, and on which terms it is used. */
export function paintAbout(name: AboutPage, reader: Listener): PaintedPage {
  const title = say(reader, `pages.about.${name}.title`);
  const keys = PARAGRAPHS[name].map((number) => `pages.about.${name}.${number}` as MessageKey);
  const main = html`<h1>${title}</h1>
${keys.map((key) => html`<p>${say(reader, key)}</p>`)}
<p><a href="/privacy">${say(reader, 'pages.link.privacy')}</a> · <a href="/terms">${say(reader, 'pages.link.terms')}</a></p>`;
  return { status: 200, markup: page(reader, title, main) };
}

/** A name that stands out, whichever way its letters run. */
function named(name: string): Html {
  return html`<bdi class="subject">${nameText(name)}</bdi>`;
}

/** Stands for markup while the text around it is said. No text of ours and nothing made plain holds it. */
const MARK = '\u0000';

/** A text with markup in it: the text is escaped, the markup is not. */
function marked(
  reader: Listener,
  key: MessageKey,
  markup: Readonly<Record<string, Html>>,
  values: Readonly<Record<string, string | number>> = {},
): Html {
  const places = Object.fromEntries(Object.keys(markup).map((name) => [name, `${MARK}${name}${MARK}`]));
  const parts = say(reader, key, { ...values, ...places }).split(MARK);
  return html`${parts.map((part, index) => (index % 2 === 0 ? html`${part}` : html`${markup[part] ?? null}`))}`;
}

function page(reader: Listener, title: string, main: Html, head: Html | null = null): string {
  return html`<!doctype html>
<html lang="${languageOf(reader)}">
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
<header><p>${say(reader, 'pages.banner')}</p></header>
<main>
${main}
</main>
<footer><p>${say(reader, 'pages.footer')}</p></footer>
</body>
</html>
`.toString();
}
