/**
 * Keys of PostgreSQL's advisory locks: together in one place, since two that are the same would wait for each other. Keys of a
 * pair (first, hash) are no keys of single locks.
 */
export const ADVISORY_LOCKS = {
  migration: 7_463_000,
  /** Who started an embedded server. */
  owner: 7_463_001,
  /** First of a pair: which worker pools live. */
  liveness: 7_463_002,
  'catch-up': 7_463_003,
  /** First of a pair: which replica holds a token. */
  holders: 7_463_004,
  /** First of a pair: which setting of the bot. */
  'bot-settings': 7_463_006,
  'audit-chain': 7_463_005,
  'audit-retention': 7_463_010,
  'audit-stream': 7_463_011,
} as const;
