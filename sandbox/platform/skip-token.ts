/** The token of the page that begins at a row. */
export function skipToken(offset: number): string {
  return Buffer.from(`skip:${offset}`).toString('base64url');
}

/** At which row a page begins, 0 without a token; null when the token is none of ours. */
export function readSkipToken(token: string | null): number | null {
  if (token === null) {
    return 0;
  }
  const match = /^skip:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  return match === null ? null : Number(match[1]);
}
