import { styleText } from 'node:util';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import type { PageShown } from './play.ts';

const WORDS: Readonly<Record<Sighting['event'], string>> = {
  send: 'gets',
  update: 'sees changed',
  delete: 'no longer sees',
  reply: 'sees at once',
  toast: 'is told',
};

/** Prints the page that a person's browser ended on. */
export function createPagePrinter(write: (text: string) => void): PageShown {
  return (person, { title, text }) => {
    const body = text.split('\n').map((line) => `    ${line}`);
    write(`${[`${styleText('bold', person)} sees in the browser: ${title}`, ...body].join('\n')}\n\n`);
  };
}

/**
 * Makes a printer for people: who saw what when, the card with its text, and its buttons. A change of which only the buttons
 * differ takes one line.
 */
export function createPrinter(write: (text: string) => void): (sighting: Sighting) => void {
  const shown = new Map<string, string>();
  return (sighting) => {
    const { to, event, card, text, activityId } = sighting;
    const key = `${to} ${activityId}`;
    const isSameText = shown.get(key) === text;
    shown.set(key, text);
    const what = card === null ? '' : ` ${styleText('cyan', card)}`;
    const head = `${sighting.at.slice(11, 16)} UTC  ${styleText('bold', to)} ${WORDS[event]}${what}`;
    const buttons = sighting.buttons.map((button) => styleText('green', `[${button}]`)).join(' ');
    if (event === 'delete' || (isSameText && (event === 'update' || event === 'reply'))) {
      write(`${head}${event === 'delete' ? '' : `: ${buttons || 'without buttons'}`}\n\n`);
      return;
    }
    const body = text.split('\n').map((line) => `    ${line}`);
    write(`${[head, ...body, ...(buttons ? [`    ${buttons}`] : [])].join('\n')}\n\n`);
  };
}
