import type { Pool } from 'pg';
import { AccessError } from '../../errors.ts';
import type { Log } from '../../ports/log.ts';
import { startAuditLinker } from '../postgres/audit-linker.ts';
import { AnchorFile } from './anchor-file.ts';

export interface ChainOptions {
  readonly pool: Pool;
  readonly log: Log;
  /** File that heads of the chain are written to; null writes them nowhere. */
  readonly anchors: string | null;
}

/**
 * Links the records of the audit trail into a chain, and writes its head outside the database now and then.
 *
 * @throws {AccessError} config.invalid when the file of anchors holds something else
 */
export async function keepAuditChain({ pool, log, anchors }: ChainOptions): Promise<{ close(): Promise<void> }> {
  const file = anchors === null ? null : new AnchorFile({ file: anchors, log });
  await file?.open().catch((cause: unknown) => {
    throw new AccessError('config.invalid', `PIMLICO_AUDIT_ANCHORS: ${anchors} is no file of anchors`, { cause });
  });
  const failed = (error: unknown): void => log.warn('audit.not_anchored', { reason: String(error) });
  const linker = startAuditLinker({ pool, log, onHead: async (head) => await file?.take(head).catch(failed) });
  return {
    async close() {
      await linker.stop();
      await file?.write().catch(failed);
    },
  };
}
