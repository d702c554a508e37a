import assert from 'node:assert/strict';
import type { SettingsFormNotice } from '../../../src/domain/administration-notice.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { RoleSettings } from '../../../src/domain/role-settings.ts';
import { AccessError } from '../../../src/errors.ts';
import { aPerson } from '../../support/fakes/builders.ts';
import { GOOD, isChange, type SettingsTurns, settingsTurns } from './settings-turns.ts';

function formOf(notices: readonly Notice[]): SettingsFormNotice {
  const [form] = notices;
  assert.equal(form?.card, 'settings-form');
  return form;
}

const problemsOf = (notices: readonly Notice[]) =>
  formOf(notices).problems.map(({ code, facts }) => `${code} ${facts.kind ?? ''} ${facts.field ?? ''}`.trim());

describe('proposing a change of role settings', () => {
  let turns: SettingsTurns;
  let operator: RoleAtScope;
  beforeEach(async () => {
    turns = await settingsTurns();
    operator = await turns.role('Contoso-App-Assignment-Operator');
  });

  const vmOperator = async () => {
    const { id } = turns.product.seeded.scopes.rgPayments;
    return await turns.role('Virtual Machine Operator', id);
  };
  const held = async (): Promise<RoleSettings> => {
    const actor = { principalId: turns.product.seeded.idOf('admin') };
    return (await turns.services.roles.administrationOf(operator).readSettings(actor, operator)).settings;
  };
  const trail = async () => (await turns.product.audit()).filter((event) => event.startsWith('settings.'));

  it('sends a card to both and writes nothing', async () => {
    const before = await held();
    const notices = await turns.proposes(operator, GOOD);
    const [own, theirs] = notices.filter(isChange);
    assert.deepEqual(
      [own?.role.roleName, own?.role.scope],
      ['Contoso-App-Assignment-Operator', { id: '/', name: 'Whole tenant' }],
    );
    assert.deepEqual(own, {
      card: 'policy-change',
      changeId: own?.changeId,
      role: own?.role,
      phase: 'proposed',
      view: 'proposer',
      proposerName: 'Patti Fernandez',
      confirmerName: 'Lynne Robbins',
      differences: [
        {
          path: 'activation.maximumDuration',
          label: 'Activation maximum duration',
          before: 'PT4H',
          after: 'PT1H',
        },
      ],
      reason: 'too long',
      warnings: [],
      problem: null,
      expiresAt: '2026-11-24T09:00:00Z',
    });
    assert.deepEqual(theirs, { ...own, view: 'confirmer' });
    assert.deepEqual(await held(), before);
    assert.deepEqual(await trail(), ['settings.proposed']);
    assert.deepEqual(await turns.product.waiting(), ['settings-change.expire']);
  });

  it('asks for a sign-in to the admin app and keeps the click', async () => {
    await turns.proposes(operator, {});
    const form = await turns.holds('admin', 'settings-form');
    const press = turns.presses('admin', form, 'propose-settings', { inputs: GOOD, isAdmin: false });
    await assert.rejects(press, { code: 'identity.admin_sign_in_required' });
    assert.equal((await turns.presses('admin', form, 'propose-settings', { inputs: GOOD })).length, 3);
  });

  const mended: readonly (readonly [string, Record<string, string>, string])[] = [
    ['nothing is typed but a reason', { maximum: '' }, 'settings.invalid nothing'],
    ['no reason is given', { reason: ' ' }, 'settings.invalid form reason'],
    ['a length of time is none', { maximum: 'long' }, 'settings.invalid form maximum'],
    ['a maximum has no unit', { maximum: '2' }, 'settings.invalid form maximum'],
    ['the maximum is too long', { maximum: '25h' }, 'settings.invalid maximum-out-of-bounds'],
    ['yes or no is neither', { mfa: 'perhaps' }, 'settings.invalid form mfa'],
    ['MFA meets a context', { mfa: 'yes', context: 'c1' }, 'settings.invalid mfa-and-context'],
    ['a context is none', { context: 'c100' }, 'settings.invalid context-unknown'],
    ['nobody is named', { 'second-person': '' }, 'settings.needs_second_person'],
    ['the second person is the first', { 'second-person': 'Patti Fernandez' }, 'settings.needs_second_person'],
    ['the second person is unknown', { 'second-person': 'Nobody' }, 'directory.person_unknown'],
    ['an approver is unknown', { approvers: 'Megan Bowen, Nobody' }, 'directory.person_unknown'],
    [
      'the only approver is the only requester',
      { approvers: 'Alex Wilber' },
      'settings.locks_out only-approver-is-requester',
    ],
  ];
  for (const [title, typed, problem] of mended) {
    it(`asks on the form when ${title}`, async () => {
      const notices = await turns.proposes(operator, { ...GOOD, ...typed });
      assert.deepEqual(problemsOf(notices), [problem]);
      assert.deepEqual(await trail(), []);
    });
  }

  it('refuses what a card cannot show whole: nobody confirms what they cannot see', async () => {
    const name = (index: number): string => `Approver ${index} ${'of a department with a long name '.repeat(2)}`.trim();
    const crowd = Array.from({ length: 16 }, (_, index) => aPerson({ name: name(index) }));
    turns.product.seeded.tenant.addPeople(...crowd);
    const approvers = crowd.map(({ userPrincipalName }) => userPrincipalName).join(';');
    assert.ok(approvers.length < 1_000);
    assert.deepEqual(problemsOf(await turns.proposes(operator, { ...GOOD, approvers })), [
      'settings.invalid form approvers',
    ]);
  });

  it('leaves no approver out of a list that is too long to be read', async () => {
    const approvers = `${'Megan Bowen;'.repeat(83)}    ;Lynne Robbins`;
    assert.ok(approvers.length > 1_000);
    assert.deepEqual(problemsOf(await turns.proposes(operator, { ...GOOD, approvers })), [
      'settings.invalid form approvers',
    ]);
  });

  it('keeps what was typed on the form', async () => {
    const typed = { ...GOOD, maximum: 'long', approvers: 'Megan Bowen' };
    assert.deepEqual(formOf(await turns.proposes(operator, typed)).values, typed);
  });

  it('says every problem at once', async () => {
    const typed = { maximum: 'long', mfa: 'perhaps', approvers: 'Nobody' };
    assert.deepEqual(problemsOf(await turns.proposes(operator, typed)), [
      'settings.invalid form maximum',
      'settings.invalid form mfa',
      'directory.person_unknown',
      'settings.needs_second_person',
      'settings.invalid form reason',
    ]);
  });

  it('refuses approval by nobody on Azure, and warns of it for a directory role', async () => {
    const vm = await vmOperator();
    const typed = { ...GOOD, approval: 'yes', approvers: 'none' };
    assert.deepEqual(problemsOf(await turns.proposes(vm, typed)), ['settings.locks_out no-approver']);
    const [own] = (await turns.proposes(operator, typed)).filter(isChange);
    assert.deepEqual(
      own?.warnings.map(({ facts }) => facts.kind),
      ['default-approvers'],
    );
  });

  it('refuses a group that nobody is in', async () => {
    const { seeded } = turns.product;
    seeded.tenant.setGroup('sg-oncall-leads', []);
    const typed = { ...GOOD, approvers: 'sg-oncall-leads' };
    assert.deepEqual(problemsOf(await turns.proposes(operator, typed)), ['settings.locks_out approvers-are-nobody']);
  });

  it('does not refuse what it cannot see', async () => {
    turns.product.seeded.tenant.readerFailure = new AccessError('graph.forbidden', 'not for the reader');
    const notices = await turns.proposes(operator, { ...GOOD, approvers: 'sg-oncall-leads' });
    assert.equal(notices.filter(isChange).length, 2);
  });

  it('warns of a context that nothing targets', async () => {
    const [own] = (await turns.proposes(operator, { ...GOOD, context: 'c7' })).filter(isChange);
    assert.deepEqual(
      own?.warnings.map(({ facts }) => facts.kind),
      ['context-not-targeted'],
    );
  });

  it('asks again over the settings as they are when they changed under the form', async () => {
    await turns.proposes(operator, {});
    const form = await turns.holds('admin', 'settings-form');
    const before = await held();
    const to = { ...before, activation: { ...before.activation, maximumDuration: 'PT3H' } };
    const actor = { principalId: turns.product.seeded.idOf('admin') };
    await turns.services.roles.administrationOf(operator).writeSettings(actor, operator, { from: before, to });
    const notices = await turns.presses('admin', form, 'propose-settings', { inputs: GOOD });
    assert.deepEqual(problemsOf(notices), ['settings.changed_meanwhile']);
    assert.equal(formOf(notices).settings.activation.maximumDuration, 'PT3H');
  });

  it('reads what a person types for every setting', async () => {
    const vm = await vmOperator();
    const [own] = (
      await turns.proposes(vm, {
        ...GOOD,
        maximum: '90 min',
        justification: 'no',
        ticket: 'yes',
        mfa: 'on',
        approval: 'yes',
        approvers: 'Megan Bowen; sg-oncall-leads',
        'eligible-permanent': 'yes',
        'eligible-maximum': '6 months',
        'active-permanent': 'true',
        'active-maximum': '15 days',
      })
    ).filter(isChange);
    assert.deepEqual(
      own?.differences.map(({ path, after }) => `${path} ${after}`),
      [
        'activation.maximumDuration PT1H30M',
        'activation.requireJustification no',
        'activation.requireMultiFactorAuthentication yes',
        'activation.requireTicket yes',
        'activation.approval.required yes',
        'activation.approval.approvers sg-oncall-leads (group), Megan Bowen',
        'eligibleAssignment.allowPermanent yes',
        'eligibleAssignment.maximumDuration P180D',
        'activeAssignment.allowPermanent yes',
        'activeAssignment.maximumDuration P15D',
      ],
    );
  });
});
