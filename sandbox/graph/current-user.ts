const FUNCTION = /^filterByCurrentUser\(on\s*=\s*'(\w+)'\)$/;

/**
 * The option of `filterByCurrentUser(on='…')` when a path segment is that function, else null. Clients encode
 * parentheses, quotes and the equals sign or not; parts of a `$batch` arrive as they were written.
 */
export function currentUserOption(segment: string): string | null {
  return FUNCTION.exec(decodeURIComponent(segment))?.[1] ?? null;
}
