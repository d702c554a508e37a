import type { Pool } from 'pg';
import { postgresAudit } from '../../../src/adapters/postgres/audit.ts';
import { poolDatabase } from '../../../src/adapters/postgres/database.ts';
import { createPostgresOutbox } from '../../../src/adapters/postgres/outbox.ts';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import { type ActivationRequest, newActivationRequest } from '../../../src/domain/activation.ts';
import type { AuditEvent } from '../../../src/domain/audit.ts';
import { conversationId, principalId, type RequestId, requestId, roleDefinitionId } from '../../../src/domain/ids.ts';
import type { HelpNotice, Notice } from '../../../src/domain/notice.ts';
import type { DeliveryResult, Outbox } from '../../../src/ports/outbox.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';
import { freshDatabase } from '../../support/postgres.ts';

export const ENGINEER = principalId('00000000-0000-4000-8000-000000000001');
export const APPROVER = principalId('00000000-0000-4000-8000-000000000002');
export const CHAT = conversationId('a:1');

export interface Replica {
  readonly store: Store;
  readonly outbox: Outbox;
}

export interface Fixture {
  readonly pool: Pool;
  readonly url: string;
  readonly clock: FakeClock;
  /** This replica, and another one on the same database and clock. */
  readonly here: Replica;
  readonly there: Replica;
  /** Job keys that wait or run, in order. */
  jobs(): Promise<readonly string[]>;
  /** Adds to the trail what no use case would tell in this way. */
  record(event: AuditEvent): Promise<void>;
  clear(): Promise<void>;
  drop(): Promise<void>;
}

/** Two replicas on a database of their own, at 2026-11-23 08:00 UTC. */
export async function aFixture(): Promise<Fixture> {
  const { pool, url, empty, drop } = await freshDatabase();
  const clock = createFakeClock();
  const replica = (name: string): Replica => ({
    store: createPostgresStore({ pool, clock, replica: name }),
    outbox: createPostgresOutbox({ pool, clock, replica: name }),
  });
  return {
    pool,
    url,
    clock,
    here: replica('here'),
    there: replica('there'),
    jobs: async () => {
      const answer = await pool.query<{ key: string }>('select key from graphile_worker.jobs order by key');
      return answer.rows.map((row) => row.key);
    },
    record: postgresAudit(poolDatabase(pool), () => ({})).record,
    clear: async () => {
      clock.set('2026-11-23T08:00:00Z');
      await empty();
    },
    drop,
  };
}

/** An ask of the engineer for a role of the directory. */
export function aRequest(changes: Partial<ActivationRequest> = {}): ActivationRequest {
  return newActivationRequest({
    id: requestId('7F3K'),
    role: {
      surface: 'directory',
      roleDefinitionId: roleDefinitionId('88d8e3e3-8f55-4a1e-953a-9b9898b8876b'),
      roleName: 'Contoso-App-Assignment-Operator',
      scope: { id: '/', name: 'tenant-wide' },
    },
    requesterId: ENGINEER,
    requesterName: 'Megan Bowen',
    state: 'submitting',
    requestedAt: Temporal.Instant.from('2026-11-23T08:00:00Z'),
    duration: Temporal.Duration.from({ hours: 2 }),
    marker: 'pimlico:7F3K',
    ...changes,
  });
}

/** The role of {@link aRequest} under another definition. */
export const otherRole = (name: string): ActivationRequest['role'] => ({
  ...aRequest().role,
  roleDefinitionId: roleDefinitionId(name),
});

export const AZURE = {
  surface: 'azure',
  roleDefinitionId: roleDefinitionId('/subscriptions/s1/providers/Microsoft.Authorization/roleDefinitions/ac-1'),
  roleName: 'Reader',
  scope: { id: '/subscriptions/s1/resourceGroups/rg-web', name: 'rg-web' },
} as const;

export function aNotice(text = 'hello'): HelpNotice {
  return { card: 'help', personName: text, timeZone: 'UTC', reminderMinutes: null, notUnderstood: null };
}

export const aDraft = (story: string, notice: Notice = aNotice(), recipient = ENGINEER) =>
  ({ story, recipient, notice, delivery: 'job' }) as const;

export const delivered = (activityId: string): DeliveryResult => ({
  kind: 'delivered',
  activityId,
  conversationId: CHAT,
});

export const id = (text: string): RequestId => requestId(text);
