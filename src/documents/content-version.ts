import { createHash } from 'node:crypto';

const VERSION_LENGTH = 12;

/** Names what a document says: the same content has the same version, however it is written. */
export function contentVersion(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, VERSION_LENGTH);
}
