import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Player } from '../../cli/conversation/play.ts';
import { readStep } from '../../cli/conversation/script.ts';
import { Stage } from '../../cli/stage/stage.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/adapters/postgres/embedded.ts';
import { silentLog } from '../../src/ports/log.ts';

const ROLE = 'Contoso-App-Assignment-Operator';
const AWAY = /^I cannot write anything down just now\./;

/** One address for a server that comes back on another port. */
async function aDoor() {
  let target = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    /** The address of the same database behind the door, which leads there from now on. */
    lead(url: string): string {
      const behind = new URL(url);
      target = Number(behind.port);
      behind.port = String((server.address() as AddressInfo).port);
      return behind.href;
    },
    async close(): Promise<void> {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

interface TenantState {
  readonly requests: readonly { readonly kind: string; readonly action: string; readonly status: string }[];
}

describe('a database that goes away and comes back', () => {
  let folder: string;
  let door: Awaited<ReturnType<typeof aDoor>>;
  let database: EmbeddedPostgres;
  let stage: Stage;
  let boots = 0;
  const botLines: string[] = [];
  let seen: Sighting[] = [];
  let player: Player;

  const startDatabase = async (): Promise<string> => {
    // One that is not durable would lose its last commits: that is another story.
    database = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), log: silentLog });
    return door.lead(database.url);
  };
  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(path.join(tmpdir(), `pimlico-test-${process.pid}-`));
    // The server's own user must be able to reach it.
    chmodSync(folder, 0o755);
    door = await aDoor();
    const databaseUrl = await startDatabase();
    stage = await Stage.open({
      now: '2026-11-23T09:00:00Z',
      databaseUrl,
      onBoot: () => {
        boots += 1;
      },
      onBotLine: (line) => botLines.push(line),
    });
    player = new Player(stage, (sighting) => seen.push(sighting));
  });
  after(async function () {
    this.timeout(60_000);
    await stage.close();
    await door.close();
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function play(...lines: readonly string[]): Promise<readonly string[]> {
    seen = [];
    for (const source of lines) {
      await player.playLine({ number: 1, source, step: readStep(source) });
    }
    return seen.map(({ to, event, card }) => `${to} ${event} ${card}`);
  }
  const requests = async (): Promise<readonly string[]> => {
    const state = (await stage.control.send('GET', '/pim/state')) as unknown as TenantState;
    const own = state.requests.filter(({ kind }) => kind === 'assignment');
    return own.map(({ action, status }) => `${action} ${status}`);
  };
  const say = async (person: string, text: string) =>
    (await stage.control.send('POST', '/teams/say', { person, text })).status;
  const readiness = async (): Promise<unknown> => (await fetch(`${stage.botUrl}/readyz`)).json();
  const listening = () => botLines.filter((line) => line.includes('"sign-outs.listening"')).length;

  it('is survived: people are told, nothing is half done, and everything goes on afterwards', async function () {
    this.timeout(90_000);
    await play('engineer: hi', 'oncall: hi', `engineer: activate ${ROLE} for 1h because INC-42 broken sign-in`);
    await play('engineer: activate Security Reader for 1h because audit');
    const before = await requests();
    const lastSeen = Number((await stage.control.send('GET', `/teams/seen?after=${Number.MAX_SAFE_INTEGER}`)).last);

    await database.stop();
    const statuses = await Promise.all([
      say('engineer', 'activate Global Reader for 1h because audit'),
      say('oncall', 'activate Global Reader for 1h because audit'),
      say('oncall', 'help'),
    ]);
    assert.deepEqual(statuses, [503, 503, 503]);
    await stage.control.send('POST', '/teams/press', { person: 'approver', button: 'Approve', inputs: {} });
    const shown = await stage.control.seenAfter(lastSeen);
    assert.deepEqual(
      shown.map(({ to, event, text }) => [to, event, AWAY.test(text)]),
      [['approver', 'toast', true]],
    );
    assert.deepEqual(await readiness(), { ready: false, parts: { database: false, migrations: true, keys: true } });
    assert.deepEqual(await requests(), before);

    await startDatabase();
    while (!((await readiness()) as { ready: boolean }).ready || listening() < 2) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // What was said meanwhile was refused, and is not carried out by itself: the toast is all that there was.
    assert.deepEqual(await play('@clock +2m'), ['approver toast null']);
    assert.deepEqual(await play('oncall: activate Global Reader for 1h because audit'), [
      'oncall send activation-active',
      'oncall update activation-active',
    ]);
    const approved = await play('approver: [Approve] justification="fine"');
    assert.ok(approved.includes('engineer send activation-active'), approved.join(', '));
    // Reminders and ends are jobs: the worker has come back as well.
    const ends = (await play('@clock +65m')).filter((line) => line.endsWith('send activation-ended'));
    assert.deepEqual(
      ends.toSorted(),
      [...Array.from({ length: 2 }, () => 'engineer'), 'oncall'].map((who) => `${who} send activation-ended`),
    );
    assert.deepEqual((await requests()).length, before.length + 1);
    assert.equal(boots, 1);
  });
});
