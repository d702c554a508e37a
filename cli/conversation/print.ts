import { styleText } from 'node:util';
import type { Sighting } from '../stage/control.ts';

const WORDS: Readonly<Record<Sighting['event'], string>> = {
  send: 'gets',
  update: 'sees changed',
  delete: 'no longer sees',
  reply: 'sees at once',
  toast: 'is told',
};

/** Prints for people what somebody saw: who, when, the card with its text, and its buttons. */
export function printSighting(sighting: Sighting): void {
  const time = sighting.at.slice(11, 16);
  const head = `${time} UTC  ${styleText('bold', sighting.to)} ${WORDS[sighting.event]}`;
  const card = sighting.card === null ? '' : ` ${styleText('cyan', sighting.card)}`;
  const body = sighting.text.split('\n').map((line) => `    ${line}`);
  const buttons = sighting.buttons.map((button) => styleText('green', `[${button}]`)).join(' ');
  const lines = [
    `${head}${card}`,
    ...(sighting.event === 'delete' ? [] : body),
    ...(buttons ? [`    ${buttons}`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
