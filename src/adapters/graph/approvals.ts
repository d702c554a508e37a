import { z } from 'zod';
import type { ScheduleRequestId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Decision } from '../../ports/role-management.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { decisionRefused } from '../pim-errors/decision-error.ts';
import type { GraphCaller } from './graph-caller.ts';
import type { ApprovalDesk, Plane } from './plane.ts';
import type { ApprovalStage } from './wire.ts';
import { approvalStage } from './wire.ts';

const stageList = z.object({ value: z.array(approvalStage) });

/** A decision on one request, by whoever holds the tokens. */
interface Verdict {
  readonly id: ScheduleRequestId;
  readonly decision: Decision;
}

/**
 * Decides as the person whose token it is: reads the approval, which has the id of the request (pim-api §7.2), then reviews
 * the stage that is theirs and open. An address that Graph does not know gives way to the next.
 *
 * @throws {AccessError} approval.not_an_approver, .already_decided, .expired, .justification_required, .in_doubt
 */
export async function decideApproval(
  graph: GraphCaller,
  tokens: BearerTokens,
  desks: Plane['approvals'],
  verdict: Verdict,
): Promise<void> {
  let last: unknown = null;
  for (const desk of desks) {
    try {
      await decideAt(graph, tokens, desk, verdict);
      return;
    } catch (error) {
      if (!isElsewhere(error)) {
        throw decisionRefused(error, verdict.decision);
      }
      last = error;
    }
  }
  throw decisionRefused(last, verdict.decision);
}

function isElsewhere(error: unknown): boolean {
  return error instanceof AccessError && error.code === 'graph.not_found';
}

async function decideAt(
  graph: GraphCaller,
  tokens: BearerTokens,
  { version, path, segment }: ApprovalDesk,
  { id, decision }: Verdict,
): Promise<void> {
  const stages = `${path}/${encodeURIComponent(id)}/${segment}`;
  const { value } = await graph.read(tokens, { path: stages, version }, stageList).catch(unknownSegment);
  await graph.write(tokens, {
    method: 'PATCH',
    version,
    path: `${stages}/${encodeURIComponent(openStage(value).id)}`,
    body: {
      reviewResult: decision.outcome === 'approve' ? 'Approve' : 'Deny',
      justification: decision.justification,
    },
    answer: null,
  });
}

/** Graph's router has a bare BadRequest for segments that it does not know; a read has no other reason for one. */
function unknownSegment(error: unknown): never {
  const isUnknown = error instanceof AccessError && error.facts.code === 'BadRequest';
  throw isUnknown ? new AccessError('graph.not_found', error.message) : error;
}

function openStage(stages: readonly ApprovalStage[]): ApprovalStage {
  const mine = stages.filter((stage) => stage.assignedToMe === true);
  const open = mine.find(
    ({ status, reviewResult }) => status === 'inprogress' && (reviewResult ?? 'notreviewed') === 'notreviewed',
  );
  if (open !== undefined) {
    return open;
  }
  if (mine.length === 0) {
    throw new AccessError('approval.not_an_approver', 'No stage of the approval is assigned to this person');
  }
  if (mine.some(({ status }) => status === 'expired')) {
    throw new AccessError('approval.expired', 'Nobody decided in time');
  }
  throw new AccessError('approval.already_decided', 'The stage is over');
}
