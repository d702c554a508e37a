import assert from 'node:assert/strict';
import { AccessError } from '../../../src/errors.ts';
import type { OnCall } from '../../../src/ports/on-call.ts';
import type { Handle } from '../role-management-bench.ts';

/** One on-call source, and what a test does to it. */
export interface OnCallBench {
  readonly onCall: OnCall;
  /** What the rulebook calls the source. */
  readonly source: string;
  idOf(handle: Handle): string;
  /** Puts these people on call, and nobody else. */
  put(...handles: readonly Handle[]): Promise<void>;
  /** Disables an account, and changes nothing else. */
  disable(handle: Handle): Promise<void>;
  /** From now on the source cannot be reached or read. */
  fail(): Promise<void>;
  /** It can be again. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

const NAMES = { oncall: 'Lynne Robbins', oncall2: 'Isaiah Langer' } as const;

/** What every source of who is on call promises. */
export function onCallContract(name: string, makeSource: () => Promise<OnCallBench>): void {
  describe(name, () => {
    let bench: OnCallBench;

    beforeEach(async () => {
      bench = await makeSource();
    });

    afterEach(async () => {
      await bench.close();
    });

    async function idsNow(source = bench.source): Promise<readonly string[]> {
      const { people } = await bench.onCall.read(source);
      return people.map(({ id }) => id).sort();
    }

    async function failure(source = bench.source): Promise<AccessError> {
      const error: unknown = await bench.onCall.read(source).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof AccessError, 'it answered, or failed in another way');
      return error;
    }

    it('tells who is on call now, with ids in small letters, names and sign-in names', async () => {
      await bench.put('oncall', 'oncall2');
      const { people } = await bench.onCall.read(bench.source);
      assert.deepEqual(
        people.map(({ id, name: who }) => ({ id, who })).toSorted((a, b) => a.who.localeCompare(b.who)),
        [
          { id: bench.idOf('oncall2').toLowerCase(), who: NAMES.oncall2 },
          { id: bench.idOf('oncall').toLowerCase(), who: NAMES.oncall },
        ],
      );
      assert.ok(people.every(({ userPrincipalName }) => /^\S+@\S+$/.test(userPrincipalName)));
    });

    it('finds the source by its name in any case', async () => {
      await bench.put('oncall');
      assert.deepEqual(await idsNow(bench.source.toUpperCase()), [bench.idOf('oncall')]);
      assert.deepEqual(await idsNow(bench.source.toLowerCase()), [bench.idOf('oncall')]);
    });

    it('knows at once who is on call no longer, and who is instead', async () => {
      await bench.put('oncall');
      assert.deepEqual(await idsNow(), [bench.idOf('oncall')]);
      await bench.put('oncall2');
      assert.deepEqual(await idsNow(), [bench.idOf('oncall2')]);
    });

    it('means nobody by an empty list', async () => {
      await bench.put();
      assert.deepEqual(await idsNow(), []);
    });

    it('lists everybody whom it can put on call, without those whose account is disabled', async () => {
      const everybody = async () => (await bench.onCall.listEverybody(bench.source)).map(({ id }) => id).sort();
      await bench.put('oncall', 'oncall2');
      assert.deepEqual(await everybody(), [bench.idOf('oncall'), bench.idOf('oncall2')].sort());
      await bench.disable('oncall');
      assert.deepEqual(await everybody(), [bench.idOf('oncall2')]);
      await assert.rejects(bench.onCall.listEverybody('Nowhere'), { code: 'oncall.unknown_source' });
      await bench.fail();
      await assert.rejects(bench.onCall.listEverybody(bench.source), { code: 'oncall.unavailable' });
    });

    it('leaves out people whose account is disabled, down to nobody', async () => {
      await bench.put('oncall', 'oncall2');
      await bench.disable('oncall');
      assert.deepEqual(await idsNow(), [bench.idOf('oncall2')]);
      await bench.disable('oncall2');
      assert.deepEqual(await idsNow(), []);
    });

    it('fails with its name when it cannot be read, whatever it knew before, until it can be', async () => {
      await bench.put('oncall');
      assert.deepEqual(await idsNow(), [bench.idOf('oncall')]);
      await bench.fail();
      const { code, facts } = await failure();
      assert.equal(code, 'oncall.unavailable');
      assert.deepEqual(facts, { source: bench.source });
      assert.equal((await failure(bench.source.toUpperCase())).facts.source, bench.source);
      await bench.mend();
      assert.deepEqual(await idsNow(), [bench.idOf('oncall')]);
    });

    it('does not know a source that is not there', async () => {
      await bench.put('oncall');
      const { code, facts } = await failure('Nowhere');
      assert.equal(code, 'oncall.unknown_source');
      assert.deepEqual(facts, { source: 'Nowhere' });
    });
  });
}
