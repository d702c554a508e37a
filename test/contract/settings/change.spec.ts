import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { RoleSettings } from '../../../src/domain/role-settings.ts';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { GOOD, isChange, type SettingsTurns, settingsTurns } from './settings-turns.ts';

describe('changing role settings', () => {
  let turns: SettingsTurns;
  let operator: RoleAtScope;
  beforeEach(async () => {
    turns = await settingsTurns();
    operator = await turns.role('Contoso-App-Assignment-Operator');
  });

  const held = async (role = operator): Promise<RoleSettings> => {
    const { principalId } = { principalId: turns.product.seeded.idOf('admin') };
    return (await turns.services.roles.administrationOf(role).readSettings({ principalId }, role)).settings;
  };
  const phases = async (): Promise<readonly string[]> => {
    const cards = await Promise.all((['admin', 'oncall'] as const).map((one) => turns.product.cards(one)));
    return cards
      .flat()
      .map(({ notice }) => notice)
      .filter(isChange)
      .map(({ view, phase, problem }) => `${view} ${phase} ${problem?.code ?? ''}`.trim());
  };
  const confirmation = async (): Promise<CardRecord> => await turns.holds('oncall', 'policy-change');
  const changeIdOf = ({ notice }: CardRecord): string => (isChange(notice) ? notice.changeId : '');
  const trail = async () => (await turns.product.audit()).filter((event) => event.startsWith('settings.'));

  describe('confirming', () => {
    beforeEach(async () => {
      await turns.proposes(operator, GOOD);
    });

    it('writes with the token of the second administrator, and both cards say so', async () => {
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.equal((await held()).activation.maximumDuration, 'PT1H');
      assert.deepEqual(await phases(), ['proposer done', 'confirmer done']);
      assert.deepEqual(await trail(), ['settings.proposed', 'settings.confirmed', 'settings.written']);
      assert.deepEqual(await turns.product.waiting(), []);
    });

    it('has what is kept of the role forgotten, also when the write failed half way', async () => {
      const forget = sinon.spy(turns.services.reader, 'forget');
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.deepEqual(
        forget.args.map(([role]) => role.roleName),
        ['Contoso-App-Assignment-Operator'],
      );
      // The card of the second change is the newer one only when time has passed.
      await turns.product.passes('PT1S');
      await turns.proposes(operator, { ...GOOD, maximum: '2h' });
      turns.product.seeded.tenant.failNext('writeSettings', new AccessError('activation.in_doubt', 'lost'));
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.equal(forget.callCount, 2);
    });

    it('wants a sign-in of that click, and keeps it until then', async () => {
      const card = await confirmation();
      const press = turns.presses('oncall', card, 'confirm-settings', { isAdmin: false });
      await assert.rejects(press, { code: 'identity.admin_sign_in_required' });
      await turns.presses('oncall', card, 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer done', 'confirmer done']);
    });

    it('is nobody else’s', async () => {
      const card = await confirmation();
      for (const handle of ['admin', 'engineer'] as const) {
        await assert.rejects(turns.presses(handle, card, 'confirm-settings'), { code: 'settings.change_over' });
      }
      assert.equal((await held()).activation.maximumDuration, 'PT4H');
    });

    it('writes once when it is pressed twice at the same instant', async () => {
      const card = await confirmation();
      const presses = [1, 2].map(() => turns.presses('oncall', card, 'confirm-settings'));
      const settled = await Promise.allSettled(presses);
      const { length } = settled.filter(({ status }) => status === 'fulfilled');
      assert.equal(length, 1);
      assert.equal(turns.product.seeded.tenant.calls.filter((call) => call === 'writeSettings').length, 1);
    });

    it('fails when the tenant holds something else by now', async () => {
      const before = await held();
      const to = { ...before, activation: { ...before.activation, maximumDuration: 'PT3H' } };
      const actor = { principalId: turns.product.seeded.idOf('admin') };
      await turns.services.roles.administrationOf(operator).writeSettings(actor, operator, { from: before, to });
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.equal((await held()).activation.maximumDuration, 'PT3H');
      assert.deepEqual(await phases(), [
        'proposer failed settings.changed_meanwhile',
        'confirmer failed settings.changed_meanwhile',
      ]);
      assert.deepEqual(await trail(), ['settings.proposed', 'settings.refused']);
    });

    it('is given back when the second administrator may not write', async () => {
      turns.product.seeded.tenant.failNext('writeSettings', new AccessError('graph.forbidden', 'not on'));
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer proposed graph.forbidden', 'confirmer proposed graph.forbidden']);
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer done', 'confirmer done']);
    });

    it('finds out what became of a write whose answer was lost', async () => {
      const lost = new AccessError('activation.in_doubt', 'lost');
      turns.product.seeded.tenant.failNext('writeSettings', lost, { afterEffect: true });
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer done', 'confirmer done']);
    });

    it('says that it does not know when the tenant does not show the change', async () => {
      turns.product.seeded.tenant.failNext('writeSettings', new AccessError('activation.in_doubt', 'lost'));
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer failed activation.in_doubt', 'confirmer failed activation.in_doubt']);
    });

    it('fails when Microsoft took it and the tenant does not show it', async () => {
      const part = turns.product.seeded.tenant.administrationOf('directory');
      sinon.stub(part, 'writeSettings').resolves();
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer failed settings.refused', 'confirmer failed settings.refused']);
      const { notice } = await turns.holds('admin', 'policy-change');
      assert.deepEqual(isChange(notice) && notice.problem?.facts, { paths: 'activation.maximumDuration' });
    });

    it('does not call it done when nobody could look again', async () => {
      const card = await confirmation();
      const part = turns.product.seeded.tenant.administrationOf('directory');
      const write = part.writeSettings.bind(part);
      sinon.stub(part, 'writeSettings').callsFake(async (...args) => {
        await write(...args);
        turns.product.seeded.tenant.failNext('readSettings', new AccessError('graph.unavailable', 'down'));
      });
      await turns.presses('oncall', card, 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer failed activation.in_doubt', 'confirmer failed activation.in_doubt']);
      assert.equal((await held()).activation.maximumDuration, 'PT1H');
    });

    it('fails with what Microsoft refused', async () => {
      const refused = new AccessError('settings.refused', 'InvalidPolicy', { facts: { reason: 'InvalidPolicy' } });
      turns.product.seeded.tenant.failNext('writeSettings', refused);
      await turns.presses('oncall', await confirmation(), 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer failed settings.refused', 'confirmer failed settings.refused']);
      assert.deepEqual(await trail(), ['settings.proposed', 'settings.confirmed', 'settings.refused']);
    });

    it('changes nothing when the tenant cannot be read, and keeps the click', async () => {
      const card = await confirmation();
      turns.product.seeded.tenant.failNext('readSettings', new AccessError('graph.unavailable', 'down'));
      await assert.rejects(turns.presses('oncall', card, 'confirm-settings'), { code: 'graph.unavailable' });
      await turns.presses('oncall', card, 'confirm-settings');
      assert.deepEqual(await phases(), ['proposer done', 'confirmer done']);
    });
  });

  it('judges a lock-out again at the click', async () => {
    await turns.proposes(operator, { ...GOOD, approvers: 'sg-oncall-leads' });
    turns.product.seeded.tenant.setGroup('sg-oncall-leads', []);
    await turns.presses('oncall', await confirmation(), 'confirm-settings');
    assert.deepEqual(await phases(), ['proposer failed settings.locks_out', 'confirmer failed settings.locks_out']);
    assert.equal((await held()).activation.maximumDuration, 'PT4H');
  });

  describe('ending without a write', () => {
    beforeEach(async () => {
      await turns.proposes(operator, GOOD);
    });

    it('is declined by the second administrator, without a sign-in', async () => {
      const card = await confirmation();
      await turns.presses('oncall', card, 'decline-settings', { isAdmin: false });
      assert.deepEqual(await phases(), ['proposer declined', 'confirmer declined']);
      await assert.rejects(turns.presses('oncall', await confirmation(), 'confirm-settings'), {
        code: 'settings.change_over',
        facts: { state: 'declined' },
      });
      assert.deepEqual(await trail(), ['settings.proposed', 'settings.declined']);
    });

    it('is withdrawn by the proposer and by nobody else', async () => {
      await assert.rejects(turns.presses('oncall', await confirmation(), 'withdraw-settings'), {
        code: 'settings.change_over',
      });
      const own = await turns.holds('admin', 'policy-change');
      await assert.rejects(turns.presses('admin', own, 'decline-settings'), { code: 'settings.change_over' });
      await turns.presses('admin', own, 'withdraw-settings', { isAdmin: false });
      assert.deepEqual(await phases(), ['proposer withdrawn', 'confirmer withdrawn']);
    });

    it('expires after a day, not before', async () => {
      const card = await confirmation();
      assert.deepEqual(await turns.expires(changeIdOf(card)), []);
      turns.product.clock.set('2026-11-24T09:00:00Z');
      await assert.rejects(turns.presses('oncall', card, 'confirm-settings'), { facts: { state: 'expired' } });
      assert.equal((await turns.expires(changeIdOf(card))).length, 2);
      assert.deepEqual(await phases(), ['proposer expired', 'confirmer expired']);
      assert.deepEqual(await turns.expires(changeIdOf(card)), []);
    });

    it('is in doubt when whoever wrote it died', async () => {
      const id = changeIdOf(await confirmation());
      const at = turns.product.clock.now();
      await turns.services.store.now.settingsChanges.change(id, ['proposed'], { state: 'writing', decidedAt: at });
      turns.product.clock.set('2026-11-23T09:04:59Z');
      assert.deepEqual(await turns.expires(id), []);
      turns.product.clock.set('2026-11-23T09:05:00Z');
      await turns.expires(id);
      assert.deepEqual(await phases(), ['proposer failed activation.in_doubt', 'confirmer failed activation.in_doubt']);
    });
  });

  describe('without a second administrator', () => {
    beforeEach(async () => {
      turns = await settingsTurns(false);
      operator = await turns.role('Contoso-App-Assignment-Operator');
      await turns.proposes(operator, { maximum: '1h', reason: 'too long' });
    });

    it('is confirmed by the proposer', async () => {
      const card = await turns.holds('admin', 'policy-change');
      assert.ok(isChange(card.notice));
      assert.deepEqual([card.notice.view, card.notice.confirmerName], ['confirmer', null]);
      await turns.presses('admin', card, 'confirm-settings');
      assert.equal((await held()).activation.maximumDuration, 'PT1H');
      assert.deepEqual(await phases(), ['confirmer done']);
    });

    it('is refused once two are wanted', async () => {
      const card = await turns.holds('admin', 'policy-change');
      (turns.services as { isFourEyesOn: boolean }).isFourEyesOn = true;
      await assert.rejects(turns.presses('admin', card, 'confirm-settings'), { code: 'settings.needs_second_person' });
    });
  });
});
