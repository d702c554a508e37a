import assert from 'node:assert/strict';
import { renderNotice } from '../../../cards/render.ts';
import type { FittingRole, WhichRoleNotice } from '../../../src/domain/which-role-notice.ts';
import { actionsOf, buttonsOf, linesOf, textOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';
import { unboxed } from './lines.ts';
import { NONE_FITS, OPERATOR, SEVERAL, UNKNOWN, WHICH_ROLE } from './which-role-notices.ts';

const MOST_BYTES = 25_000;
const drawn = (notice: WhichRoleNotice) => renderNotice(notice, aRenderContext());
const linesFor = (notice: WhichRoleNotice) => linesOf(unboxed(drawn(notice)));

describe('the card that answers which role lets one do something', () => {
  it('says what was understood, then each role with its limits, its reach and why', () => {
    assert.deepEqual(linesFor(WHICH_ROLE), [
      'Roles that let you',
      'Microsoft.Compute/virtualMachines/restart/action — Restart Virtual Machine on vm-pay-01',
      'That is how I read “restart vm-pay-01”.',
      '2 of your roles allow it. The one with the least privilege comes first.',
      'Virtual Machine Operator on rg-payments',
      'up to 8 hours · no approval · 14 operations, 3 of which change something',
      'Allows it by Microsoft.Compute/virtualMachines/restart/action',
      'Changes things, but not who has access.',
      'Contributor on rg-payments, through sg-payments-oncall',
      'up to 4 hours · needs approval · 18,000 operations, 9,200 of which change something',
      'Allows it by *',
      'Reaches data or secrets, or runs code of its own.',
      'Unless a deny assignment on the resource forbids it: those stand above roles, and I have not looked for any.',
    ]);
  });

  it('has an Activate on each role, which says which one it is for', () => {
    const actions = actionsOf(drawn(WHICH_ROLE));
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Activate', 'Activate'],
    );
    const keys = actions.map(({ data }) => (data as Record<string, unknown>).role);
    assert.deepEqual(
      keys,
      WHICH_ROLE.fitting.map(({ key }) => key),
    );
  });

  it('offers no Activate for what is active', () => {
    const active = { ...OPERATOR, key: null, isActive: true, activeUntil: '2026-11-22T18:00:00Z' };
    const notice = { ...WHICH_ROLE, fitting: [active], fittingTotal: 1 };
    assert.deepEqual(buttonsOf(drawn(notice)), []);
    assert.match(textOf(unboxed(drawn(notice)), 'role-1-notes') ?? '', /^active now, until/);
  });

  it('never tells of a role that may, or only in part, as if it did', () => {
    const headOf = (...certainties: readonly FittingRole['certainty'][]) => {
      const fitting = certainties.map((certainty) => ({ ...OPERATOR, certainty }));
      const told = linesFor({ ...WHICH_ROLE, fitting, fittingTotal: fitting.length });
      return [told[0], told[3]];
    };
    const depends = 'may allow it; beside each stands what that depends on.';
    assert.deepEqual(headOf('conditional'), ['Roles that may let you', `1 of your roles ${depends}`]);
    assert.deepEqual(headOf('likely'), ['Roles that may let you', `1 of your roles ${depends}`]);
    assert.deepEqual(headOf('part'), [
      'Roles that let you do a part of it',
      '1 of your roles allows a part of it, and none all of it.',
    ]);
    assert.deepEqual(headOf('sure', 'conditional'), [
      'Roles that let you',
      '2 of your roles allow it, some only under a condition or in part. The one with the least privilege comes first.',
    ]);
  });

  it('answers yes or no to who asks whether they may', () => {
    const titleOf = (notice: WhichRoleNotice) => textOf(drawn({ ...notice, purpose: 'can-i' }), 'title');
    assert.equal(titleOf(WHICH_ROLE), 'Yes, once you activate a role');
    assert.equal(titleOf({ ...WHICH_ROLE, fitting: [{ ...OPERATOR, key: null, isActive: true }] }), 'Yes');
    assert.equal(titleOf({ ...WHICH_ROLE, fitting: [{ ...OPERATOR, certainty: 'conditional' }] }), 'It depends');
    assert.equal(titleOf(NONE_FITS), 'No');
    assert.equal(titleOf({ ...NONE_FITS, unreadDefinitions: ['azure'] }), 'It depends');
    assert.equal(titleOf({ ...NONE_FITS, unread: [{ surface: 'azure', code: 'graph.unavailable' }] }), 'It depends');
  });

  it('says who could help where none fits, and what it could not read', () => {
    const lines = linesFor(NONE_FITS).join('\n');
    assert.match(lines, /These roles would, the least first: Desktop Virtualization Power On Off Contributor/);
    assert.match(lines, /5 more would, with more privilege\./);
    assert.match(lines, /As far as you may see: Patti Fernandez\./);
    const unread = linesFor({ ...NONE_FITS, unreadDefinitions: ['azure'] }).join('\n');
    assert.match(unread, /What Azure roles allow could not be read: one of yours may do, and I cannot tell\./);
    assert.doesNotMatch(unread, /Nothing that you are eligible for/);
  });

  it('says "perhaps" of a role of the tenant that allows it under a condition, or is not said to', () => {
    const [role] = NONE_FITS.tenantRoles;
    assert.ok(role);
    const lines = linesFor({ ...NONE_FITS, tenantRoles: [{ ...role, isSure: false }], tenantTotal: 2 }).join('\n');
    assert.match(lines, /the least first: perhaps Desktop Virtualization Power On Off Contributor .* 1 more may/);
  });

  it('asks which of several is meant, and offers the nearest when none is', () => {
    assert.equal(textOf(drawn(SEVERAL), 'title'), 'What do you want to do?');
    assert.deepEqual(buttonsOf(drawn(SEVERAL)), ['This one', 'This one']);
    assert.equal(textOf(drawn(UNKNOWN), 'title'), 'I do not know what that is');
    assert.equal(textOf(drawn(UNKNOWN), 'others-heading'), 'What comes nearest');
  });

  it('stays below 25 KB with forty roles of long names, and says how many are left out', () => {
    const long = 'x'.repeat(500);
    const role = {
      ...OPERATOR,
      key: `azure|${'g'.repeat(300)}`,
      roleName: long,
      scopeName: long,
      by: long,
      condition: long,
    };
    const other = { ...WHICH_ROLE.meaning, name: long, says: long } as NonNullable<WhichRoleNotice['meaning']>;
    const crowded = {
      ...WHICH_ROLE,
      fitting: Array.from({ length: 40 }, () => role),
      fittingTotal: 40,
      others: Array.from({ length: 6 }, () => other),
      unreadDefinitions: ['azure', 'directory'] as const,
    };
    const size = Buffer.byteLength(JSON.stringify(drawn(crowded).card));
    assert.ok(size < MOST_BYTES, String(size));
    assert.match(textOf(drawn(crowded), 'more') ?? '', /^… and \d+ more\.$/);
  });
});
