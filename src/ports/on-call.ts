import type { OnCallPeople } from '../domain/on-call.ts';

/** Who is on call. Every source answers alike, and none guesses. */
export interface OnCall {
  /**
   * Who is on call now by the source of the rulebook in force that has this name, in any case.
   * @throws oncall.unknown_source, oncall.unavailable (fact `source`) when it cannot be found out: then nobody is on call
   */
  read(source: string): Promise<OnCallPeople>;
}
