import type { AccessErrorOptions, ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';
import { readClaims } from './claims-challenge.ts';
import table from './pim-error-codes.json' with { type: 'json' };
import type { Problem } from './problem.ts';
import { printableCode } from './problem.ts';

/** What PIM refused with, out of its envelope (`readProblem`). */
export interface PimRefusal extends Problem {
  readonly status: number;
}

// Written as maps because the table is data: a test compares its right side with ERROR_CODES.
const CODES = new Map(Object.entries(table.codes)) as ReadonlyMap<string, ErrorCode>;
const RULES = new Map(Object.entries(table.rules)) as ReadonlyMap<string, ErrorCode>;
const RULE_NAME = /\b([A-Z][A-Za-z]+Rule)\b/g;
const RETRYABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'graph.throttled',
  'graph.unavailable',
  'directory.person_unknown',
]);

/** How a refusal of ours is to be reported: the code, and what a card may show. */
export interface Verdict {
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Turns a refusal of PIM, on whichever surface, into ours; null for a code that PIM is not known to use, which its service
 * judges by the status.
 */
export function pimVerdict({ code, message, status }: PimRefusal): Verdict | null {
  // Any code of this kind: the group surface may have its own (pim-api §12.3).
  if (code.includes('AcrsValidationFailed')) {
    const claims = readClaims(message);
    return { code: 'activation.step_up_required', facts: claims === null ? {} : { claims } };
  }
  const known = CODES.get(code);
  if (known === undefined) {
    return null;
  }
  if (known === 'activation.refused_by_policy') {
    return byRules(message);
  }
  return { code: known, facts: known.startsWith('graph.') ? wireFacts(status, code) : {} };
}

/** The facts of an answer that is Microsoft's matter: its status, and its code where that is a plain name. */
export function wireFacts(status: number, code: string): Readonly<Record<string, string>> {
  const name = printableCode(code);
  return name === null ? { status: String(status) } : { status: String(status), code: name };
}

/** The error of a verdict; which codes may succeed when simply run again is known here. */
export function refusalError(
  { code, facts }: Verdict,
  message: string,
  retryAfter: Temporal.Duration | null = null,
): AccessError {
  const options: AccessErrorOptions = { facts, retryable: RETRYABLE.has(code) };
  return new AccessError(code, message, retryAfter === null ? options : { ...options, retryAfter });
}

/** Both formats of the text name their rules (pim-api §9.3); one alone has a code of its own. */
function byRules(message: string): Verdict {
  const rules = [...new Set([...message.matchAll(RULE_NAME)].map(([name]) => name))];
  const [only] = rules;
  const single = only === undefined || rules.length > 1 ? undefined : RULES.get(only);
  if (single !== undefined) {
    return { code: single, facts: {} };
  }
  return { code: 'activation.refused_by_policy', facts: { rules: rules.join(', ') } };
}
