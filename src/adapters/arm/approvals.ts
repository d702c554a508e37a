import type { ScheduleRequestId } from '../../domain/ids.ts';
import { AccessError } from '../../errors.ts';
import type { Decision } from '../../ports/role-management.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { decisionRefused } from '../pim-errors/decision-error.ts';
import type { ArmCaller } from './arm-caller.ts';
import { APPROVAL_VERSION, authorizationPath, COLLECTIONS, PIM_VERSION, ROOT } from './paths.ts';
import type { RequestRow, StageRow } from './wire.ts';
import { requestRow, stageRow } from './wire.ts';

/** All requests that the person is or was asked to decide, at every scope. */
export async function listForApprover(arm: ArmCaller, tokens: BearerTokens): Promise<readonly RequestRow[]> {
  const rows = await arm.readAll(tokens, {
    path: authorizationPath(ROOT, COLLECTIONS.requests),
    apiVersion: PIM_VERSION,
    query: { $filter: 'asApprover()' },
    schema: requestRow,
  });
  return rows.filter(({ properties }) => properties.requestType === 'selfactivate');
}

/**
 * Decides as the person whose token it is: finds the approval through the request, which alone names it (pim-api §7.2), then
 * reviews the stage that is theirs and open.
 *
 * @throws {AccessError} approval.not_an_approver, .already_decided, .expired, .justification_required, .in_doubt
 */
export async function decideApproval(
  arm: ArmCaller,
  tokens: BearerTokens,
  id: ScheduleRequestId,
  decision: Decision,
): Promise<void> {
  try {
    const stages = await stagesPath(arm, tokens, id);
    const stage = openStage(
      await arm.readAll(tokens, { path: stages, apiVersion: APPROVAL_VERSION, schema: stageRow }),
    );
    const path = `${stages}/${stage.name}`;
    const answer = await arm.write(tokens, {
      method: 'PATCH',
      path,
      apiVersion: APPROVAL_VERSION,
      // Microsoft publishes this form and a bare one; this is the one that clients use.
      body: {
        properties: {
          reviewResult: decision.outcome === 'approve' ? 'Approve' : 'Deny',
          justification: decision.justification,
        },
      },
      // Answered with the stage in examples and with nothing in the text (pim-api §7.5).
      schema: stageRow.optional(),
    });
    const decided = answer ?? (await arm.read(tokens, { path, apiVersion: APPROVAL_VERSION, schema: stageRow }));
    if (isOpen(decided)) {
      throw new AccessError('activation.in_doubt', 'Azure took the decision, but does not show it');
    }
  } catch (error) {
    throw decisionRefused(error, decision);
  }
}

async function stagesPath(arm: ArmCaller, tokens: BearerTokens, id: ScheduleRequestId): Promise<string> {
  const rows = await listForApprover(arm, tokens);
  const approvalId = rows.find(({ name }) => name.toLowerCase() === id.toLowerCase())?.properties.approvalId ?? '';
  const name = /^(?:.*\/roleAssignmentApprovals\/)?([0-9a-f-]{36})$/i.exec(approvalId)?.[1];
  if (name === undefined) {
    throw new AccessError('approval.not_an_approver', 'PIM does not ask this person to decide the request');
  }
  return authorizationPath(ROOT, 'roleAssignmentApprovals', name, 'stages');
}

function openStage(stages: readonly StageRow[]): StageRow {
  const mine = stages.filter(({ properties }) => properties.assignedToMe === true);
  const open = mine.find(isOpen);
  if (open !== undefined) {
    return open;
  }
  if (mine.length === 0) {
    throw new AccessError('approval.not_an_approver', 'No stage of the approval is assigned to this person');
  }
  if (mine.some(({ properties }) => properties.status === 'expired')) {
    throw new AccessError('approval.expired', 'Nobody decided in time');
  }
  throw new AccessError('approval.already_decided', 'The stage is over');
}

function isOpen({ properties: { status, reviewResult } }: StageRow): boolean {
  return status === 'inprogress' && (reviewResult ?? 'notreviewed') === 'notreviewed';
}
