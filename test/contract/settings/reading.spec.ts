import assert from 'node:assert/strict';
import { AccessError } from '../../../src/errors.ts';
import type { CardRecord } from '../../../src/ports/store.ts';
import { parseSettingsDocument } from '../../../src/roles/settings-document.ts';
import { readSettingsDocument } from '../../../src/use-cases/settings/read-settings.ts';
import { openSettingsForm } from '../../../src/use-cases/settings/settings-form.ts';
import { type SettingsTurns, settingsTurns } from './settings-turns.ts';

describe('reading role settings', () => {
  let turns: SettingsTurns;
  beforeEach(async () => {
    turns = await settingsTurns();
  });

  it('answers with the settings and what stands behind the context', async () => {
    const notice = await turns.asks('admin', 'privileged role administrator');
    assert.ok(notice.card === 'settings');
    assert.equal(notice.role.roleName, 'Privileged Role Administrator');
    assert.equal(notice.settings.activation.authenticationContext, 'c1');
    assert.equal(notice.contextBacking, 'targeted');
  });

  it('says nothing about a context where none is demanded', async () => {
    const notice = await turns.asks('admin', 'Security Reader');
    assert.ok(notice.card === 'settings');
    assert.equal(notice.contextBacking, null);
  });

  it('names who may read them to a person who may not', async () => {
    await assert.rejects(turns.asks('newcomer', 'Security Reader'), (error: { code: string; facts: object }) => {
      assert.equal(error.code, 'graph.forbidden');
      assert.deepEqual(error.facts, {
        roleName: 'Security Reader',
        scopeName: 'Whole tenant',
        needs: 'Global Reader, Security Reader or Privileged Role Administrator',
      });
      return true;
    });
  });

  it('shows them to whoever may activate exactly this role, and writes them as a document', async () => {
    const notice = await turns.asks('engineer', 'Security Reader');
    assert.ok(notice.card === 'settings');
    assert.equal(notice.role.roleName, 'Security Reader');
    const named = { words: 'Security Reader', scope: null };
    const document = await readSettingsDocument(turns.services, await turns.asker('engineer', false), named);
    assert.equal(document.card, 'settings-document');
    await assert.rejects(turns.asks('engineer', 'Privileged Role Administrator'), { code: 'graph.forbidden' });
  });

  it('shows them to an approver that they name, also through a group, and only while approval is on', async () => {
    const { seeded } = turns.product;
    const role = await turns.role('User Administrator');
    const { reader } = turns.services;
    const policy = await reader.readPolicy(role);
    const id = seeded.groupId('sg-oncall-leads');
    const named = { ...policy, approvers: [{ kind: 'group', id, name: 'sg-oncall-leads' }] as const };
    seeded.tenant.setPolicy(role, { ...named, isApprovalRequired: true });
    assert.equal((await turns.asks('oncall2', 'User Administrator')).card, 'settings');
    await assert.rejects(turns.asks('approver', 'User Administrator'), { code: 'graph.forbidden' });
    seeded.tenant.setPolicy(role, { ...named, isApprovalRequired: false });
    await assert.rejects(turns.asks('oncall2', 'User Administrator'), { code: 'graph.forbidden' });
  });

  it('keeps the refusal where the reader may not look either, and never changes anything with its eyes', async () => {
    const { seeded } = turns.product;
    const role = await turns.role('Security Reader');
    const form = openSettingsForm(turns.services, await turns.asker('engineer', false), { role });
    await assert.rejects(form, { code: 'graph.forbidden' });
    seeded.tenant.readerFailure = new AccessError('graph.forbidden', 'not for the reader');
    await assert.rejects(turns.asks('engineer', 'Security Reader'), { code: 'graph.forbidden' });
  });

  it('suggests roles of one name each with its place, and none twice', async () => {
    const notice = await turns.asks('engineer', 'Readerr of Something');
    assert.ok(notice.card === 'error');
    assert.ok(notice.suggestions.length > 0);
    assert.deepEqual([...new Set(notice.suggestions)], notice.suggestions);
    assert.ok(notice.suggestions.every((text) => text.includes(' on ')));
  });

  it('asks which one when there are several, each to be said again', async () => {
    const notice = await turns.asks('engineer', 'Reader');
    assert.ok(notice.card === 'error');
    assert.deepEqual([notice.code, notice.facts.fit], ['role.not_found', 'several']);
    assert.deepEqual([...notice.suggestions].sort(), ['Reader on Contoso Production', 'Reader on Contoso Staging']);
  });

  it('tells two scopes of one name apart by their paths', async () => {
    const notice = await turns.asks('admin', 'Virtual Machine Operator', 'rg-payments');
    assert.ok(notice.card === 'error');
    assert.equal(notice.suggestions.length, 2);
    for (const suggestion of notice.suggestions) {
      assert.match(suggestion, /^Virtual Machine Operator on \/subscriptions\/.+\/resourceGroups\/rg-payments$/);
    }
  });

  it('suggests the nearest own roles when there is none', async () => {
    const notice = await turns.asks('engineer', 'Zecurity Officer');
    assert.ok(notice.card === 'error');
    assert.deepEqual([notice.code, notice.facts.fit], ['role.not_found', 'none']);
    assert.ok(notice.suggestions.length > 0);
  });

  it('prints a document that reads back as the settings', async () => {
    const named = { words: 'User Administrator', scope: null };
    const notice = await readSettingsDocument(turns.services, await turns.asker('admin'), named);
    assert.ok(notice.card === 'settings-document');
    const { role, settings } = parseSettingsDocument(notice.document);
    assert.equal(role.roleName, 'User Administrator');
    assert.equal(settings.activation.maximumDuration, 'PT2H');
  });

  it('goes from the settings to the document and back by its buttons', async () => {
    const asker = await turns.asker('admin', false);
    const notice = await turns.asks('admin', 'User Administrator');
    const post = { story: asker.turnId, recipient: asker.person.id, delivery: 'now' } as const;
    await turns.services.store.now.cards.post({ ...post, notice });
    await turns.presses('admin', await turns.holds('admin', 'settings'), 'show-settings-document', { isAdmin: false });
    const document: CardRecord = await turns.holds('admin', 'settings-document');
    const [back] = await turns.presses('admin', document, 'show-settings', { isAdmin: false });
    assert.ok(back?.card === 'settings');
    assert.equal(back.role.roleName, 'User Administrator');
  });
});
