import type { ActivationRequest } from '../domain/activation.ts';
import type { RequestId } from '../domain/ids.ts';
import { AccessError } from '../errors.ts';
import type { Actor, TenantRequest } from '../ports/role-management.ts';
import type { Services } from './services.ts';

/** Asks PIM, once: each part of it for all that it keeps. */
export async function askPim(
  services: Services,
  requests: readonly ActivationRequest[],
  actor: Actor,
): Promise<readonly (TenantRequest | AccessError)[]> {
  const answers = new Map<RequestId, TenantRequest | AccessError>();
  const groups = Map.groupBy(requests, ({ role }) => services.roles.of(role));
  const asked = [...groups].map(async ([part, group]) => {
    const settled = await part.activateAll(actor, group);
    for (const [index, { id }] of group.entries()) {
      const answer = settled[index];
      if (answer !== undefined) {
        answers.set(id, answer);
      }
    }
  });
  await Promise.all(asked);
  if (requests.length > 0) {
    services.telemetry.activationAnswered();
  }
  return requests.map(({ id }) => answers.get(id) ?? new AccessError('activation.in_doubt', 'PIM gave no answer'));
}
