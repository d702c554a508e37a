import { NO_RULEBOOK } from '../../src/domain/rulebook.ts';
import type { Duty } from '../../src/domain/separation-of-duties.ts';

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
