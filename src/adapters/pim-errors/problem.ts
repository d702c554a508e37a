/** Microsoft's own code and text of a refusal; both empty when there is none. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** The directory's own code of what is wrong where, such as `ObjectConflict`; only where there is one. */
  readonly detail?: string;
}

const WRAPPERS = new Set(['', 'UnknownError', 'BadRequest']);
const PRINTABLE_CODE = /^[A-Za-z_.]{1,80}$/;
const DEEPEST = 3;

/**
 * Finds Microsoft's code and text in an answer's body, also where the gateway wrapped them as JSON inside the message
 * (pim-api §9.1). Both are empty when the body holds no error.
 */
export function readProblem(body: string): Problem {
  return unwrap(field(parse(body), 'error'), 0) ?? { code: '', message: '' };
}

/** The code as it may be shown and logged, or null: what is no plain name may hold anything. */
export function printableCode(code: string): string | null {
  return PRINTABLE_CODE.test(code) ? code : null;
}

/** Reads `Retry-After` in seconds; null when there is none or it is a date. */
export function readRetryAfter(header: string | null): Temporal.Duration | null {
  return header !== null && /^\d{1,6}$/.test(header.trim())
    ? Temporal.Duration.from({ seconds: Number(header.trim()) })
    : null;
}

function unwrap(error: unknown, depth: number): Problem | null {
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
  const details = field(error, 'details');
  const detail = text(field(Array.isArray(details) ? details[0] : undefined, 'code'));
  return detail === '' ? { code, message } : { code, message, detail };
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
