import { z } from 'zod';
import { WHOLE_TENANT } from '../../src/domain/assignment.ts';
import type { RequestFacts } from '../../src/domain/notice.ts';
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
};
const requestView = z.strictObject(requestShape);
type RequestView = z.infer<typeof requestView>;

export function requestOf(request: RequestFacts, context: CardContext): RequestView {
  return {
    role: nameText(request.roleName),
    scope: nameText(request.scopeName),
    duration: durationWords(request.duration),
    start: request.startsAt === null ? '' : instantWords(request.startsAt, context),
    justification: justificationText(request.justification),
    ticket: ticketText(request.ticket),
    requestId: nameText(request.requestId),
  };
}

/** "Contributor on rg-web", for notifications. */
export function roleWords(role: { readonly roleName: string; readonly scopeName: string }): string {
  return `${nameText(role.roleName)}${placeWords(role.scopeName)}`;
}

/** " on rg-web"; nothing for the whole tenant, for such a role is known by its name alone, as people type it. */
export function placeWords(scopeName: string): string {
  return scopeName === WHOLE_TENANT ? '' : ` on ${nameText(scopeName)}`;
}
