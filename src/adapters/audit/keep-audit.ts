import { ManagedIdentityCredential } from '@azure/identity';
import type { Pool } from 'pg';
import { AccessError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Webhook } from '../../ports/webhook.ts';
import { createStorageTokens } from '../identity/app-tokens.ts';
import type { Secret } from '../identity/secret.ts';
import { startAuditLinker } from '../postgres/audit-linker.ts';
import { openWebhook } from '../webhook/signed-webhook.ts';
import { createAnchorBlobs } from './anchor-blob.ts';
import { type Anchor, AnchorFile } from './anchor-file.ts';
import { AnchorSender } from './anchor-sender.ts';
import { startAuditRetention } from './retention.ts';
import { startAuditStream } from './stream.ts';

export interface AuditSettings {
  readonly tenantId: string;
  /** Client id of the managed identity that writes anchors to a container; null where there is none. */
  readonly managedIdentityClientId: string | null;
  /** File that heads of the chain are written to; null writes them to none. */
  readonly auditAnchors: string | null;
  readonly auditAnchorWebhook: Secret | null;
  /** Address of a container. */
  readonly auditAnchorBlob: string | null;
  readonly auditWebhook: Secret | null;
  readonly auditWebhookSecret: Secret | null;
  /** Null keeps what tells of people for ever. */
  readonly auditKeepFor: Temporal.Duration | null;
}

export interface AuditTools {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers that take longer would hold the end of the process up. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * Links the records of the audit trail into a chain, brings its head outside the database now and then, sends the records to a
 * receiver and forgets what old ones tell of people, as far as the settings want it.
 *
 * @throws {AccessError} config.invalid when the file of anchors holds something else
 */
export async function keepAudit(settings: AuditSettings, tools: AuditTools): Promise<{ close(): Promise<void> }> {
  const { pool, clock, log } = tools;
  const { auditAnchors, auditKeepFor: keepFor } = settings;
  const file = auditAnchors === null ? null : new AnchorFile({ file: auditAnchors, log });
  await file?.open().catch((cause: unknown) => {
    throw new AccessError('config.invalid', `PIMLICO_AUDIT_ANCHORS: ${auditAnchors} is no file of anchors`, { cause });
  });
  const failed = (error: unknown): void => log.warn('audit.not_anchored', { to: 'file', reason: String(error) });
  const senders = sendersOf(settings, tools);
  const linker = startAuditLinker({
    pool,
    log,
    async onHead(head) {
      await file?.take(head).catch(failed);
      for (const sender of senders) {
        sender.take(head);
      }
    },
  });
  const webhook = webhookOf(settings.auditWebhook, settings, clock);
  const stream = webhook === null ? null : startAuditStream({ pool, clock, log, webhook });
  const retention = keepFor === null ? null : startAuditRetention({ pool, clock, log, keepFor });
  return {
    async close() {
      await Promise.all([linker.stop(), stream?.stop(), retention?.stop()]);
      await Promise.all([file?.write().catch(failed), ...senders.map((sender) => sender.flush())]);
    },
  };
}

function sendersOf(settings: AuditSettings, { clock, log }: AuditTools): readonly AnchorSender[] {
  const { auditAnchorBlob: container, managedIdentityClientId: clientId } = settings;
  const webhook = webhookOf(settings.auditAnchorWebhook, settings, clock);
  const senders = webhook === null ? [] : [new AnchorSender({ log, to: 'webhook', send: anchorsTo(webhook) })];
  if (container === null || clientId === null) {
    return senders;
  }
  const tokens = createStorageTokens({ clock, tokenCredential: new ManagedIdentityCredential({ clientId }) });
  return [...senders, new AnchorSender({ log, to: 'blob', send: createAnchorBlobs({ container, tokens }) })];
}

function webhookOf(url: Secret | null, settings: AuditSettings, clock: Clock): Webhook | null {
  const { auditWebhookSecret: secret, tenantId } = settings;
  return openWebhook({ url, secret, tenantId, clock, timeoutMs: ANSWER_WITHIN_MS });
}

/** Tells a receiver of heads of the chain. */
export function anchorsTo(webhook: Webhook): (anchor: Anchor) => Promise<void> {
  return ({ place, hash, at }) =>
    webhook.send([
      { id: `audit-anchor/${place}`, type: 'pimlico.audit.anchored', at, subject: null, data: { place, hash } },
    ]);
}
