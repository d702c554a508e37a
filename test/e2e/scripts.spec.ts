import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Player, StepFailure } from '../../cli/conversation/play.ts';
import { readScript } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Call } from '../../sandbox/platform/types.ts';
import { freshDatabase } from '../support/postgres.ts';

const FOLDER = path.join(import.meta.dirname, 'scripts');
const STORY = path.join(import.meta.dirname, '../../cli/conversation/main-story.chat');
const MONDAY_MORNING = '2026-11-23T09:00:00Z';

/** Whatever was activated or asked for is over by then, for approvers have 24 hours. */
const UNTIL_ALL_IS_OVER = Temporal.Duration.from({ hours: 26 });

interface OpenStage {
  readonly stage: Stage;
  close(): Promise<void>;
}

async function openStage(): Promise<OpenStage> {
  const database = await freshDatabase();
  const stage = await Stage.open({
    now: MONDAY_MORNING,
    databaseUrl: database.url,
    onBoot: () => undefined,
    // As Teams does: a bot that sends too much at once is told so.
    prepare: async (control) => {
      await control.send('PUT', '/teams/limits', { on: true });
    },
  });
  return {
    stage,
    close: async () => {
      const { calls } = await stage.control.send('GET', '/calls?since=0');
      await stage.close();
      await database.drop();
      const throttled = (calls as readonly Call[]).filter(
        (call) => call.service === 'connector' && call.status === 429,
      );
      assert.deepEqual(throttled, [], "no call passes Teams' limits");
    },
  };
}

async function play({ stage }: OpenStage, file: string, text: string): Promise<void> {
  try {
    await new Player(stage, () => undefined).play(readScript(text));
  } catch (thrown) {
    assert.fail(thrown instanceof StepFailure ? `${path.basename(file)} ${thrown.message}` : (thrown as Error));
  }
}

function titleOf(text: string, file: string): string {
  const words = /^# (.+)$/m.exec(text)?.[1];
  const name = path.basename(file, '.chat');
  return words === undefined ? `plays ${name}` : `plays ${name}: ${words}`;
}

const scriptsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.chat'))
    .map((name) => path.join(folder, name));

describe('conversation scripts', () => {
  for (const file of [STORY, ...scriptsIn(FOLDER)]) {
    const text = readFileSync(file, 'utf8');
    it(titleOf(text, file), async function () {
      this.timeout(60_000);
      const open = await openStage();
      try {
        await play(open, file, text);
      } finally {
        await open.close();
      }
    });
  }

  // Scripts of one folder are played one after another in one tenant, each a day later than the one before.
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    describe(name, () => {
      let open: OpenStage;

      before(async function () {
        this.timeout(60_000);
        open = await openStage();
      });

      afterEach(async function () {
        this.timeout(60_000);
        await open.stage.leap(UNTIL_ALL_IS_OVER);
        await open.stage.newSightings();
      });

      after(async () => {
        await open.close();
      });

      for (const file of scriptsIn(path.join(FOLDER, name))) {
        const text = readFileSync(file, 'utf8');
        it(titleOf(text, file), async function () {
          this.timeout(60_000);
          await play(open, file, text);
        });
      }
    });
  }
});
