import type { ActivationRequest } from '../domain/activation.ts';
import { isOpen } from '../domain/activation.ts';
import { roleKey } from '../domain/assignment.ts';
import { AccessError } from '../errors.ts';
import { findTarget } from './activation-target.ts';
import { findApprovers } from './approvers.ts';
import { iso } from './facts.ts';
import { activateTarget } from './request-activation.ts';
import { type Asker, actorOf, type Posted, type Services } from './services.ts';
import { recordAnswer } from './submit-activation.ts';

/**
 * Asks for the same once more. When it is unknown whether the earlier ask arrived, the person's own token looks for it first
 * and takes it up, so that nothing is asked twice.
 *
 * @throws {AccessError} activation.request_unknown, identity.sign_in_required, graph.*
 */
export async function activateAgain(services: Services, asker: Asker, request: ActivationRequest): Promise<Posted> {
  if (request.requesterId !== asker.person.id) {
    throw new AccessError('activation.request_unknown', 'not the requester', { facts: { requestId: request.id } });
  }
  const open = await services.store.now.requests.findOpenForRole(asker.person.id, request.role);
  // One that still waits for its sign-in gives way, as it does to a sentence.
  if (open !== null && open.id !== request.id && open.state !== 'stepping-up') {
    throw alreadyOpen(open);
  }
  const isUnknown = request.state === 'submitting' || request.state === 'failed';
  if (isUnknown && request.scheduleRequestId === null) {
    const found = await services.roles.of(request.role).findByMarker(actorOf(asker), request.marker, request.role);
    if (found !== null) {
      return await takeUp(services, request, found);
    }
  }
  if (isOpen(request) && request.state !== 'stepping-up') {
    throw alreadyOpen(request);
  }
  const target = await findTarget(services, asker, roleKey(request.role));
  const attempt = await activateTarget(services, asker, target, {
    duration: request.duration,
    until: null,
    start: null,
    justification: request.justification,
    ticket: request.ticket,
  });
  return attempt.cards;
}

function alreadyOpen(open: ActivationRequest): AccessError {
  const { roleName, scope } = open.role;
  const facts = { requestId: open.id, roleName, scopeName: scope.name };
  return open.state === 'active' && open.activeUntil !== null
    ? new AccessError('activation.already_active', 'active', { facts: { ...facts, until: iso(open.activeUntil) } })
    : new AccessError('activation.already_pending', `request is ${open.state}`, { facts });
}

async function takeUp(
  services: Services,
  request: ActivationRequest,
  found: Parameters<typeof recordAnswer>[3],
): Promise<Posted> {
  const policy = await services.reader.readPolicy(request.role);
  const approvers = await findApprovers(services, policy, request.requesterId);
  const done = await recordAnswer(services, request, { approvers }, found);
  return done.kind === 'told' ? done.cards : [];
}
