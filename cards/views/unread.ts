import { z } from 'zod';
import type { UnreadPart } from '../../src/domain/card-facts.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { CardContext } from '../context.ts';
import { errorSentence } from '../error-texts.ts';
import { say } from '../messages.ts';

export const unreadShape = z.array(z.strictObject({ id: z.string(), text: z.string() }));

/** Says which parts of PIM are missing from a list, and why: what is shown is not everything. */
export function unreadNotes(unread: readonly UnreadPart[], context: CardContext): z.infer<typeof unreadShape> {
  const key = context.isRetired ? 'request.unread.then' : 'request.unread.now';
  return unread.map(({ surface, code }, index) => ({
    id: `unread-${index + 1}`,
    text: say(context, key, {
      part: say(context, `request.unread.${surface}`),
      reason: unreadReason(code, context),
    }),
  }));
}

/** Why something is not on a list. Missing and forbidden look the same, and "it does not exist" would be no reason here. */
export function unreadReason(code: ErrorCode, context: CardContext): string {
  return code === 'graph.forbidden' || code === 'graph.not_found'
    ? say(context, 'request.unread.no-rights')
    : errorSentence(code, {}, context);
}
