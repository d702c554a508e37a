import { z } from 'zod';
import type { ExtensionRequestedNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
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

const ACTIONS = { extend: 'Extension requested', renew: 'Renewal requested' } as const;
const KINDS = { eligible: 'eligible', active: 'active' } as const;

/** A story that ends here: whoever decides does so in the portal, and PIM has no way to tell us (pim-api §7.1). */
export function viewExtensionRequested(
  notice: ExtensionRequestedNotice,
  context: CardContext,
): z.infer<typeof extensionRequestedView> {
  const title = ACTIONS[notice.action];
  return {
    ...frameOf(context),
    summary: `${title}: ${roleWords(notice.role)}`,
    title,
    facts: factRows([
      ...roleFactRows(notice.role),
      ['kind', 'Assignment', KINDS[notice.kind]],
      ['until', 'Wanted until', dateWords(notice.endsAt, context)],
      ['justification', 'Justification', justificationText(notice.justification)],
    ]),
    next: context.isRetired
      ? 'PIM had taken it. An administrator decides in the portal; no bot can.'
      : 'PIM has taken it. An administrator decides in the portal; no bot can, and PIM does not tell me how it ends.',
  };
}
