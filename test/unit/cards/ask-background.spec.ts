import assert from 'node:assert/strict';
import { renderNotice } from '../../../cards/render.ts';
import type { AskBackground } from '../../../src/domain/approval-facts.ts';
import { BACKGROUND } from '../../support/approval-notices.ts';
import { buttonsOf, elementOf, inputsOf, partsOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext, BASES } from '../../support/notices.ts';

const draw = (background: AskBackground, overrides: Parameters<typeof aRenderContext>[0] = {}) =>
  renderNotice({ ...BASES['approval-request'], background }, aRenderContext(overrides));
const detail = (rendered: ReturnType<typeof draw>, id: string): string | undefined => {
  const row = partsOf(elementOf(rendered, 'details')).find((part) => part.id === id);
  return row && (row.inlines as { text: string }[]).map(({ text }) => text).join('');
};

describe('what an approver is shown besides the request', () => {
  it('is the risk with its first reason, right behind the role', () => {
    const rendered = draw(BACKGROUND);
    assert.equal(
      textOf(rendered, 'risk'),
      'Risk: Can change who has access, or get at what others may do. For one, it gives anybody any role here, itself included.',
    );
    const ids = (rendered.card.body as { id?: string }[]).map(({ id }) => id);
    assert.equal(ids.indexOf('risk'), ids.indexOf('role') + 1);
    assert.deepEqual(
      partsOf(elementOf(rendered, 'risk')).flatMap(({ color }) => color ?? []),
      ['Attention'],
    );
  });

  it('is the whole path of the scope, with its id behind “More”', () => {
    const rendered = draw(BACKGROUND);
    assert.equal(textOf(rendered, 'scope-path'), 'Within: mg-contoso › Contoso Production › rg-payments');
    assert.equal(elementOf(rendered, 'details')?.isVisible, false);
    assert.equal(
      detail(rendered, 'scope-id'),
      'Scope ID: /subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-payments',
    );
    const toggled = partsOf(elementOf(rendered, 'more-about')).flatMap(({ targetElements }) => targetElements ?? []);
    assert.deepEqual(toggled, ['details']);
  });

  it('is what else the requester has now, and what they asked for in thirty days', () => {
    const rendered = draw(BACKGROUND);
    assert.equal(
      textOf(rendered, 'active-roles'),
      'Other active roles: Security Reader until today 16:30 and Reader on Contoso Staging',
    );
    assert.equal(
      textOf(rendered, 'past'),
      'Past 30 days: 12 requests, 8 approved, 1 denied; this role last Thu 12 Nov, 09:30 (Europe/Madrid) (as far as recorded here)',
    );
  });

  it('says what could not be read, and never that it is nothing', () => {
    const unread = draw({
      ...BACKGROUND,
      risk: null,
      active: { roles: [], further: 0, unread: ['directory', 'group', 'azure'] },
    });
    assert.equal(textOf(unread, 'risk'), 'Risk: not known: the definition of the role could not be read.');
    assert.equal(
      textOf(unread, 'active-roles'),
      'Other active roles: Microsoft Entra roles, groups and Azure roles could not be read',
    );
    const partly = draw({ ...BACKGROUND, active: { ...BACKGROUND.active, unread: ['azure'] } });
    assert.match(textOf(partly, 'active-roles') ?? '', /Contoso Staging; Azure roles could not be read$/);
    const none = draw({ ...BACKGROUND, active: { roles: [], further: 0, unread: [] } });
    assert.equal(textOf(none, 'active-roles'), 'Other active roles: none');
  });

  it('is what a group gives, with the heaviest of it as its risk', () => {
    const given = { roleName: 'Contributor', scopeName: 'rg-payments', gives: 'eligible' } as const;
    const group = { access: 'member', roles: [given], further: 0, isRiskPartial: true } as const;
    const rendered = draw({ ...BACKGROUND, surface: 'group', group });
    assert.equal(textOf(rendered, 'gives'), 'Gives: Contributor on rg-payments (to activate)');
    assert.match(
      textOf(rendered, 'risk') ?? '',
      /itself included\. Some of what the group gives could not be judged\.$/,
    );
    const owner = draw({ ...BACKGROUND, surface: 'group', group: { ...group, access: 'owner' } });
    assert.equal(textOf(owner, 'risk'), 'Risk: Whoever owns a group decides who gets what it gives.');
    const hidden = draw({ ...BACKGROUND, surface: 'group', risk: null, group: { ...group, roles: null } });
    assert.equal(textOf(hidden, 'gives'), 'Gives: could not be read');
    assert.equal(textOf(hidden, 'risk'), 'Risk: not known: what the group gives could not be judged.');
  });

  it('leads to the page of the portal where such requests are decided, without a button more', () => {
    const pages = (['directory', 'group', 'azure'] as const).map((surface) => {
      const rendered = draw({ ...BACKGROUND, surface });
      assert.deepEqual(buttonsOf(rendered), ['Approve', 'Deny']);
      return partsOf(elementOf(rendered, 'portal')).flatMap(({ url }) => url ?? []);
    });
    assert.deepEqual(
      pages.flat().map((url) => String(url).replace(/^.*ApproveRequestMenuBlade/, '')),
      ['/~/aadmigratedroles', '/~/aadgroup', '/~/azurerbac'],
    );
    assert.equal(elementOf(draw(BACKGROUND, { isRetired: true }), 'portal'), undefined);
  });

  it('is for their own eyes: a card that several people read says nothing of it', () => {
    const rendered = draw(BACKGROUND, { isShared: true });
    const words = JSON.stringify(rendered.card);
    for (const secret of ['Security Reader', '12 requests', 'Can change who has access']) {
      assert.ok(!words.includes(secret), secret);
    }
  });

  it('stays there in the second step, whose input never stands on a card that refreshes', () => {
    const rendered = draw(BACKGROUND, { step: 'approve' });
    assert.equal(inputsOf(rendered).length, 1);
    assert.equal('refresh' in rendered.card, false);
    assert.match(textOf(rendered, 'risk') ?? '', /^Risk: /);
  });

  it('fits a card with the longest names', () => {
    const long = '漢'.repeat(300);
    const role = { roleName: long, scopeName: long, endsAt: '2026-11-22T15:30:00Z', gives: 'eligible' } as const;
    const many = Array.from({ length: 20 }, () => role);
    const background: AskBackground = {
      ...BACKGROUND,
      group: { access: 'member', roles: many, further: 80, isRiskPartial: true },
      scope: { id: `/${long}`, path: Array.from({ length: 9 }, () => ({ kind: 'management-group', name: long })) },
      active: { roles: many, further: 80, unread: ['azure'] },
    };
    const bytes = Buffer.byteLength(JSON.stringify(draw(background).card));
    assert.ok(bytes < 25_000, `${bytes} bytes`);
  });
});
