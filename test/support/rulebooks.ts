import { NO_RULEBOOK, type Rulebook } from '../../src/domain/rulebook.ts';
import type { Duty } from '../../src/domain/separation-of-duties.ts';
import { OFF_UNTIL_NAMED, SERVED_BY_DEFAULT } from '../../src/domain/served.ts';

/** Nothing is said but that those are served that are off by themselves, as the sandbox's rulebook does for one of them. */
export const SERVING_ALL: Rulebook = {
  ...NO_RULEBOOK,
  served: { ...SERVED_BY_DEFAULT, named: OFF_UNTIL_NAMED.map(({ id }) => id) },
};

export const entra = (role: string): Duty => ({ surface: 'directory', role, scope: null });

/** A rulebook that keeps two of the engineer's Entra roles apart from one of Azure. */
export const READING_AGAINST_RUNNING = {
  ...NO_RULEBOOK,
  version: 'abc123abc123',
  separationOfDuties: [
    {
      name: 'Reading against running',
      reason: 'Who watches must not act.',
      sides: [
        { name: 'reading', duties: [entra('Security Reader'), entra('Global Reader')] },
        { name: 'running', duties: [{ surface: 'azure', role: 'Virtual Machine Operator', scope: null } as const] },
      ],
    },
  ],
};
