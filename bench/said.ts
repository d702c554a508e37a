import type { Load, Speaker } from './load.ts';

/** How the crowd's roles are asked for; each person asks once for each, since an active role cannot be activated again. */
export const CROWD_ROLES = [
  'Security Reader',
  'Global Reader',
  'Security Operator',
  'Security Administrator',
  'Reports Reader',
  'Helpdesk Administrator',
] as const;

export type Said = Load['said'];

/** Everybody asks for one role. */
export function everybodyActivates(crowd: readonly Speaker[], role: string): Said {
  return crowd.map((by) => ({ by, text: `activate ${role} for 2h because checking the sign-in alerts` }));
}

/** The same sentence so many times, by everybody in turn. */
export function saidInTurn(crowd: readonly Speaker[], text: string, times: number): Said {
  return Array.from({ length: times }, (_, index) => {
    const by = crowd[index % crowd.length];
    if (by === undefined) {
      throw new Error('There is nobody to speak.');
    }
    return { by, text };
  });
}
