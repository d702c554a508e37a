import { randomUUID } from 'node:crypto';
import type { SignInRecord, User, World } from '../platform/types.ts';

/** Takes down that somebody signed in somewhere, or tried to. `errorCode` is Entra's number; 0 stands for success. */
export function noteSignIn(
  { tenant, clock }: Pick<World, 'tenant' | 'clock'>,
  person: User,
  { appId, appName, errorCode }: Pick<SignInRecord, 'appId' | 'appName' | 'errorCode'>,
): SignInRecord {
  const record = { id: randomUUID(), at: clock.now(), personId: person.id, appId, appName, errorCode };
  tenant.signIns.push(record);
  return record;
}
