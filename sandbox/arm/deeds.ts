import { deed, record } from '../pim/audit.ts';
import type { AuditEvent, Subject } from '../pim/model.ts';
import { guidOf } from '../pim/state.ts';
import type { Arm, Call } from './tools.ts';

/** What was done to a subject without a request of PIM: a change of settings, an assignment outside PIM. */
export interface Deed {
  readonly subject: Subject;
  readonly principalId: string;
  readonly name: string;
  readonly type: AuditEvent['type'];
}

/** Writes the audit row of a deed, as if there had been a request. */
export function recordDeed(arm: Arm, { caller }: Call, done: Deed): void {
  const at = arm.world.clock.now();
  const { name, principalId, subject, type } = done;
  const id = guidOf(`${name} ${subject.scope} ${subject.role} ${principalId} ${at}`);
  record(arm.pim.state, deed(id, caller, { subject, principalId, at }), { at, name, type });
}
