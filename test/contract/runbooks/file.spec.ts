import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRunbooks, type RunbooksFile } from '../../../src/adapters/runbooks/runbooks-file.ts';
import { NO_RUNBOOKS } from '../../../src/domain/runbook.ts';
import { AccessError } from '../../../src/errors.ts';

const of = (name: string): string =>
  `version: 1\nrunbooks:\n  - { name: ${name}, title: T, role: { group: sg }, steps: [x] }\n`;

describe('the runbooks of a file', () => {
  let folder = '';
  let file = '';
  let open: RunbooksFile | null = null;
  let said: { readonly event: string; readonly facts: Readonly<Record<string, unknown>> }[] = [];
  let wake: (() => void) | null = null;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-runbooks-'));
    file = path.join(folder, 'runbooks.yaml');
    said = [];
  });
  afterEach(async () => {
    await open?.close();
    open = null;
    rmSync(folder, { recursive: true });
  });

  const note = (event: string, facts: Readonly<Record<string, unknown>> = {}): void => {
    said.push({ event, facts });
    wake?.();
  };
  const log = { info: note, warn: note, error: note };
  async function opened(text: string): Promise<RunbooksFile> {
    writeFileSync(file, text);
    open = await openRunbooks({ path: file, log, lookEveryMs: 5 });
    return open;
  }
  async function until(event: string, count: number): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const found = said.filter((one) => one.event === event)[count - 1];
      if (found !== undefined) {
        return found.facts;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const names = (runbooks: RunbooksFile): readonly string[] => runbooks.current().all.map(({ name }) => name);

  it('come into force without a restart, and what changes is logged', async () => {
    const runbooks = await opened(of('first'));
    writeFileSync(file, of('second'));
    assert.deepEqual((await until('runbooks.in_force', 2)).changes, ['second is new', 'first is gone']);
    assert.deepEqual(names(runbooks), ['second']);
  });

  it('stay in force while the file is wrong, which is said with its lines', async () => {
    const runbooks = await opened(of('first'));
    writeFileSync(file, `${of('second')}nonsense: true\n`);
    assert.match(String((await until('runbooks.refused', 1)).problems), /line 4: nonsense: there is no such key/);
    assert.deepEqual(names(runbooks), ['first']);
  });

  it('must be right at the start, and may be none', async () => {
    const error: unknown = await opened('version: 3\n').catch((thrown: unknown) => thrown);
    assert.ok(error instanceof AccessError);
    assert.equal(error.code, 'config.invalid');
    assert.match(error.message, /^The file of runbooks .* is wrong:\n {2}line 1: version: must be 1/);
    assert.deepEqual((await openRunbooks({ path: null, log })).current(), NO_RUNBOOKS);
  });
});
