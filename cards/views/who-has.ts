import { z } from 'zod';
import type { WhoHasNotice } from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { nameText } from '../plain-text.ts';
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
const KINDS: Readonly<Record<Row['principalKind'], string>> = {
  user: '',
  group: 'a group',
  'service-principal': 'an application',
  unknown: '',
};
const MEMBERS: Readonly<Record<Row['memberType'], string>> = {
  direct: '',
  group: 'through a group',
  inherited: 'inherited',
};

export function viewWhoHas(notice: WhoHasNotice, context: CardContext): z.infer<typeof whoHasView> {
  const shared = frameOf(context);
  const { shown } = takeMapped(
    notice.rows,
    (row, index) => ({ id: `row-${index + 1}`, ...rowOf(row, notice, context) }),
    { budget: LIST_BYTES, frame: LIST_ENTRY_FRAME },
  );
  const left = notice.total - shown.length;
  const about = aboutWords(notice);
  return {
    ...shared,
    summary: notice.roleName === null ? `Who has access on ${nameText(notice.scopeName)}` : `Who has ${about}`,
    title: shared.isLive ? 'Who has this access' : 'Who had this access',
    about,
    empty:
      notice.rows.length > 0
        ? ''
        : `I ${shared.isLive ? 'see' : 'saw'} nobody. What you may not read is not listed either: your own rights decide.`,
    counts: countWords(notice),
    rows: shown,
    more: moreWords(left, shared.isLive ? 'Export lists them all.' : ''),
    hasExport: shared.isLive && notice.rows.length > 0,
  };
}

function aboutWords({ roleName, scopeName }: WhoHasNotice): string {
  return roleName === null ? `Everything on ${nameText(scopeName)}` : roleWords({ roleName, scopeName });
}

function countWords({ total, totalEligible }: WhoHasNotice): string {
  return total === 0 ? '' : `${total - totalEligible} active, ${totalEligible} eligible`;
}

function rowOf(row: Row, notice: WhoHasNotice, context: CardContext) {
  // What the list is about is not said again on each line; a row from elsewhere names its place.
  const isElsewhere = row.scopeName !== notice.scopeName;
  return {
    name: nameText(row.principalName),
    role: notice.roleName === null ? `: ${nameText(row.roleName)}` : '',
    place: isElsewhere ? placeWords(row.scopeName) : '',
    notes: notesLine([
      KINDS[row.principalKind],
      row.kind === 'eligible' ? 'eligible' : activeWords(row),
      MEMBERS[row.memberType],
      row.endsAt === null ? 'without an end' : `until ${instantWords(row.endsAt, context)}`,
    ]),
  };
}

function activeWords({ assignmentType }: Row): string {
  return assignmentType === 'activated' ? 'active, activated' : 'active, assigned';
}
