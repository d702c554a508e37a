import type { PullFacts } from '../../src/domain/break-glass-notice.ts';
import { type Listener, say } from '../messages.ts';
import { justificationText, nameText, ticketText } from '../plain-text.ts';
import { durationWords } from '../words.ts';
import { roleWords } from './request.ts';

const MOST_ROLES = 6;

/** A drill says so wherever it is told of. */
export function marked(text: string, { isDrill }: Pick<PullFacts, 'isDrill'>, reader: Listener): string {
  return isDrill ? say(reader, 'pull.drill', { text }) : text;
}

/** What a notification says: names belong there, and not in the title, which is read as Markdown. */
export function pullSummary(title: string, { pack, pullerName }: PullFacts, reader: Listener): string {
  return say(reader, 'pull.summary', { title, pack: nameText(pack), name: nameText(pullerName) });
}

/** The lines of every card about one use. */
export function pullRows(
  pull: PullFacts,
  reader: Listener,
): readonly (readonly [id: string, label: string, value: string])[] {
  const roles = pull.roles.slice(0, MOST_ROLES).map((role) => roleWords(role, reader));
  const left = pull.roles.length - roles.length;
  const named = roles.join(', ');
  return [
    ['pack', say(reader, 'pull.pack'), `${nameText(pull.pack)}, ${justificationText(pull.purpose)}`],
    ['puller', say(reader, 'pull.puller'), nameText(pull.pullerName)],
    [
      'roles',
      say(reader, 'pull.roles'),
      left === 0 ? named : say(reader, 'pull.roles-more', { roles: named, count: String(left) }),
    ],
    ['window', say(reader, 'pull.window'), durationWords(pull.window, reader)],
    ['severity', say(reader, 'pull.severity'), nameText(pull.severity)],
    ['incident', say(reader, 'pull.incident'), ticketText(pull.incident)],
    ['reason', say(reader, 'pull.reason'), justificationText(pull.reason)],
  ];
}
