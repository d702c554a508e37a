import type {
  HistoryNotice,
  ReportNotice,
  WhoApprovesNotice,
  WhoHasNotice,
} from '../../src/domain/administration-notice.ts';
import type { CardContext } from '../context.ts';
import { viewHistory } from './history.ts';
import { viewReport } from './report.ts';
import { viewWhoApproves } from './who-approves.ts';
import { viewWhoHas } from './who-has.ts';

type ListNotice = HistoryNotice | ReportNotice | WhoApprovesNotice | WhoHasNotice;

/** Views of the lists about what others have and had. */
export function viewListCard(notice: ListNotice, context: CardContext) {
  switch (notice.card) {
    case 'who-approves':
      return viewWhoApproves(notice, context);
    case 'who-has':
      return viewWhoHas(notice, context);
    case 'history':
      return viewHistory(notice, context);
    case 'report':
      return viewReport(notice, context);
  }
}
