import assert from 'node:assert/strict';
import { type RenderContext, renderNotice } from '../../../cards/render.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import type { RoleChangeItem, RolesChangeNotice } from '../../../src/domain/role-files-notice.ts';
import { actionsOf, buttonsOf, inputsOf, linesOf, partsOf } from '../../support/card-reading.ts';
import { aRenderContext } from '../../support/notices.ts';
import { unboxed } from './lines.ts';
import { A_DRIFT, AN_ERROR, ROLE_FILES_BASES } from './role-files-notices.ts';

const DRIFT = ROLE_FILES_BASES['roles-drift'];
const CHANGE: RolesChangeNotice = ROLE_FILES_BASES['roles-change'];
const draw = (notice: Notice, overrides: Partial<RenderContext> = {}) =>
  unboxed(renderNotice(notice, aRenderContext(overrides)));
const lines = (notice: Notice) => linesOf(draw(notice));
const over = (...outcomes: readonly RoleChangeItem['outcome'][]): RolesChangeNotice => ({
  ...CHANGE,
  phase: 'over',
  items: outcomes.map((outcome) => ({ ...(CHANGE.items[0] as RoleChangeItem), outcome })),
});
/** Texts that stand in red. */
const alarming = (notice: Notice) =>
  partsOf(draw(notice).card).flatMap((part) => (part.color === 'Attention' ? [String(part.text)] : []));

describe('the card of role files and the tenant', () => {
  it('begins with the counts, what differs first', () => {
    assert.deepEqual(lines(DRIFT).slice(0, 2), [
      'Role files and the tenant',
      '1 different · 1 only in the files · 2 only in the tenant · 1 not visible to you · 4 the same',
    ]);
  });

  it('says in red what a role gains, and first of all what can change access', () => {
    const [gain] = alarming({ ...DRIFT, roles: [A_DRIFT] });
    assert.equal(
      gain,
      'Gains 9 operations, of which 1 can change who has access: Microsoft.Compute/virtualMachines/runCommand/action, Microsoft.Compute/virtualMachines/deallocate/action, Microsoft.Compute/virtualMachines/powerOff/action and 6 more',
    );
  });

  it('counts scopes, wildcards and findings that the notice has no room for', () => {
    const scopesAdded = { total: 2_000, names: Array.from({ length: 30 }, (_, at) => `/subscriptions/s${at}`) };
    const told = lines({ ...DRIFT, roles: [{ ...A_DRIFT, scopesAdded, findingsTotal: 500 }] });
    assert.ok(told.some((line) => /^May be assigned besides on: .* and 1997 more$/.test(line)));
    assert.ok(told.includes('… and 498 more findings.'));
    const [, wildcards] = alarming({ ...DRIFT, roles: [A_DRIFT] });
    const wanted = 'Takes what Azure adds later as well, by wildcards: Microsoft.Compute/virtualMachines/*/action';
    assert.equal(wildcards, wanted);
  });

  it('tells what it takes to write the role, and what of that one has', () => {
    assert.ok(
      lines({ ...DRIFT, roles: [A_DRIFT] }).some((line) =>
        /^It takes Microsoft\.Authorization\/roleDefinitions\/write on each scope where it may be assigned\. You have it on .*rg-payments, not on .*rg-web\.$/.test(
          line,
        ),
      ),
    );
  });

  it('names rule, text and place of what linting found', () => {
    assert.ok(
      lines({ ...DRIFT, roles: [A_DRIFT] }).includes(
        'Error, unknown-op: There is no operation Microsoft.Compute/virtualMachines/restart. (vm-operator.json:12:7)',
      ),
    );
  });

  it('offers details of one role, a file, and the plan; no plan while a file cannot be read', () => {
    assert.deepEqual(buttonsOf(draw(DRIFT)), ['Details', 'Download', 'Apply…']);
    assert.deepEqual(
      inputsOf(draw(DRIFT)).map(({ id }) => id),
      ['role'],
    );
    assert.deepEqual(buttonsOf(draw({ ...DRIFT, problems: [AN_ERROR] })), ['Details', 'Download']);
    assert.deepEqual(buttonsOf(draw({ ...DRIFT, about: 'x', roles: [A_DRIFT] })), ['Download', 'Apply…']);
  });

  it('says that all is well only when it is', () => {
    const counts = { same: 7, different: 0, 'only-in-files': 0, 'only-in-tenant': 0, unseen: 0 };
    assert.equal(lines({ ...DRIFT, roles: [], counts })[0], 'The tenant holds what the role files say');
    const unread = [{ surface: 'directory', code: 'graph.throttled' }] as const;
    assert.equal(lines({ ...DRIFT, roles: [], counts, unread })[0], 'Role files and the tenant');
  });
});

