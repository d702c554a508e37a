import type { Allowance, Limits } from '../src/ports/pace.ts';

/** Calls are counted when they leave; one that took longer on its way than the next comes too early by that much. */
const ON_THE_WAY_MS = 500;

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** What Teams allows a bot in one conversation, sends and openings counted apart (teams-platform §4.1). */
const IN_ONE_CONVERSATION: Allowance = {
  limits: [
    { count: 7, windowMs: SECOND_MS + ON_THE_WAY_MS },
    { count: 8, windowMs: 2 * SECOND_MS + ON_THE_WAY_MS },
    { count: 60, windowMs: 30 * SECOND_MS + ON_THE_WAY_MS },
    { count: 1_800, windowMs: HOUR_MS + ON_THE_WAY_MS },
  ],
};

/**
 * Teams' published limits, less what calls may be late. Of the 50 a second of the whole bot two are kept free: with calls
 * spread over the second they cover a stall of some 30 ms anywhere on the way. What is throttled all the same comes again.
 */
export const TEAMS_LIMITS: Limits = {
  send: IN_ONE_CONVERSATION,
  create: IN_ONE_CONVERSATION,
  all: { limits: [{ count: 48, windowMs: SECOND_MS }], spread: { after: 20, gapMs: 16 } },
};
