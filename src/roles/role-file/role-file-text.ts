import type { RoleFileProblem } from './role-file.ts';

/**
 * Bytes of a file at most. All 928 built-in roles of Azure, printed with a line for each string, are half of it; one role with
 * 2,000 scopes is a twentieth.
 */
export const LARGEST_ROLE_FILE = 4 * 1024 * 1024;

export type RoleFileText =
  | { readonly isValid: true; readonly text: string }
  | { readonly isValid: false; readonly problem: RoleFileProblem };

/**
 * Turns the bytes of a file into text: UTF-8, or UTF-16 as Windows PowerShell writes it, each with or without its mark. Refuses
 * what is too large without looking into it.
 */
export function decodeRoleFile(bytes: Uint8Array): RoleFileText {
  if (bytes.length > LARGEST_ROLE_FILE) {
    return tooLarge();
  }
  const encoding = encodingOf(bytes);
  try {
    return { isValid: true, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) {
      throw error;
    }
    // The same again without refusing: the first character that stands for what was not readable says where it is.
    const text = new TextDecoder(encoding).decode(bytes);
    const before = text.slice(0, Math.max(0, text.indexOf('\uFFFD'))).split('\n');
    const spot = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, path: '$' };
    const name = encoding === 'utf-8' ? 'UTF-8' : 'UTF-16';
    return refuse('encoding', `this is no valid ${name}: save the file as UTF-8`, spot);
  }
}

/** What is said of a file that is known to be too large before it is read. */
export function tooLarge(): RoleFileText & { readonly isValid: false } {
  const megabytes = LARGEST_ROLE_FILE / 1024 / 1024;
  return refuse('file-size', `the file is larger than ${megabytes} MiB: no role definition is`, null);
}

function refuse(
  rule: RoleFileProblem['rule'],
  text: string,
  spot: RoleFileProblem['spot'],
): RoleFileText & { readonly isValid: false } {
  return { isValid: false, problem: { rule, text, spot, isUnderstood: false } };
}

/** JSON begins with a character of ASCII: of UTF-16 one of the first two bytes is zero. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) {
    return 'utf-16le';
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) {
    return 'utf-16be';
  }
  return 'utf-8';
}