describe('the card of role changes', () => {
  const table: readonly (readonly [string, RolesChangeNotice, string, readonly string[]])[] = [
    ['asks', CHANGE, 'Write these roles?', ['Confirm', 'Drop']],
    ['is blocked', { ...CHANGE, phase: 'blocked' }, 'These roles cannot be written yet', []],
    ['is under way', { ...CHANGE, phase: 'changing' }, 'The roles are being written', []],
    ['is done', over('done', 'done'), 'The roles are written', []],
    ['is done in part', over('done', 'failed', 'left'), 'Not all of the roles were written', []],
    ['failed', over('failed', 'left'), 'The roles were not written', []],
    ['is in doubt', over('done', 'in-doubt'), 'I do not know what became of all roles', ['Look again']],
    ['is dropped', { ...CHANGE, phase: 'dropped' }, 'The roles are left as they are', []],
    ['asks before a deletion', { ...CHANGE, action: 'delete' }, 'Delete this role?', ['Confirm', 'Drop']],
    ['deleted', { ...over('done'), action: 'delete' }, 'The role is deleted', []],
  ];
  for (const [what, notice, title, buttons] of table) {
    it(`${what}: “${title}”`, () => {
      assert.equal(lines(notice)[0], title);
      assert.deepEqual(buttonsOf(draw(notice)), buttons);
    });
  }

  it('says until when Confirm works, and that nothing else is touched', () => {
    const said = lines(CHANGE);
    assert.ok(said.includes('Confirm works until today 15:15.'));
    assert.ok(said.some((line) => line.includes('Roles that only the tenant has are left alone.')));
  });

  it('tells how many would gain at once', () => {
    assert.ok(
      lines(CHANGE).includes(
        'Held by 3 eligible and 1 active assignments: what changes here changes for them at once.',
      ),
    );
  });

  it('lists who has a role that is to be deleted, kind and place', () => {
    const [item] = CHANGE.items as readonly [RoleChangeItem];
    const uses = [{ principalName: 'Alex Wilber', kind: 'eligible', scopeName: 'rg-payments' }] as const;
    const notice: RolesChangeNotice = {
      ...CHANGE,
      action: 'delete',
      phase: 'blocked',
      items: [{ ...item, action: 'delete', uses, usesTotal: 3 }],
      problem: { code: 'role_definition.in_use', facts: { count: '3' } },
    };
    const said = lines(notice);
    assert.ok(said.includes('Eligible: Alex Wilber on rg-payments'));
    assert.ok(said.includes('… and 2 more.'));
  });

  it('marks a deletion as destructive, and every write not', () => {
    const style = (notice: Notice) => actionsOf(draw(notice))[0]?.style;
    assert.equal(style({ ...CHANGE, action: 'delete' }), 'destructive');
    assert.equal(style(CHANGE), 'positive');
  });

  it('says of each role what became of it', () => {
    const problem = { code: 'graph.throttled', facts: {} } as const;
    const [item] = CHANGE.items as readonly [RoleChangeItem];
    const notice: RolesChangeNotice = {
      ...CHANGE,
      phase: 'over',
      items: [
        { ...item, action: 'create', outcome: 'done' },
        { ...item, outcome: 'failed', problem },
        { ...item, outcome: 'left' },
      ],
    };
    const said = lines(notice);
    assert.ok(said.includes('Created.'));
    assert.ok(said.some((line) => line.startsWith('Not done. ')));
    assert.ok(said.includes('Not begun: what came before it went wrong.'));
  });
});
