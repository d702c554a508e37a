import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Player, StepFailure } from '../../cli/conversation/play.ts';
import { readScript } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import { freshDatabase } from './postgres.ts';

/** Plays a script; a step that does not come out right fails the test with its words. */
export async function playOn(stage: Stage, script: string): Promise<void> {
  try {
    await new Player(stage, () => undefined).play(readScript(script));
  } catch (thrown) {
    assert.fail(thrown instanceof StepFailure ? thrown.message : (thrown as Error));
  }
}

/** Opens a stage before the tests of a suite whose bot has this rulebook, and closes it after them. Gives what plays on it. */
export function withRulebook(text: string): (script: string) => Promise<void> {
  const closers: (() => unknown)[] = [];
  let stage: Stage | null = null;
  before(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pimlico-rulebook-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'rulebook.yaml');
    writeFileSync(file, text);
    const database = await freshDatabase();
    closers.push(() => database.drop());
    const opened = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl: database.url,
      env: { PIMLICO_RULEBOOK: file },
      onBoot: () => undefined,
    });
    closers.push(() => opened.close());
    stage = opened;
  });
  after(async () => {
    for (const close of closers.reverse()) {
      await close();
    }
  });
  return async (script) => {
    assert.ok(stage !== null);
    await playOn(stage, script);
  };
}
