import assert from 'node:assert/strict';
import { type RenderContext, renderNotice } from '../../../cards/render.ts';
import type { AdministrationNotice } from '../../../src/domain/administration-notice.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { actionsOf, buttonsOf, inputsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';
import { ADMINISTRATION_BASES, AZURE_ROLE, EXPORT_ID, GROUP } from './administration-bases.ts';
import { unboxed } from './lines.ts';

const BASES = ADMINISTRATION_BASES;
const draw = (notice: Notice, overrides: Partial<RenderContext> = {}) =>
  unboxed(renderNotice(notice, aRenderContext(overrides)));

describe('buttons of administrators’ cards', () => {
  const table: readonly (readonly [string, AdministrationNotice, readonly string[]])[] = [
    ['history', BASES.history, []],
    ['who-has', BASES['who-has'], ['Export']],
    ['who-has without rows', { ...BASES['who-has'], rows: [], total: 0, totalEligible: 0 }, []],
    ['who-approves', BASES['who-approves'], []],
    ['bundles', BASES.bundles, ['Run', 'Delete']],
    ['bundles without any', { ...BASES.bundles, bundles: [] }, []],
    ['extension-requested', BASES['extension-requested'], []],
    ['report', BASES.report, ['Open list']],
    ['assignment-form', BASES['assignment-form'], ['Review']],
    ['assignment-change', BASES['assignment-change'], ['Confirm', 'Change…', 'Drop']],
    ['assignment-change done', { ...BASES['assignment-change'], phase: 'done', outcome: 'provisioned' }, []],
    ['assignment-change refused', { ...BASES['assignment-change'], phase: 'refused' }, []],
    ['assignment-change dropped', { ...BASES['assignment-change'], phase: 'dropped' }, []],
    ['settings', BASES.settings, ['Change…', 'As code']],
    ['settings-document', BASES['settings-document'], ['Settings']],
    ['settings-form', BASES['settings-form'], ['Review change']],
    ['policy-change for who confirms', BASES['policy-change'], ['Confirm', 'Decline']],
    ['policy-change for who proposed', { ...BASES['policy-change'], view: 'proposer' }, ['Withdraw']],
    ['policy-change being written', { ...BASES['policy-change'], phase: 'writing' }, []],
    ['policy-change done', { ...BASES['policy-change'], phase: 'done' }, ['Settings']],
    ['policy-change failed', { ...BASES['policy-change'], phase: 'failed' }, ['Settings']],
    ['policy-change declined', { ...BASES['policy-change'], phase: 'declined' }, []],
  ];
  for (const [name, notice, titles] of table) {
    it(`of ${name} are ${titles.length === 0 ? 'none' : titles.join(', ')}`, () => {
      assert.deepEqual(buttonsOf(draw(notice)), titles);
    });
  }

  it('ask for what they say', () => {
    const verbs = (notice: Notice) => actionsOf(draw(notice)).map((action) => action.verb);
    assert.deepEqual(verbs(BASES['assignment-change']), ['confirm-assignment', 'edit-assignment', 'drop-assignment']);
    assert.deepEqual(verbs(BASES['policy-change']), ['confirm-settings', 'decline-settings']);
    assert.deepEqual(verbs({ ...BASES['policy-change'], view: 'proposer' }), ['withdraw-settings']);
    assert.deepEqual(verbs(BASES.bundles), ['run-bundle', 'delete-bundle']);
    assert.deepEqual(verbs(BASES.settings), ['open-settings-form', 'show-settings-document']);
  });

  it('mark a removal as destructive, and every other change not', () => {
    const style = (notice: Notice) => actionsOf(draw(notice))[0]?.style;
    assert.equal(style({ ...BASES['assignment-change'], action: 'remove' }), 'destructive');
    assert.equal(style(BASES['assignment-change']), 'positive');
  });

  it('lead only to a list on our own page', () => {
    const [link] = actionsOf(draw(BASES.report));
    assert.equal(link?.url, `https://pimlico.contoso.example/export?id=${EXPORT_ID}`);
    for (const rendered of [
      draw({ ...BASES.report, exportId: 'https://evil.example' }),
      draw(BASES.report, { publicUrl: null }),
    ]) {
      assert.deepEqual(actionsOf(rendered), []);
      assert.equal(
        textOf(rendered, 'how'),
        'There is no page of mine to fetch it from: whoever runs this bot has to set its public address.',
      );
    }
  });
});

