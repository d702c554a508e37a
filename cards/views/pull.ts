import type { PullFacts } from '../../src/domain/break-glass-notice.ts';
import { justificationText, nameText, ticketText } from '../plain-text.ts';
import { durationWords } from '../words.ts';
import { roleWords } from './request.ts';

/** PIM's own page where roles are activated. */
export const PORTAL_URL =
  'https://entra.microsoft.com/#view/Microsoft_Azure_PIMCommon/ActivationMenuBlade/~/aadmigratedroles';

const MOST_ROLES = 6;

/** A drill says so wherever it is told of. */
export function marked(text: string, { isDrill }: Pick<PullFacts, 'isDrill'>): string {
  return isDrill ? `DRILL: ${text}` : text;
}

/** What a notification says: names belong there, and not in the title, which is read as Markdown. */
export function pullSummary(title: string, { pack, pullerName }: PullFacts): string {
  return `${title}: ${nameText(pack)}, ${nameText(pullerName)}`;
}

/** The lines of every card about one use. */
export function pullRows(pull: PullFacts): readonly (readonly [id: string, label: string, value: string])[] {
  const roles = pull.roles.slice(0, MOST_ROLES).map(roleWords);
  const left = pull.roles.length - roles.length;
  return [
    ['pack', 'Pack', `${nameText(pull.pack)}, ${justificationText(pull.purpose)}`],
    ['puller', 'Pulled by', nameText(pull.pullerName)],
    ['roles', 'Gives', `${roles.join(', ')}${left === 0 ? '' : ` and ${left} more`}`],
    ['window', 'For', durationWords(pull.window)],
    ['severity', 'Severity', nameText(pull.severity)],
    ['incident', 'Incident', ticketText(pull.incident)],
    ['reason', 'Reason', justificationText(pull.reason)],
  ];
}
