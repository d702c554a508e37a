import type { AlarmRoute, Pack } from './break-glass.ts';
import type { OnCallSource } from './on-call.ts';
import type { DutyRule } from './separation-of-duties.ts';
import { SERVED_BY_DEFAULT, type Served } from './served.ts';

/** What an organisation has decided beyond what PIM can be told. */
export interface Rulebook {
  /** Names its content: equal rulebooks have equal versions. Goes onto every decision. */
  readonly version: string;
  readonly separationOfDuties: readonly DutyRule[];
  readonly onCall: readonly OnCallSource[];
  readonly packs: readonly Pack[];
  /** Who is told of what no pack speaks of; null tells nobody but the log. */
  readonly alarms: AlarmRoute | null;
  /** The tenant's own emergency accounts, by object id or sign-in name: whoever uses one raises an alarm. */
  readonly emergencyAccounts: readonly string[];
  readonly served: Served;
}

/** In force where none was given. */
export const NO_RULEBOOK: Rulebook = {
  version: 'none',
  separationOfDuties: [],
  onCall: [],
  packs: [],
  alarms: null,
  emergencyAccounts: [],
  served: SERVED_BY_DEFAULT,
};