describe('inputs of administrators’ cards', () => {
  it('of an assignment are filled in as the person would type them', () => {
    assert.deepEqual(
      inputsOf(draw(BASES['assignment-form'])).map((input) => [input.id, input.value, input.isRequired ?? false]),
      [
        ['action', 'assign', true],
        ['kind', 'eligible', true],
        ['principal', 'Adele', true],
        ['role', 'Contributor', true],
        ['scope', 'rg-payments', false],
        ['end', '90 days', false],
        ['start', '2026-11-23 09:00', false],
        ['justification', 'new in the team', false],
        ['ticket', 'INC-42', false],
      ],
    );
  });

  it('of settings are filled in from what the tenant holds', () => {
    assert.deepEqual(
      inputsOf(draw(BASES['settings-form'])).map((input) => [input.id, input.value]),
      [
        ['maximum', '4h'],
        ['justification', 'true'],
        ['ticket', 'false'],
        ['mfa', 'true'],
        ['context', 'none'],
        ['approval', 'true'],
        ['approvers', 'Megan Bowen\nApprovers'],
        ['eligible-permanent', 'false'],
        ['eligible-maximum', '365 days'],
        ['active-permanent', 'true'],
        ['active-maximum', '180 days'],
        ['reason', ''],
        ['second-person', ''],
      ],
    );
  });

  it('of settings keep what was typed', () => {
    const values = { maximum: '99h', mfa: 'false', approvers: 'Diego\r\n  Megan Bowen ', reason: 'night shifts' };
    const rendered = draw({ ...BASES['settings-form'], values, needsSecondPerson: false });
    const shown = new Map(inputsOf(rendered).map((input) => [input.id, input.value]));
    assert.equal(shown.get('maximum'), '99h');
    assert.equal(shown.get('mfa'), 'false');
    assert.equal(shown.get('approvers'), 'Diego\nMegan Bowen');
    assert.equal(shown.get('reason'), 'night shifts');
    assert.equal(shown.get('ticket'), 'false');
    assert.equal(shown.has('second-person'), false);
  });

  it('of settings name approvers by id where their names would be read wrongly', () => {
    const { settings } = BASES['settings-form'];
    const approvers = [
      { kind: 'person', id: 'id-1', name: 'Bowen, Megan' },
      { kind: 'person', id: 'id-2', name: 'Diego' },
      { kind: 'group', id: 'id-3', name: 'Diego' },
      { kind: 'person', id: 'id-4', name: '' },
      { kind: 'person', id: 'id-5', name: 'Adele Vance' },
    ] as const;
    const approval = { ...settings.activation.approval, approvers };
    const rendered = draw({
      ...BASES['settings-form'],
      settings: { ...settings, activation: { ...settings.activation, approval } },
    });
    const input = inputsOf(rendered).find(({ id }) => id === 'approvers');
    assert.equal(input?.value, 'id-1\nid-2\nid-3\nid-4\nAdele Vance');
  });

  it('of settings leave out approvers that do not fit, so that none is lost', () => {
    const { settings } = BASES['settings-form'];
    const approvers = Array.from({ length: 100 }, (_, index) => ({
      kind: 'person' as const,
      id: `id-${index}`,
      name: `Approver number ${index}`,
    }));
    const approval = { ...settings.activation.approval, approvers };
    const rendered = draw({
      ...BASES['settings-form'],
      settings: { ...settings, activation: { ...settings.activation, approval } },
    });
    assert.equal(
      inputsOf(rendered).some(({ id }) => id === 'approvers'),
      false,
    );
    assert.equal(
      textOf(rendered, 'approvers-note'),
      'The approvers are too many for this form: they stay as they are.',
    );
  });

  it('of bundles choose the only one', () => {
    const [only] = BASES.bundles.bundles;
    const value = (notice: Notice) => inputsOf(draw(notice)).find(({ id }) => id === 'bundle')?.value;
    assert.equal(value({ ...BASES.bundles, bundles: [only] }), 'morning');
    assert.equal(value(BASES.bundles), '');
  });
});

