import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createOnCall } from '../../../src/adapters/on-call/on-call.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import type { OnCallSource } from '../../../src/domain/on-call.ts';
import { NO_RULEBOOK } from '../../../src/domain/rulebook.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Rules } from '../../../src/ports/rulebook.ts';
import type { TenantReader } from '../../../src/ports/tenant-reader.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { FakeOnCall } from '../../support/fakes/on-call.ts';
import { aSeededTenant } from '../../support/fakes/seeded-tenant.ts';
import { createGraphBench, type GraphBench, silentLog } from '../graph/graph-bench.ts';
import type { Handle } from '../role-management-bench.ts';
import type { OnCallBench } from './on-call.ts';

const NOW = '2026-11-23T08:00:00Z';
const ROTA = 'leads.rota.yaml';
const NEVER = '9000-01-01T00:00';

export const LEADS = { id: '2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5f2', name: 'sg-oncall-leads' } as const;

/** A rulebook in force with these sources. */
export function rulesWith(...onCall: readonly OnCallSource[]): Rules {
  return { current: () => ({ ...NO_RULEBOOK, onCall }) };
}

/** The sources in memory, as tests of the product use them. */
export async function fakeBench(): Promise<OnCallBench> {
  const { tenant, idOf } = aSeededTenant(createFakeClock());
  const onCall = new FakeOnCall();
  let last: readonly Handle[] = [];
  const put = async (...handles: readonly Handle[]): Promise<void> => {
    last = handles;
    const people = await Promise.all(handles.map((handle) => tenant.reader.findPerson(idOf(handle))));
    onCall.put(
      'Leads',
      people.flatMap((person) => person ?? []),
    );
  };
  return {
    onCall,
    source: 'Leads',
    idOf,
    put,
    disable: async (handle) => void onCall.disabled.add(idOf(handle)),
    fail: async () => void onCall.fail('Leads'),
    mend: () => put(...last),
    close: async () => {},
  };
}

/** A group of the tenant in memory. */
export async function fakeGroupBench(): Promise<OnCallBench> {
  const clock = createFakeClock();
  const { tenant, idOf } = aSeededTenant(clock);
  const rules = rulesWith({ name: 'Leads', kind: 'entra-group', group: LEADS.name });
  return {
    onCall: createOnCall({ rules, reader: tenant.reader, clock, log: silentLog, folder: '' }),
    source: 'Leads',
    idOf,
    put: async (...handles) => void tenant.setGroup(LEADS.name, handles.map(idOf)),
    disable: async (handle) => void tenant.disable(idOf(handle)),
    fail: async () => {
      tenant.readerFailure = new AccessError('graph.unavailable', 'Graph is away', { retryable: true });
    },
    mend: async () => {
      tenant.readerFailure = null;
    },
    close: async () => {},
  };
}

/** A group of the sandbox, over Graph. */
export function sandboxGroupBench(group: string): () => Promise<OnCallBench & { readonly graph: GraphBench }> {
  return async () => {
    const graph = await createGraphBench();
    const { sandbox, idOf, reader } = graph;
    const { groups, disabledAccounts } = sandbox.world.tenant;
    return {
      graph,
      onCall: createOnCall({
        rules: rulesWith({ name: 'Leads', kind: 'entra-group', group }),
        reader,
        clock: sandbox.clock,
        log: silentLog,
        folder: '',
      }),
      source: 'Leads',
      idOf,
      put: async (...handles) => void groups.get(LEADS.id)?.memberIds.splice(0, Infinity, ...handles.map(idOf)),
      disable: async (handle) => void disabledAccounts.add(idOf(handle)),
      fail: async () => void sandbox.faults.add({ name: 'error', service: 'graph', status: 503 }),
      mend: async () => sandbox.faults.clear(),
      close: () => graph.close(),
    };
  };
}

/** A rota of the same people at all times: one rotation for each, or one that has not begun. */
function rotaOf(people: readonly string[]): string {
  const rotations = people.map(
    (person, place) =>
      `  - { name: n${place}, starts: 2026-01-01T00:00, every: 1 day, people: [${JSON.stringify(person)}] }`,
  );
  const nobody = `  - { name: later, starts: ${NEVER}, every: 1 day, people: [nobody@contoso.example] }`;
  return ['version: 1', 'timeZone: Europe/Madrid', 'rotations:', ...rotations, nobody, ''].join('\n');
}

interface RotaTenant {
  readonly reader: TenantReader;
  idOf(handle: Handle): PrincipalId;
  disable(handle: Handle): Promise<void>;
  close(): Promise<void>;
}

/** A rota in a file; its people are those of a tenant, the first by sign-in name, the others by id, all in capitals. */
async function rotaBench({ reader, idOf, disable, close }: RotaTenant): Promise<OnCallBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pimlico-rota-'));
  const clock = createFakeClock(NOW);
  const rules = rulesWith({ name: 'Leads', kind: 'rota', file: ROTA });
  const file = path.join(folder, ROTA);
  let text = rotaOf([]);
  const write = (): void => writeFileSync(file, text);
  return {
    onCall: createOnCall({ rules, reader, clock, log: silentLog, folder, settleMs: 1 }),
    source: 'Leads',
    idOf,
    disable,
    async put(...handles) {
      const people = await Promise.all(handles.map((handle) => reader.findPerson(idOf(handle))));
      text = rotaOf(
        people.map((person, place) => String(place === 0 ? person?.userPrincipalName : person?.id).toUpperCase()),
      );
      write();
    },
    fail: async () => rmSync(file),
    mend: async () => write(),
    async close() {
      rmSync(folder, { recursive: true });
      await close();
    },
  };
}

export async function fakeRotaBench(): Promise<OnCallBench> {
  const { tenant, idOf } = aSeededTenant(createFakeClock(NOW));
  const disable = async (handle: Handle): Promise<void> => void tenant.disable(idOf(handle));
  return await rotaBench({ reader: tenant.reader, idOf, disable, close: async () => {} });
}

export async function sandboxRotaBench(): Promise<OnCallBench> {
  return await rotaBench(await createGraphBench());
}
