import { z } from 'zod';
import { GROUP_SCOPE_NAMES, WHOLE_TENANT } from '../../src/domain/assignment.ts';
import type { RoleFacts } from '../../src/domain/card-facts.ts';
import type { RequestFacts, RoleChoice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { justificationText, nameText, ticketText } from '../plain-text.ts';
import { durationWords, instantWords } from '../words.ts';

/** What cards about one request say of it. Absent things are empty. */
export const requestShape = {
  role: z.string(),
  scope: z.string(),
  duration: z.string(),
  start: z.string(),
  justification: z.string(),
  ticket: z.string(),
  requestId: z.string(),
  elsewhere: z.string(),
};
const requestView = z.strictObject(requestShape);
type RequestView = z.infer<typeof requestView>;

export function requestOf(request: RequestFacts, context: CardContext): RequestView {
  return {
    role: nameText(request.roleName),
    scope: nameText(request.scopeName),
    duration: lengthWords(request.duration),
    start: request.startsAt === null ? '' : instantWords(request.startsAt, context),
    justification: justificationText(request.justification),
    ticket: ticketText(request.ticket),
    requestId: nameText(request.requestId),
    elsewhere: elsewhereWords(request.learnedAfter),
  };
}

/** How long a request is for; what was asked elsewhere may not say. */
export function lengthWords(duration: string | null): string {
  return duration === null ? 'not known here yet' : durationWords(duration);
}

/** The bot hears of what others did from PIM's log, which is minutes late. */
function elsewhereWords(learnedAfter: string | undefined): string {
  return learnedAfter === undefined
    ? ''
    : `Done outside this bot, which heard of it ${durationWords(learnedAfter)} later.`;
}

/** "Contributor on rg-web", for notifications. */
export function roleWords(role: RoleFacts): string {
  return `${nameText(role.roleName)}${placeWords(role.scopeName)}`;
}

/** What stands after the name of a role that is known by its name alone, as people type it; membership is what a group is for. */
const PLACES: ReadonlyMap<string, string> = new Map([
  [WHOLE_TENANT, ''],
  [GROUP_SCOPE_NAMES.member, ''],
  [GROUP_SCOPE_NAMES.owner, ' as owner'],
  // A definition, which is at no scope.
  ['', ''],
]);

/** " on rg-web"; nothing for the whole tenant and for the members of a group. */
export function placeWords(scopeName: string): string {
  return PLACES.get(scopeName) ?? ` on ${nameText(scopeName)}`;
}

const KINDS: Readonly<Record<NonNullable<RoleChoice['is']>, string>> = {
  'built-in-azure': 'built-in role of Azure',
  'custom-azure': 'custom role of Azure',
  'built-in-directory': 'built-in role of Microsoft Entra',
  'custom-directory': 'custom role of Microsoft Entra',
  group: 'group',
};

/** What tells choices of one name apart: ", through sg-payments-oncall", ", custom role of Azure". */
export function tellingWords({ through, is }: Pick<RoleChoice, 'through' | 'is'>): string {
  const kind = is === undefined ? '' : `, ${KINDS[is]}`;
  return through === undefined ? kind : `, through ${nameText(through)}`;
}

/** The lines "Role" and "Scope" of cards that are made of such lines. */
export function roleFactRows({ roleName, scopeName }: RoleFacts) {
  return [
    ['role', 'Role', nameText(roleName)],
    ['scope', 'Scope', nameText(scopeName)],
  ] as const;
}
