import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createPostgresStore } from '../../../src/adapters/postgres/store.ts';
import type { ApprovalsChannel, Pause } from '../../../src/domain/bot-setting.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import type { BotSettings } from '../../../src/ports/bot-settings.ts';
import { silentLog } from '../../../src/ports/log.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture } from './fixture.ts';

const PAUSED: Pause = {
  reason: 'looking at INC-42',
  by: { id: APPROVER, name: 'Alex Wilber' },
  since: Temporal.Instant.from('2026-11-23T08:00:00Z'),
  stops: 'usual',
};
const CHANNEL: ApprovalsChannel = {
  conversationId: conversationId('19:approvals@thread.tacv2'),
  teamName: 'Contoso Operations',
  channelName: 'approvals',
};

describe('BotSettings in PostgreSQL', () => {
  let on: Fixture;
  let settings: BotSettings;
  before(async () => {
    on = await aFixture();
    settings = on.here.store.now.botSettings;
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  it('knows nothing of what nobody set', async () => {
    assert.equal(await settings.find('paused'), null);
    assert.equal(await settings.hold('approvals-channel'), null);
  });

  it('is read by every replica as it was saved', async () => {
    await settings.save('paused', PAUSED, APPROVER, PAUSED.since as Temporal.Instant);
    await settings.save('approvals-channel', CHANNEL, ENGINEER, on.clock.now());
    assert.deepEqual(await on.there.store.now.botSettings.find('paused'), PAUSED);
    assert.deepEqual(await on.there.store.now.botSettings.find('approvals-channel'), CHANNEL);
    const { rows } = await on.pool.query('select name, changed_by, changed_at from pimlico.bot_settings order by name');
    assert.deepEqual(
      rows.map(({ name, changed_by, changed_at }) => [name, changed_by, String(changed_at)]),
      [
        ['approvals-channel', ENGINEER, '2026-11-23T08:00:00Z'],
        ['paused', APPROVER, '2026-11-23T08:00:00Z'],
      ],
    );
  });

  it('replaces what was there, and removes it', async () => {
    await settings.save('paused', PAUSED, APPROVER, on.clock.now());
    await settings.save('paused', { ...PAUSED, reason: '' }, ENGINEER, on.clock.now());
    assert.deepEqual(await settings.find('paused'), { ...PAUSED, reason: '' });
    await settings.remove('paused');
    assert.equal(await settings.find('paused'), null);
  });

  describe('a row that is not understood', () => {
    const lines: unknown[][] = [];
    const log = { ...silentLog, error: (...line: unknown[]) => void lines.push(line) };
    const reading = () => createPostgresStore({ pool: on.pool, clock: on.clock, replica: 'here', log }).now.botSettings;
    const insert = (name: string, value: unknown) =>
      on.pool.query(`insert into pimlico.bot_settings values ($1, $2, 'x', '2026-11-23')`, [
        name,
        JSON.stringify(value),
      ]);
    beforeEach(() => {
      lines.length = 0;
    });

    for (const value of [
      null,
      false,
      {},
      { ...PAUSED, since: 'yesterday' },
      { ...PAUSED, extra: 1 },
      { ...PAUSED, stops: 'nothing' },
      [PAUSED],
    ]) {
      it(`is a pause when it stands under "paused": ${JSON.stringify(value).slice(0, 60)}`, async () => {
        await insert('paused', value);
        assert.deepEqual(await reading().find('paused'), { reason: null, by: null, since: null, stops: 'everything' });
        assert.equal(lines[0]?.[0], 'bot-settings.unreadable');
      });
    }

    it('is no channel when it stands under "approvals-channel"', async () => {
      await insert('approvals-channel', { conversationId: '', teamName: 'x', channelName: 'y' });
      assert.equal(await reading().find('approvals-channel'), null);
      assert.deepEqual(lines, [
        ['bot-settings.unreadable', { setting: 'approvals-channel', places: ['conversationId: too_small'] }],
      ]);
    });
  });

  it('is not changed while a transaction holds it, and held as it is after a change', async () => {
    const order: string[] = [];
    const mayEnd = Promise.withResolvers<void>();
    const isHeld = Promise.withResolvers<void>();
    const holding = on.here.store.transaction(async (stores) => {
      assert.equal(await stores.botSettings.hold('paused'), null);
      isHeld.resolve();
      await mayEnd.promise;
      order.push('intent');
    });
    await isHeld.promise;
    const saving = on.there.store.now.botSettings.save('paused', PAUSED, APPROVER, on.clock.now()).then(() => {
      order.push('pause');
    });
    await waitingForLock(on);
    const next = on.here.store.transaction((stores) => stores.botSettings.hold('paused'));
    mayEnd.resolve();
    await Promise.all([holding, saving]);
    assert.deepEqual(order, ['intent', 'pause']);
    assert.deepEqual(await next, PAUSED);
  });
});

/** Resolves when somebody waits for an advisory lock. */
async function waitingForLock({ pool }: Fixture): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(`select from pg_locks where locktype = 'advisory' and not granted`);
    if (rowCount !== 0) {
      return;
    }
    await pause(5);
  }
}
