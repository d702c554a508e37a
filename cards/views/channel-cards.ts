import type { ApprovalsChannelNotice, ThreadNoteNotice } from '../../src/domain/channel-notice.ts';
import type { ApprovalDecidedNotice, ApprovalRequestNotice } from '../../src/domain/notice.ts';
import type { CardContext } from '../context.ts';
import { viewApprovalDecided } from './approval-decided.ts';
import { viewApprovalRequest } from './approval-request.ts';
import { viewSharedApproval } from './approval-shared.ts';
import { viewApprovalsChannel } from './approvals-channel.ts';
import { viewThreadNote } from './thread-note.ts';

/** Turns a notice about what is said in channels into the words of its card. */
export function viewChannelCard(notice: ApprovalsChannelNotice | ThreadNoteNotice, context: CardContext) {
  return notice.card === 'thread-note' ? viewThreadNote(notice, context) : viewApprovalsChannel(notice, context);
}

/** The same request reads differently where others read along: only what is meant for all is drawn. */
export function viewApproval(notice: ApprovalRequestNotice | ApprovalDecidedNotice, context: CardContext) {
  if (context.isShared) {
    return viewSharedApproval(notice, context);
  }
  return notice.card === 'approval-request'
    ? viewApprovalRequest(notice, context)
    : viewApprovalDecided(notice, context);
}
