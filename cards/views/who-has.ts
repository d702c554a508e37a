import { z } from 'zod';
import type { WhoHasNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { type Listener, type MessageKey, say } from '../messages.ts';
import { nameText } from '../plain-text.ts';
import { scopeText } from '../scope-text.ts';
import { instantWords } from '../words.ts';
import { moreWords, takeMapped } from './fitting.ts';
import { frame, frameOf } from './frame.ts';
import { LIST_ENTRY_FRAME, notesLine } from './list.ts';
import { placeWords, roleWords } from './request.ts';

export const whoHasView = z.strictObject({
  ...frame,
  title: z.string(),
  about: z.string(),
  empty: z.string(),
  counts: z.string(),
  rows: z.array(
    z.strictObject({ id: z.string(), name: z.string(), role: z.string(), place: z.string(), notes: z.string() }),
  ),
  more: z.string(),
  hasExport: z.boolean(),
});

type Row = WhoHasNotice['rows'][number];

const LIST_BYTES = 19_000;
const KINDS: Readonly<Record<Row['principalKind'], MessageKey | null>> = {
  user: null,
  group: 'who-has.group',
  'service-principal': 'who-has.application',
  unknown: null,
};
const MEMBERS: Readonly<Record<Row['memberType'], MessageKey | null>> = {
  direct: null,
  group: 'who-has.through-group',
  inherited: 'who-has.inherited',
};

export function viewWhoHas(notice: WhoHasNotice, context: CardContext): z.infer<typeof whoHasView> {
  const shared = frameOf(context);
  const { shown } = takeMapped(
    notice.rows,
    (row, index) => ({ id: `row-${index + 1}`, ...rowOf(row, notice, context) }),
    { budget: LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const left = notice.total - shown.length;
  const about = aboutWords(notice, context);
  const when = shared.isLive ? 'now' : 'then';
  return {
    ...shared,
    summary:
      notice.roleName === null
        ? say(context, 'who-has.summary.scope', { scope: scopeText(notice.scopeName, context) })
        : say(context, 'who-has.summary.role', { about }),
    title: say(context, `who-has.title.${when}`),
    about,
    empty: notice.rows.length > 0 ? '' : say(context, `who-has.empty.${when}`),
    counts: countWords(notice, context),
    rows: shown,
    more: moreWords(left, context, shared.isLive ? say(context, 'who-has.export-all') : ''),
    hasExport: shared.isLive && notice.rows.length > 0,
  };
}

function aboutWords({ roleName, scopeName }: WhoHasNotice, reader: Listener): string {
  return roleName === null
    ? say(reader, 'who-has.everything-on', { scope: scopeText(scopeName, reader) })
    : roleWords({ roleName, scopeName }, reader);
}

function countWords({ total, totalEligible }: WhoHasNotice, reader: Listener): string {
  return total === 0 ? '' : say(reader, 'who-has.counts', { active: total - totalEligible, eligible: totalEligible });
}

function rowOf(row: Row, notice: WhoHasNotice, context: CardContext) {
  // What the list is about is not said again on each line; a row from elsewhere names its place.
  const words = (key: MessageKey | null) => (key === null ? '' : say(context, key));
  const isElsewhere = row.scopeName !== notice.scopeName;
  return {
    name: nameText(row.principalName),
    role: notice.roleName === null ? say(context, 'who-has.role', { role: nameText(row.roleName) }) : '',
    place: isElsewhere ? placeWords(row.scopeName, context) : '',
    notes: notesLine([
      words(KINDS[row.principalKind]),
      words(stateOf(row)),
      words(MEMBERS[row.memberType]),
      row.endsAt === null
        ? words('who-has.no-end')
        : say(context, 'who-has.until', { until: instantWords(row.endsAt, context) }),
    ]),
  };
}

function stateOf({ kind, assignmentType }: Row): MessageKey {
  if (kind === 'eligible') {
    return 'who-has.eligible';
  }
  return assignmentType === 'activated' ? 'who-has.activated' : 'who-has.assigned';
}
