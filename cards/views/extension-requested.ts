import { z } from 'zod';
import type { ExtensionRequestedNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { say } from '../messages.ts';
import { justificationText } from '../plain-text.ts';
import { dateWords } from '../words.ts';
import { factRow, factRows } from './fact-rows.ts';
import { frame, frameOf } from './frame.ts';
import { roleFactRows, roleWords } from './request.ts';

export const extensionRequestedView = z.strictObject({
  ...frame,
  title: z.string(),
  facts: z.array(factRow),
  next: z.string(),
});

/** A story that ends here: whoever decides does so in the portal, and PIM has no way to tell us (pim-api §7.1). */
export function viewExtensionRequested(
  notice: ExtensionRequestedNotice,
  context: CardContext,
): z.infer<typeof extensionRequestedView> {
  const title = say(context, `extension-requested.title.${notice.action}`);
  return {
    ...frameOf(context),
    summary: say(context, 'extension-requested.summary', { title, role: roleWords(notice.role, context) }),
    title,
    facts: factRows([
      ...roleFactRows(notice.role, context),
      ['kind', say(context, 'extension-requested.assignment'), say(context, `extension-requested.kind.${notice.kind}`)],
      ['until', say(context, 'extension-requested.until'), dateWords(notice.endsAt, context)],
      ['justification', say(context, 'extension-requested.justification'), justificationText(notice.justification)],
    ]),
    next: say(context, `extension-requested.next.${context.isRetired ? 'past' : 'live'}`),
  };
}
