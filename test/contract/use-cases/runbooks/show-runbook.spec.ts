import assert from 'node:assert/strict';
import { AccessError } from '../../../../src/errors.ts';
import type { Product } from '../../../support/product.ts';
import { aRunbookBench, only, type RunbookBench } from './a-catalogue.ts';

describe('runbook', () => {
  let bench: RunbookBench;
  let product: Product;

  beforeEach(async () => {
    bench = await aRunbookBench();
    ({ product } = bench);
  });

  const shown = async (text: string) => only(await product.says('engineer', text), 'runbook');

  it('lists all, those first whose role the asker can activate', async () => {
    const { runbooks, words } = only(await product.says('engineer', 'runbooks'), 'runbooks');
    assert.equal(words, null);
    assert.deepEqual(
      runbooks.map(({ name, isEligible }) => [name, isEligible]),
      [
        ['assign-users', true],
        ['read-log', true],
        ['restart-vm', true],
        ['payments-contributor', false],
        ['web-contributor', false],
      ],
    );
    assert.deepEqual(runbooks[4], {
      name: 'web-contributor',
      title: 'Change the web site',
      roleName: 'Owner',
      scopeName: 'rg-payments',
      isEligible: false,
    });
  });

  it('shows steps, role, limits and a form with the time filled in', async () => {
    const notice = await shown('runbook restart-vm');
    assert.equal(notice.standing, 'eligible');
    assert.deepEqual(notice.role, { roleName: 'Virtual Machine Operator', scopeName: 'rg-payments' });
    assert.deepEqual([notice.duration, notice.maximumDuration, notice.needsApproval], ['PT30M', 'PT8H', false]);
    assert.deepEqual(notice.steps[1], { text: 'Restart it.', link: 'https://portal.azure.com/' });
    assert.deepEqual(notice.checks[2], { name: 'Delete', expects: 'refused' });
    const card = await product.card('engineer', 'runbook');
    const form = only((await product.presses('engineer', card, 'open-role-form')).notices, 'activation-form');
    assert.equal(form.values.duration, 'PT30M');
    assert.deepEqual(form.problems, []);
    assert.deepEqual(product.seeded.tenant.requests(), []);
    const { notices } = await product.presses(
      'engineer',
      await product.card('engineer', 'activation-form'),
      'activate',
      {
        duration: 'PT30M',
        justification: 'x',
      },
    );
    assert.deepEqual(
      notices.flatMap((notice) => (notice.card === 'activation-active' ? [notice.hasRunbook] : [])),
      [true],
    );
  });

  it('suggests no more than the settings allow', async () => {
    assert.equal((await shown('runbook assign-users')).duration, 'PT4H');
  });

  it('is found by its title, its other words, its role, and with a typo', async () => {
    for (const words of ['Restart a machine of payments', 'reboot', 'virtual machine operator', 'restrat-vm']) {
      assert.equal((await shown(`runbook ${words}`)).name, 'restart-vm', words);
    }
  });

  it('asks back when several fit, and shows the one that is chosen', async () => {
    const { words, runbooks } = only(await product.says('engineer', 'runbook payments'), 'runbooks');
    assert.equal(words, 'payments');
    assert.deepEqual(
      runbooks.map(({ name }) => name),
      ['restart-vm', 'payments-contributor'],
    );
    const card = await product.card('engineer', 'runbooks');
    const chosen = await product.presses('engineer', card, 'show-runbook', { runbook: 'payments-contributor' });
    assert.equal(only(chosen.notices, 'runbook').name, 'payments-contributor');
    const forged = await product.presses('engineer', card, 'show-runbook', { runbook: 'assign-users' });
    assert.equal(only(forged.notices, 'error').code, 'card.malformed');
  });

  it('says that there is none of that name, with the nearest, and after it is gone as well', async () => {
    const error = only(await product.says('engineer', 'runbook bake-a-cake'), 'error');
    assert.equal(error.code, 'runbook.unknown');
    assert.deepEqual(error.facts, { words: 'bake-a-cake' });
    assert.ok(error.suggestions.length > 0);
    await product.says('engineer', 'runbooks');
    bench.keep('version: 1');
    const card = await product.card('engineer', 'runbooks');
    const gone = await product.presses('engineer', card, 'show-runbook', { runbook: 'restart-vm' });
    assert.equal(only(gone.notices, 'error').code, 'runbook.unknown');
  });

  it('says that its role is not theirs, and offers nothing', async () => {
    const notice = await shown('runbook web-contributor');
    assert.deepEqual([notice.standing, notice.key], ['not-eligible', null]);
    const card = await product.card('engineer', 'runbook');
    const forged = await product.presses('engineer', card, 'open-role-form');
    assert.equal(only(forged.notices, 'error').code, 'card.malformed');
  });

  it('leads through the group that gives the role', async () => {
    const notice = await shown('runbook payments-contributor');
    assert.deepEqual([notice.standing, notice.through], ['eligible', 'sg-payments-oncall']);
    const card = await product.card('engineer', 'runbook');
    const form = only((await product.presses('engineer', card, 'open-role-form')).notices, 'activation-form');
    assert.equal(form.roles[0]?.through, 'sg-payments-oncall');
  });

  it('says that the role is active, or asked for already, and does not offer it again', async () => {
    await product.says('engineer', 'activate Virtual Machine Operator for 30m because x');
    const active = await shown('runbook restart-vm');
    assert.deepEqual([active.standing, active.activeUntil, active.key], ['active', '2026-11-23T09:30:00Z', null]);
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 1h because x');
    const waiting = await shown('runbook assign-users');
    assert.deepEqual([waiting.standing, waiting.key], ['waiting', null]);
  });

  it('does not call unknown what could not be read “not yours”', async () => {
    product.seeded.tenant.failNext('listEligible', new AccessError('graph.unavailable', 'down'), { surface: 'azure' });
    assert.equal((await shown('runbook web-contributor')).standing, 'unknown');
  });
});
