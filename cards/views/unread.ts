import { z } from 'zod';
import type { Surface } from '../../src/domain/assignment.ts';
import type { UnreadPart } from '../../src/domain/card-facts.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';

export const unreadShape = z.array(z.strictObject({ id: z.string(), text: z.string() }));

/** What people call the parts of PIM. */
const SURFACE_WORDS: Readonly<Record<Surface, string>> = {
  directory: 'Microsoft Entra roles',
  group: 'Groups',
  azure: 'Azure resources',
};

/** Says which parts of PIM are missing from a list, and why: what is shown is not everything. */
export function unreadNotes(unread: readonly UnreadPart[], context: CardContext): z.infer<typeof unreadShape> {
  const when = context.isRetired ? 'could not be read then' : 'could not be read just now';
  return unread.map(({ surface, code }, index) => ({
    id: `unread-${index + 1}`,
    text: `${SURFACE_WORDS[surface]} ${when}: ${unreadReason(code, context)}`,
  }));
}

/** Why something is not on a list. Missing and forbidden look the same, and "it does not exist" would be no reason here. */
export function unreadReason(code: ErrorCode, context: CardContext): string {
  return code === 'graph.forbidden' || code === 'graph.not_found'
    ? 'your rights do not allow it.'
    : errorSentence(code, {}, context);
}
