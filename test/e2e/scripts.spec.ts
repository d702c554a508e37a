import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Player, StepFailure } from '../../cli/conversation/play.ts';
import { readScript } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import { freshDatabase } from '../support/postgres.ts';

const FOLDER = path.join(import.meta.dirname, 'scripts');
const STORY = path.join(import.meta.dirname, '../../cli/conversation/main-story.chat');
const MONDAY_MORNING = '2026-11-23T09:00:00Z';

function titleOf(text: string, file: string): string {
  const words = /^# (.+)$/m.exec(text)?.[1];
  const name = path.basename(file, '.chat');
  return words === undefined ? `plays ${name}` : `plays ${name}: ${words}`;
}

describe('conversation scripts', () => {
  const files = [STORY, ...readdirSync(FOLDER).map((name) => path.join(FOLDER, name))];
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    it(titleOf(text, file), async function () {
      this.timeout(60_000);
      const database = await freshDatabase();
      const stage = await Stage.open({ now: MONDAY_MORNING, databaseUrl: database.url, onBoot: () => undefined });
      try {
        await new Player(stage, () => undefined).play(readScript(text));
      } catch (thrown) {
        assert.fail(thrown instanceof StepFailure ? `${path.basename(file)} ${thrown.message}` : (thrown as Error));
      } finally {
        await stage.close();
        await database.drop();
      }
    });
  }
});
