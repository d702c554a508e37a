// The secrets of our exports: 256 random bits in base64url.
const EXPORT_ID = /^[A-Za-z0-9_-]{43}$/;
const ORIGIN = /^https?:\/\//;

/**
 * The address of one list on the bot's own page. Empty when there is no page, or when the id is not one that we made: an address
 * is never built from anything else.
 */
export function exportLink(publicUrl: string | null, exportId: string): string {
  if (publicUrl === null || !ORIGIN.test(publicUrl) || !EXPORT_ID.test(exportId)) {
    return '';
  }
  return `${publicUrl}/export?id=${exportId}`;
}
