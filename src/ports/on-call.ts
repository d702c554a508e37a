import type { OnCallPeople } from '../domain/on-call.ts';
import type { Person } from '../domain/policy.ts';

/** Who is on call. Every source answers alike, and none guesses. */
export interface OnCall {
  /**
   * Who is on call now by the source of the rulebook in force that has this name, in any case.
   * @throws oncall.unknown_source, oncall.unavailable (fact `source`) when it cannot be found out: then nobody is on call
   */
  read(source: string): Promise<OnCallPeople>;
  /**
   * Whom the source can put on call at any time: everybody of a group, or of all shifts. Says nothing of who is on call now; it is
   * what a pack's settings are judged by. @throws as `read`
   */
  listEverybody(source: string): Promise<readonly Person[]>;
}
