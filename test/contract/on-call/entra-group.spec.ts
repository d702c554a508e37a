import assert from 'node:assert/strict';
import { createOnCall } from '../../../src/adapters/on-call/on-call.ts';
import { AccessError } from '../../../src/errors.ts';
import type { OnCall } from '../../../src/ports/on-call.ts';
import { createGraphBench, type GraphBench } from '../graph/graph-bench.ts';
import { LEADS, rulesWith } from './benches.ts';

const OTHER = '2a91b3c4-00ff-4d5e-8f60-a1b2c3d4e5ff';

describe('an Entra group as on-call source', () => {
  let bench: GraphBench;
  let said: Readonly<Record<string, unknown>>[] = [];

  beforeEach(async () => {
    bench = await createGraphBench();
    said = [];
  });
  afterEach(async () => {
    await bench.close();
  });

  function onCallBy(group: string): OnCall {
    return createOnCall({
      rules: rulesWith({ name: 'Leads', kind: 'entra-group', group }),
      reader: bench.reader,
      clock: bench.sandbox.clock,
      log: { warn: () => {}, error: (event, fields) => void said.push({ event, ...fields }) },
      folder: '',
    });
  }

  function addGroup(displayName: string, memberIds: string[]): void {
    const group = { id: OTHER, displayName, isAssignableToRole: false, memberIds, ownerIds: [] };
    bench.sandbox.world.tenant.groups.set(OTHER, group);
  }

  async function fails(group: string): Promise<AccessError> {
    const error: unknown = await onCallBy(group)
      .read('leads')
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof AccessError);
    assert.equal(error.code, 'oncall.unavailable');
    assert.deepEqual(error.facts, { source: 'Leads' });
    return error;
  }

  it('counts the members of the groups inside it, each once, and says not until when', async () => {
    addGroup('sg-outer', [LEADS.id, bench.idOf('oncall'), bench.idOf('engineer')]);
    const { people, until } = await onCallBy('sg-outer').read('Leads');
    assert.deepEqual(people.map(({ name }) => name).sort(), ['Alex Wilber', 'Isaiah Langer', 'Lynne Robbins']);
    assert.equal(until, null);
  });

  it('takes no group for another one that is called the same, and none whose name only resembles it', async () => {
    addGroup(LEADS.name, [bench.idOf('engineer')]);
    assert.match((await fails(LEADS.name)).message, /2 groups are called “sg-oncall-leads”/);
    addGroup('sg oncall leads', [bench.idOf('engineer')]);
    const { people } = await onCallBy(LEADS.name).read('Leads');
    assert.deepEqual(people.map(({ name }) => name).sort(), ['Isaiah Langer', 'Lynne Robbins']);
  });

  for (const [what, group] of [
    ['a name', 'sg-nowhere'],
    ['an object id', OTHER],
  ] as const) {
    it(`does not take a group that is not there for an empty one, by ${what}`, async () => {
      await fails(group);
      assert.deepEqual(
        said.map(({ event, source, kind, code }) => ({ event, source, kind, code })),
        [{ event: 'oncall.unreadable', source: 'Leads', kind: 'entra-group', code: 'graph.not_found' }],
      );
    });
  }

  it('fails while Graph asks for patience, and says when to try again', async () => {
    bench.sandbox.faults.add({ name: 'throttle', service: 'graph', retryAfter: 30 });
    const error = await fails(LEADS.id);
    assert.equal(error.retryable, true);
    assert.equal(error.retryAfter?.total('seconds'), 30);
    assert.equal(said[0]?.code, 'graph.throttled');
  });

  it('fails while the reader may not see the members', async () => {
    bench.sandbox.faults.add({ name: 'error', service: 'graph', status: 403, code: 'Authorization_RequestDenied' });
    await fails(LEADS.id);
    assert.equal(said[0]?.code, 'graph.forbidden');
  });
});
