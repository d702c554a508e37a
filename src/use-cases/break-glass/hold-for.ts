import type { RoleAtScope } from '../../domain/assignment.ts';
import { tokenResourcesOf } from '../../domain/page-sign-in.ts';
import { asAccessError } from '../../errors.ts';
import type { Asker, Services } from '../services.ts';

interface Held {
  readonly id: string;
  readonly until: Temporal.Instant;
  readonly roles: readonly RoleAtScope[];
}

/** Keeps the asker's token for what may have to be done later. Where that cannot be, a press does it: nothing waits for it now. */
export async function holdFor(
  services: Services,
  { person, steppedUp }: Asker,
  { id, until, roles }: Held,
): Promise<void> {
  const { signIns } = services;
  const resources = tokenResourcesOf(roles);
  try {
    const isHeld =
      steppedUp?.isHeld === true
        ? await signIns.holdTurn(steppedUp.signInId, id, { principalId: person.id, until, resources })
        : await signIns.hold(person.id, id, until, resources);
    if (!isHeld) {
      services.log.warn('breakglass.not_held', { heldFor: id });
    }
  } catch (thrown) {
    services.log.warn('breakglass.not_held', { heldFor: id, code: asAccessError(thrown).code });
  }
}
