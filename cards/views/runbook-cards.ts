import type { RunbookCardNotice } from '../../src/domain/runbook-notice.ts';
import type { CardContext } from '../context.ts';
import { viewCheck } from './check.ts';
import { viewRunbook } from './runbook.ts';
import { viewRunbooks } from './runbooks.ts';

/** Turns a notice about runbooks into the words and switches of its card. */
export function viewRunbookCard(notice: RunbookCardNotice, context: CardContext) {
  switch (notice.card) {
    case 'check':
      return viewCheck(notice, context);
    case 'runbook':
      return viewRunbook(notice, context);
    case 'runbooks':
      return viewRunbooks(notice, context);
  }
}
