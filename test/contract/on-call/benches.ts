import { createOnCall } from '../../../src/adapters/on-call/on-call.ts';
import type { OnCallSource } from '../../../src/domain/on-call.ts';
import { NO_RULEBOOK } from '../../../src/domain/rulebook.ts';
import { AccessError } from '../../../src/errors.ts';
import type { Rules } from '../../../src/ports/rulebook.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';
import { FakeOnCall } from '../../support/fakes/on-call.ts';
import { aSeededTenant } from '../../support/fakes/seeded-tenant.ts';
import { createGraphBench, type GraphBench, silentLog } from '../graph/graph-bench.ts';
import type { Handle } from '../role-management-bench.ts';
import type { OnCallBench } from './on-call.ts';

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
  const { tenant, idOf } = aSeededTenant(createFakeClock());
  const rules = rulesWith({ name: 'Leads', kind: 'entra-group', group: LEADS.name });
  return {
    onCall: createOnCall({ rules, reader: tenant.reader, log: silentLog }),
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
        log: silentLog,
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
