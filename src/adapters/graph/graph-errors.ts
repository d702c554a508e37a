import type { AccessErrorOptions, ErrorCode } from '../../errors.ts';
import { AccessError } from '../../errors.ts';
import { readChallenge, readClaims } from './claims-challenge.ts';
import table from './graph-error-codes.json' with { type: 'json' };

/** A refusal as it came over the wire. */
export interface GraphRefusal {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
  readonly challenge: string | null;
  readonly requestId: string | null;
}

export interface GraphProblem {
  readonly code: string;
  readonly message: string;
}

// Written as maps because the table is data: a test compares its right side with ERROR_CODES.
const CODES = new Map(Object.entries(table.codes)) as ReadonlyMap<string, ErrorCode>;
const RULES = new Map(Object.entries(table.rules)) as ReadonlyMap<string, ErrorCode>;

const WRAPPERS = new Set(['', 'UnknownError', 'BadRequest']);
const RULE_NAME = /\b([A-Z][A-Za-z]+Rule)\b/g;
const PRINTABLE_CODE = /^[A-Za-z_.]{1,80}$/;
const DEEPEST = 3;

/**
 * Finds Microsoft's code and text in an answer's body, also where the gateway wrapped them as JSON inside the message
 * (pim-api §9.1). Both are empty when the body holds no error.
 */
export function readProblem(body: string): GraphProblem {
  return unwrap(field(parse(body), 'error'), 0) ?? { code: '', message: '' };
}

/**
 * Turns a refusal of Graph into ours, by `error.code` and, where Microsoft's code is none of the table, by status.
 * The body stays here: facts hold codes, rule names and claims only.
 */
export function graphError(operation: string, refusal: GraphRefusal): AccessError {
  const problem = readProblem(refusal.body);
  const { code, facts } = classify(refusal, problem);
  const where = refusal.requestId === null ? '' : ` (request-id ${plainId(refusal.requestId)})`;
  const options: AccessErrorOptions = {
    facts,
    retryable: code === 'graph.throttled' || code === 'graph.unavailable' || code === 'directory.person_unknown',
  };
  const retryAfter = readRetryAfter(refusal.retryAfter);
  return new AccessError(
    code,
    `Graph refused ${operation}: ${refusal.status} ${printable(problem.code) ?? 'without a code'}${where}`,
    retryAfter === null ? options : { ...options, retryAfter },
  );
}

/** Reads `Retry-After` in seconds; null when there is none or it is a date. */
export function readRetryAfter(header: string | null): Temporal.Duration | null {
  return header !== null && /^\d{1,6}$/.test(header.trim())
    ? Temporal.Duration.from({ seconds: Number(header.trim()) })
    : null;
}

interface Verdict {
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, string>>;
}

function classify(refusal: GraphRefusal, problem: GraphProblem): Verdict {
  if (refusal.status === 429) {
    return { code: 'graph.throttled', facts: {} };
  }
  const challenge = refusal.status === 401 ? readChallenge(refusal.challenge) : null;
  if (challenge !== null) {
    return { code: 'activation.step_up_required', facts: { claims: challenge } };
  }
  if (problem.code.includes('AcrsValidationFailed')) {
    const claims = readClaims(problem.message);
    return { code: 'activation.step_up_required', facts: claims === null ? {} : { claims } };
  }
  const known = CODES.get(problem.code);
  if (known === 'activation.refused_by_policy') {
    return byRules(problem.message);
  }
  const code = known ?? byStatus(refusal.status);
  return { code, facts: code.startsWith('graph.') ? wireFacts(refusal.status, problem.code) : {} };
}

function wireFacts(status: number, code: string): Readonly<Record<string, string>> {
  const name = printable(code);
  return name === null ? { status: String(status) } : { status: String(status), code: name };
}

function byRules(message: string): Verdict {
  const rules = [...new Set([...message.matchAll(RULE_NAME)].map(([name]) => name))];
  const [only] = rules;
  const single = only === undefined || rules.length > 1 ? undefined : RULES.get(only);
  if (single !== undefined) {
    return { code: single, facts: {} };
  }
  return { code: 'activation.refused_by_policy', facts: { rules: rules.join(', ') } };
}

function byStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'graph.unauthorized';
    case 403:
      return 'graph.forbidden';
    case 404:
      return 'graph.not_found';
    default:
      return status >= 500 && status !== 501 ? 'graph.unavailable' : 'graph.unexpected_answer';
  }
}

function unwrap(error: unknown, depth: number): GraphProblem | null {
  if (typeof error !== 'object' || error === null) {
    return null;
  }
  const code = text(field(error, 'code')) || text(field(error, 'errorCode'));
  const message = text(field(error, 'message'));
  if (WRAPPERS.has(code) && message.trimStart().startsWith('{') && depth < DEEPEST) {
    const inner = parse(message);
    const found = unwrap(field(inner, 'error') ?? inner, depth + 1);
    if (found !== null && found.code !== '') {
      return found;
    }
  }
  return { code, message };
}

function printable(code: string): string | null {
  return PRINTABLE_CODE.test(code) ? code : null;
}

function plainId(id: string): string {
  return /^[\w-]{1,80}$/.test(id) ? id : 'unreadable';
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