describe('the words of administrators’ cards', () => {
  it('history: what happened, when, by whom and from where it is known', () => {
    assert.deepEqual(linesOf(draw(BASES.history)), [
      'History',
      'All your roles, since Fri 23 Oct, 16:00 (Europe/Madrid)',
      'Contributor on rg-payments: activated',
      'today 14:00 · by Alex Wilber',
      'disk full',
      'Security Reader: assigned as eligible',
      'Fri 20 Nov, 09:00 (Europe/Madrid) · from PIM’s log',
    ]);
    assert.equal(
      textOf(draw({ ...BASES.history, withoutLog: { code: 'graph.forbidden', facts: {} } }), 'without-log'),
      'This is only what went through me: PIM’s own log could not be read: your rights do not allow it.',
    );
  });

  it('who has: counts, and for each how and until when', () => {
    assert.deepEqual(linesOf(draw(BASES['who-has'])), [
      'Who has this access',
      'Contributor on rg-payments',
      '1 active, 1 eligible',
      'Adele Vance',
      'active, activated · until today 16:30',
      'sg-payments-oncall on Contoso Production',
      'a group · eligible · inherited · without an end',
    ]);
    assert.equal(linesOf(draw({ ...BASES['who-has'], roleName: null }))[3], 'Adele Vance: Contributor');
  });

  it('who approves: that something unknown is not nobody', () => {
    const words = (overrides: Partial<Extract<Notice, { card: 'who-approves' }>>) =>
      textOf(draw({ ...BASES['who-approves'], ...overrides }), 'approval');
    assert.equal(words({}), null);
    assert.equal(words({ isApprovalRequired: false }), 'Nobody has to approve: PIM turns it on at once.');
    assert.match(words({ isApprovalRequired: null }) ?? '', /I do not know whether somebody has to approve\.$/);
    assert.match(words({ areKnown: false }) ?? '', /^PIM does not tell me who else may approve/);
    assert.match(words({ areKnown: false, approvers: [] }) ?? '', /^PIM does not tell me who may approve/);
    assert.equal(words({ approvers: [] }), 'Approval is required, and nobody could give it.');
  });

  it('extension: that an administrator decides in the portal', () => {
    const rendered = draw(BASES['extension-requested']);
    assert.equal(textOf(rendered, 'until'), 'Wanted until: Thu 1 Apr 2027, 00:00 (Europe/Madrid)');
    assert.equal(
      textOf(rendered, 'what-next'),
      'PIM has taken it. An administrator decides in the portal; no bot can, and PIM does not tell me how it ends.',
    );
  });

  it('assignment: exactly what would change, with the path of the scope', () => {
    assert.deepEqual(linesOf(draw(BASES['assignment-change'])), [
      'Is this right?',
      'Nothing has been changed yet. This is exactly what I would ask PIM for:',
      'Change: New eligible assignment',
      'Person: Adele Vance (adele@contoso.example)',
      'Role: Contributor',
      'Scope: rg-payments (/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-payments)',
      'Start: at once',
      'End: Sat 20 Feb 2027, 15:00 (Europe/Madrid)',
      'Justification: new in the team',
      'Ticket: INC-42',
      'Confirm works until today 15:15.',
    ]);
  });

  it('assignment: before and after, and what an administrator may not have meant', () => {
    const current = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-11-30T12:00:00Z' };
    const permanent = draw({
      ...BASES['assignment-change'],
      action: 'update',
      kind: 'active',
      role: GROUP,
      current,
      endsAt: null,
    });
    assert.equal(textOf(permanent, 'role'), 'Group: sg-payments-oncall');
    assert.equal(textOf(permanent, 'scope'), 'As: owner of the group');
    assert.equal(textOf(permanent, 'start'), 'Start: as it is');
    assert.equal(textOf(permanent, 'end-before'), 'End now: Mon 30 Nov, 13:00 (Europe/Madrid)');
    assert.equal(textOf(permanent, 'end'), 'New end: never, it is permanent');
    assert.equal(
      textOf(permanent, 'warning'),
      'This gives access at once and without an end, with nothing to activate.',
    );
    const removal = draw({ ...BASES['assignment-change'], action: 'remove', kind: 'active', current });
    assert.equal(textOf(removal, 'end'), 'It would have ended: Mon 30 Nov, 13:00 (Europe/Madrid)');
    assert.match(textOf(removal, 'warning') ?? '', /up to 90 minutes longer\.$/);
  });

  it('assignment: what came of it', () => {
    const title = (overrides: Partial<Extract<Notice, { card: 'assignment-change' }>>) =>
      textOf(draw({ ...BASES['assignment-change'], ...overrides }), 'title');
    assert.equal(title({ phase: 'done', outcome: 'provisioned' }), 'The change is made');
    assert.equal(title({ phase: 'done', outcome: 'scheduled' }), 'The change is scheduled');
    assert.equal(title({ phase: 'done', outcome: 'waiting' }), 'PIM has the change');
    assert.equal(title({ phase: 'refused' }), 'The change was refused');
    assert.equal(title({ phase: 'dropped' }), 'The change was dropped');
  });

  it('settings: the portal’s three pages in Microsoft’s words', () => {
    assert.deepEqual(linesOf(draw(BASES.settings)), [
      'Role settings',
      'Role: User Administrator',
      'Scope: Whole tenant',
      'Activation',
      'Activation maximum duration: 4 hours',
      'On activation, require: Azure MFA',
      'Require justification on activation: Yes',
      'Require ticket information on activation: No',
      'Require approval to activate: Yes',
      'Approvers: Megan Bowen and Approvers (group)',
      'Require justification from approvers: Yes',
      'Assignment',
      'Allow permanent eligible assignment: No',
      'Expire eligible assignments after: 365 days',
      'Require on eligible assignment: None',
      'Allow permanent active assignment: Yes',
      'Expire active assignments after: 180 days, not enforced',
      'Require on active assignment: Justification',
      'Notifications',
      'All notifications: all emails, default recipients',
      'Changed last by Patti Fernandez: Sun 1 Nov, 10:00 (Europe/Madrid).',
    ]);
  });

  it('settings: what stands behind an authentication context, and rules that are not known', () => {
    const { settings } = BASES.settings;
    const activation = { ...settings.activation, authenticationContext: 'c1' };
    const notice = { ...BASES.settings, settings: { ...settings, activation }, unknownRules: ['Strange_Rule'] };
    const words = (contextBacking: Extract<Notice, { card: 'settings' }>['contextBacking']) =>
      textOf(draw({ ...notice, contextBacking }), 'context') ?? '';
    assert.match(words('not-targeted'), /^Weaker than it looks: no Conditional Access policy that is on targets c1/);
    assert.match(words('unchecked'), /^Unchecked: you may not read/);
    assert.equal(words('targeted'), 'A Conditional Access policy that is on targets c1.');
    assert.equal(words(null), '');
    assert.equal(
      textOf(draw(notice), 'unknown-rules'),
      'Rules that I do not know and leave as they are: Strange_Rule.',
    );
  });

  it('settings: notifications that are not as Microsoft sets them', () => {
    const { settings } = BASES.settings;
    const [first, second, ...rest] = settings.notifications;
    assert.ok(first && second);
    const notifications = [
      { ...first, level: 'Critical', isDefaultRecipientsEnabled: false, recipients: ['pim@contoso.example'] },
      { ...second, isDefaultRecipientsEnabled: false },
      ...rest,
    ] as const;
    const lines = linesOf(draw({ ...BASES.settings, settings: { ...settings, notifications } }));
    assert.deepEqual(lines.slice(19, 22), [
      'Role assignment alert, when members are assigned as eligible to this role: critical emails only, to pim@contoso.example',
      'Notification to the assigned user (assignee), when members are assigned as eligible to this role: all emails, to nobody',
      'The other 7 notifications: all emails, default recipients',
    ]);
  });

  it('document: each line in its place', () => {
    const lines = linesOf(draw(BASES['settings-document']));
    assert.deepEqual(lines.slice(2), [
      'role: Contributor',
      'activation:',
      '\u00a0\u00a0maximumDuration: PT4H',
      '\u00a0\u00a0requires:',
      '\u00a0\u00a0\u00a0\u00a0- Justification',
    ]);
  });

  it('change of settings: before and after, warnings, and who is to confirm', () => {
    const rendered = draw(BASES['policy-change']);
    assert.deepEqual(linesOf(rendered), [
      'Role settings: your confirmation is needed',
      'Nothing is changed yet. When you confirm, it is written in your name.',
      'Role: Contributor',
      'Scope: rg-payments (/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-payments)',
      'Proposed by: Patti Fernandez',
      'To be confirmed by: Adele Vance',
      'Reason: night shifts',
      'What would change',
      'Activation maximum duration',
      '4 hours → 8 hours',
      'Require approval to activate',
      'yes → no',
      'Activation will no longer need anybody’s approval.',
      'It can be confirmed until tomorrow 15:00.',
    ]);
    const declined = draw({ ...BASES['policy-change'], phase: 'declined' });
    assert.equal(textOf(declined, 'title'), 'The change was declined');
    assert.equal(textOf(declined, 'confirmer'), 'Declined by: Adele Vance');
    assert.equal(textOf(declined, 'differences-heading'), 'What would have changed');
  });

  it('change of settings: that a value is cut', () => {
    const after = 'x'.repeat(2_000);
    const differences = [{ path: 'a', label: 'Select approvers', before: 'none', after }];
    assert.equal(
      textOf(draw({ ...BASES['policy-change'], differences }), 'more'),
      'A value is longer than a card can show: this is not all of it. A smaller change can be seen whole.',
    );
  });

  it('forms that are closed say what they were about', () => {
    assert.deepEqual(linesOf(draw(BASES['assignment-form'], { isRetired: true })), [
      'Assignment form, closed',
      'Person or group: Adele',
      'Role: Contributor',
      'Scope: rg-payments',
    ]);
    assert.deepEqual(linesOf(draw({ ...BASES['settings-form'], role: AZURE_ROLE }, { isRetired: true })), [
      'Settings form, closed',
      'Role: Contributor',
      'Scope: rg-payments (/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-payments)',
    ]);
  });
});
