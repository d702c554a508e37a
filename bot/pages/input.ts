import { isSecret } from './browser-secrets.ts';

const LINK_ID = /^[0-9a-f]{32}$/;
/** Visible ASCII, as RFC 6749 (appendix A.11) has it. */
const CODE = /^[\x21-\x7e]{1,4096}$/;
const ERROR = /^[A-Za-z0-9_.-]{1,100}$/;

/** The one value of a parameter; null when it is not there, undefined when it is said twice and nothing can be meant. */
function only(parameters: URLSearchParams, name: string): string | null | undefined {
  const values = parameters.getAll(name);
  return values.length > 1 ? undefined : (values[0] ?? null);
}

/** Which link is meant. `id` is null when it cannot be one of ours; other parameters are ignored. */
export type LinkInput = { readonly kind: 'link'; readonly id: string | null } | { readonly kind: 'unreadable' };

export function readLink(parameters: URLSearchParams): LinkInput {
  const id = only(parameters, 's');
  if (id === undefined) {
    return { kind: 'unreadable' };
  }
  return { kind: 'link', id: id !== null && LINK_ID.test(id) ? id : null };
}

export interface CallbackInput {
  readonly state: string;
  readonly code: string | null;
  readonly error: string | null;
}

/**
 * Reads what Entra sent the browser back with: a state, and either a code or an error. Null when it is anything else. Other
 * parameters are ignored, also its prose.
 */
export function readCallback(parameters: URLSearchParams): CallbackInput | null {
  const state = only(parameters, 'state') ?? '';
  const code = only(parameters, 'code');
  const error = only(parameters, 'error');
  if (!isSecret(state) || code === undefined || error === undefined) {
    return null;
  }
  const isCode = code !== null && CODE.test(code) && error === null;
  const isError = error !== null && ERROR.test(error) && code === null;
  return isCode || isError ? { state, code, error } : null;
}

/** The two kinds of file that a list comes as. */
export type ExportFormat = 'csv' | 'ndjson';

export interface ExportInput {
  /** Null when it cannot be one of ours. */
  readonly id: string | null;
  /** Null when none of the two is named, as in the link itself. */
  readonly format: ExportFormat | null;
}

/** Reads which list is meant, and as what; other parameters are ignored. */
export function readExport(parameters: URLSearchParams): ExportInput {
  const id = only(parameters, 'id') ?? '';
  const format = only(parameters, 'format');
  return { id: isSecret(id) ? id : null, format: format === 'csv' || format === 'ndjson' ? format : null };
}
