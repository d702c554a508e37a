import { z } from 'zod';
import { GROUP_SCOPE_NAMES, WHOLE_TENANT } from '../../src/domain/assignment.ts';
import type { RoleFacts } from '../../src/domain/card-facts.ts';
import type { RequestFacts, RoleChoice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, say } from '../messages.ts';
import { justificationText, nameText, ticketText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
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
    scope: scopeText(request.scopeName, context),
    duration: lengthWords(request.duration, context),
    start: request.startsAt === null ? '' : instantWords(request.startsAt, context),
    justification: justificationText(request.justification),
    ticket: ticketText(request.ticket),
    requestId: nameText(request.requestId),
    elsewhere: elsewhereWords(request.learnedAfter, context),
  };
}

/** How long a request is for; what was asked elsewhere may not say. */
export function lengthWords(duration: string | null, reader: Listener): string {
  return duration === null ? say(reader, 'request.length-unknown') : durationWords(duration, reader);
}

/** The bot hears of what others did from PIM's log, which is minutes late. */
function elsewhereWords(learnedAfter: string | undefined, reader: Listener): string {
  return learnedAfter === undefined
    ? ''
    : say(reader, 'request.elsewhere', { duration: durationWords(learnedAfter, reader) });
}

/** "Contributor on rg-web", for notifications. */
export function roleWords(role: RoleFacts, reader: Listener): string {
  return `${nameText(role.roleName)}${placeWords(role.scopeName, reader)}`;
}

/** Scopes without a name after the role, as people type it: membership is what a group is for, and a definition is at none. */
const UNNAMED: ReadonlySet<string> = new Set([WHOLE_TENANT, GROUP_SCOPE_NAMES.member, '']);

/** " on rg-web"; nothing for the whole tenant and for the members of a group. */
export function placeWords(scopeName: string, reader: Listener): string {
  if (UNNAMED.has(scopeName)) {
    return '';
  }
  return scopeName === GROUP_SCOPE_NAMES.owner
    ? say(reader, 'request.as-owner')
    : say(reader, 'request.place', { scope: nameText(scopeName) });
}

/** What tells choices of one name apart: ", through sg-payments-oncall", ", custom role of Azure". */
export function tellingWords({ through, is }: Pick<RoleChoice, 'through' | 'is'>, reader: Listener): string {
  if (through !== undefined) {
    return say(reader, 'request.through', { name: nameText(through) });
  }
  return is === undefined ? '' : say(reader, `request.is.${is}`);
}

/** The lines "Role" and "Scope" of cards that are made of such lines. */
export function roleFactRows({ roleName, scopeName }: RoleFacts, reader: Listener) {
  return [
    ['role', say(reader, 'request.label.role'), nameText(roleName)],
    ['scope', say(reader, 'request.label.scope'), scopeText(scopeName, reader)],
  ] as const;
}
