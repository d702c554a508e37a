import { type Html, html } from '../../bot/pages/html.ts';
import { ACTIVATION_PAGE } from '../../src/domain/portal.ts';
import type { EmergencyPaper, PaperBlock, PaperSection } from '../../src/rulebook/emergency-paper.ts';

const WIDTH = 100;
const BLANK = '_'.repeat(40);

/** The runbook for emergencies as plain text, wrapped for paper. */
export function paperAsText({ title, sections }: EmergencyPaper): string {
  const parts = sections.map((section) =>
    [underlined(section.title, '-'), ...section.blocks.map(blockAsText)].join('\n\n'),
  );
  return `${[underlined(title, '='), ...parts].join('\n\n')}\n`;
}

function underlined(text: string, line: string): string {
  return `${text}\n${line.repeat(text.length)}`;
}

function blockAsText(block: PaperBlock): string {
  switch (block.kind) {
    case 'text':
      return wrapped(block.text, '');
    case 'say':
      return `    ${block.sentence}`;
    case 'facts':
      return block.rows.map(([label, value]) => wrapped(`${label}: ${value}`, '  ')).join('\n');
    case 'steps':
      return block.steps.map((step) => wrapped(`[ ] ${step}`, '      ').replace(/^ {6}/, '  ')).join('\n');
    case 'blanks':
      return block.labels.map((label) => `  ${label}: ${BLANK}`).join('\n');
  }
}

/** Lines of a paragraph; a word that is too long stays whole, since it may be an address. */
function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.trim() !== '' && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += `${line.trim() === '' ? '' : ' '}${word}`;
  }
  return [...lines, line].join('\n');
}

/** The runbook for emergencies as one page without scripts that needs nothing from elsewhere. */
export function paperAsHtml({ title, sections }: EmergencyPaper): string {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  :root { color-scheme: light; }
  body { background: #fff; color: #000; font: 11pt/1.45 "Segoe UI", Arial, sans-serif; margin: 2em auto; max-width: 48em; padding: 0 1em; }
  h1 { font-size: 1.7em; }
  h2 { border-bottom: 1px solid #666; font-size: 1.25em; margin-top: 2em; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border: 1px solid #999; overflow-wrap: anywhere; padding: .3em .5em; text-align: left; vertical-align: top; }
  th { width: 32%; }
  td.blank { height: 1.8em; }
  ul { list-style: none; padding-left: 0; }
  li { margin: .4em 0; padding-left: 1.8em; text-indent: -1.8em; }
  label { overflow-wrap: anywhere; }
  input { height: 1em; margin-right: .7em; width: 1em; }
  pre { border: 2px solid #000; font-size: 1.1em; overflow-wrap: anywhere; padding: .6em; white-space: pre-wrap; }
  @page { margin: 18mm; }
  @media print {
    body { font-size: 10.5pt; margin: 0; max-width: none; padding: 0; }
    section { break-inside: avoid-page; }
    h2 { break-after: avoid; }
    a { color: #000; }
  }
</style>
</head>
<body>
<h1>${title}</h1>
${sections.map(sectionAsHtml)}</body>
</html>
`;
  return page.toString();
}

function sectionAsHtml({ title, blocks }: PaperSection): Html {
  return html`<section>
<h2>${title}</h2>
${blocks.map(blockAsHtml)}</section>
`;
}

function blockAsHtml(block: PaperBlock): Html {
  switch (block.kind) {
    case 'text':
      return html`<p>${block.text}</p>\n`;
    case 'say':
      return html`<pre>${block.sentence}</pre>\n`;
    case 'facts':
      return table(block.rows.map(([label, value]) => html`<tr><th scope="row">${label}</th><td>${value}</td></tr>\n`));
    case 'steps':
      return html`<ul>\n${block.steps.map((step) => html`<li><label><input type="checkbox">${linked(step)}</label></li>\n`)}</ul>\n`;
    case 'blanks':
      return table(block.labels.map((label) => html`<tr><th scope="row">${label}</th><td class="blank"></td></tr>\n`));
  }
}

function table(rows: readonly Html[]): Html {
  return html`<table>\n${rows}</table>\n`;
}

/** The portal's address can be followed on a screen and typed from paper. */
function linked(text: string): Html {
  const [before = '', after] = text.split(ACTIVATION_PAGE);
  return after === undefined
    ? html`${text}`
    : html`${before}<a href="${ACTIVATION_PAGE}">${ACTIVATION_PAGE}</a>${after}`;
}
