import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Figure } from '../../../bench/figure.ts';
import { DATA_FOLDER, isSharedThere, withShared } from '../../support/shared-data.ts';

const RUN = fileURLToPath(new URL('../../../bench/run.ts', import.meta.url));
/** Bot, echo bot, sandbox and database all start, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(process.execPath, [RUN, ...args], (_error, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, stdout, stderr }),
  );
  return promise;
}

function figuresOf(stdout: string): readonly Figure[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Figure);
}

describe('npm run bench', () => {
  it('measures the product against the echo bot and prints a line for each figure', async function () {
    this.timeout(PATIENCE_MS);
    const { code, stdout, stderr } = await run('--quick', 'turns');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const figures = figuresOf(stdout);
    assert.deepEqual(
      figures.map(({ bench, unit }) => ({ bench, unit })),
      [
        { bench: 'turns.help', unit: 'messages/s' },
        { bench: 'turns.activate', unit: 'messages/s' },
      ],
    );
    for (const figure of figures) {
      assert.deepEqual(Object.keys(figure), ['bench', 'value', 'unit', 'against', 'ratio', 'pass']);
      assert.ok((figure.value ?? 0) > 0 && (figure.against ?? 0) > 0 && (figure.ratio ?? 0) > 0);
      assert.equal(typeof figure.pass, 'boolean');
    }
  });

  it('measures nothing of roles without a folder of them, and says so', async () => {
    const { code, stdout, stderr } = await run('least', 'least');
    assert.equal(code, 0);
    assert.equal(stdout, '{"bench":"least","value":null,"unit":"ms","against":null,"ratio":null,"pass":null}\n');
    assert.match(stderr, /say --data DIR/);
  });

  (isSharedThere ? it : it.skip)(withShared('measures which role lets me, beside a scan'), async function () {
    this.timeout(PATIENCE_MS);
    const { code, stdout, stderr } = await run('least', '--quick', '--data', DATA_FOLDER);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.deepEqual(
      figuresOf(stdout).map(({ bench }) => bench),
      ['least.index', 'least.p99', 'least.median', 'least.scan'],
    );
  });

  it('refuses a name, a folder or an option that it does not know, and starts nothing', async () => {
    const name = await run('turns', 'speed');
    assert.deepEqual(name, {
      code: 2,
      stdout: '',
      stderr: 'There is no bench "speed". There are: calls, turns, overhead, fanout, reminders, burst, least, start.\n',
    });
    const folder = await run('least', '--data', '/nowhere/at/all');
    assert.deepEqual(folder, { code: 2, stdout: '', stderr: '--data: there is no folder /nowhere/at/all.\n' });
    assert.equal((await run('--fast')).code, 2);
  });

  it('explains itself', async () => {
    const { code, stdout } = await run('--help');
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: npm run bench -- \[NAME…\]/);
  });
});
