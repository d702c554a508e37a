import assert from 'node:assert/strict';
import type { Stores } from '../../../../src/ports/store.ts';
import type { Product } from '../../../support/product.ts';
import { GOOD, isChange, settingsTurns } from '../../settings/settings-turns.ts';
import { azureFile, RESTART, roleFilesBench, START } from '../role-files/role-files-bench.ts';

async function pause({ services, seeded }: Product): Promise<void> {
  const id = seeded.idOf('admin');
  const since = services.clock.now();
  const by = { id, name: 'Patti Fernandez' };
  await services.store.now.botSettings.save('paused', { reason: '', by, since, stops: 'usual' }, id, since);
}

const PAUSED = { code: 'serving.paused' };

describe('what administrators confirm while the bot is paused', () => {
  it('writes no role settings that were proposed before, and takes no new proposal', async () => {
    const turns = await settingsTurns();
    const role = await turns.role('Contoso-App-Assignment-Operator');
    await turns.proposes(role, GOOD);
    const card = await turns.holds('oncall', 'policy-change');
    await pause(turns.product);
    await assert.rejects(turns.presses('oncall', card, 'confirm-settings'), PAUSED);
    const after = await turns.services.store.now.cards.find(card.id);
    assert.ok(after !== null && isChange(after.notice) && after.notice.phase === 'proposed');
    await assert.rejects(turns.proposes(role, GOOD), PAUSED);
    assert.deepEqual(
      (await turns.product.audit()).filter((event) => event.startsWith('settings.')),
      ['settings.proposed'],
    );
    // Letting it be only narrows.
    await turns.presses('oncall', card, 'decline-settings');
    assert.ok((await turns.product.audit()).includes('settings.declined'));
  });

  it('writes no custom role that was read back before', async () => {
    const bench = await roleFilesBench();
    bench.files.set('starter.json', azureFile({ actions: [START, RESTART] }));
    await bench.plan();
    await pause(bench.product);
    await assert.rejects(bench.confirms(), PAUSED);
    assert.deepEqual(bench.azure.written, []);
  });

  it('stops between two custom roles, and says which were left', async () => {
    const bench = await roleFilesBench();
    bench.files.set('starter.json', azureFile({ actions: [START, RESTART] }));
    bench.files.set('a-new.json', azureFile({ name: 'Restarter', id: null, actions: [RESTART] }));
    await bench.plan();
    // The first is written before the pause, which comes with its record.
    const { store } = bench.product.services;
    const { find } = store.now.botSettings;
    let isPaused = false;
    Object.assign(store.now.botSettings, {
      find: async (name: Parameters<Stores['botSettings']['find']>[0]) => {
        if (!isPaused) {
          isPaused = true;
          await pause(bench.product);
        }
        return await find(name);
      },
    });
    await bench.confirms();
    const outcomes = await bench.outcomes();
    assert.equal(bench.azure.written.length, 1);
    assert.ok(
      outcomes.some((line) => line.endsWith(': left')),
      outcomes.join(', '),
    );
  });
});
