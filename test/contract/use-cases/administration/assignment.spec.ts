import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { AssignmentChangeNotice } from '../../../../src/domain/administration-notice.ts';
import type { Notice } from '../../../../src/domain/notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import { aPerson } from '../../../support/fakes/builders.ts';
import { aProduct, type Product } from '../../../support/product.ts';
import { auditFacts, only, press, refusalOf } from './administration-bench.ts';

const ASSIGN = 'assign "Security Reader" to Diego Siciliani until 31 December because audit';

describe('changing somebody’s assignment', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct();
    product.page.behave({ appRoles: [] });
  });

  /** Says it, signs in to the admin app and gives what the sentence then led to. */
  const proposes = async (text: string): Promise<Notice> => {
    // Cards are told apart by when they were made.
    await product.passes('PT1S');
    const [offered] = await product.says('admin', text);
    assert.equal(offered?.card === 'step-up' && offered.purpose, 'admin', JSON.stringify(offered));
    await product.signsIn('admin');
    const notice = (await product.cards('admin'))
      .map((card) => card.notice)
      .findLast(({ card }) => card.startsWith('assignment') || card === 'error');
    assert.ok(notice);
    return notice;
  };
  const confirms = async (): Promise<AssignmentChangeNotice> => {
    const card = await product.card('admin', 'assignment-change');
    return only(await press(product, 'admin', [card, 'confirm-assignment'], { isAdmin: true }), 'assignment-change');
  };
  const holders = async (role: string): Promise<readonly string[]> => {
    const { rows } = only(await product.says('admin', `who has "${role}"`), 'who-has');
    return rows.map(({ principalName, kind, endsAt }) => `${principalName} ${kind} ${endsAt}`);
  };

  it('reads back what would change, and changes it once at the press with that sign-in', async () => {
    const proposed = await proposes(ASSIGN);
    assert.ok(proposed.card === 'assignment-change');
    const { phase, action, kind, principal, current, endsAt, expiresAt, justification } = proposed;
    assert.deepEqual(
      [phase, action, kind, principal.name, current, endsAt, expiresAt, justification],
      [
        'confirm',
        'assign',
        'eligible',
        'Diego Siciliani',
        null,
        '2026-12-30T23:00:00Z',
        '2026-11-23T09:15:01Z',
        'audit',
      ],
    );
    assert.deepEqual(await holders('Security Reader'), ['Alex Wilber eligible null']);
    const done = await confirms();
    assert.deepEqual([done.phase, done.outcome, done.problem], ['done', 'provisioned', null]);
    assert.deepEqual(await holders('Security Reader'), [
      'Alex Wilber eligible null',
      'Diego Siciliani eligible 2026-12-30T23:00:00Z',
    ]);
    const trail = await product.audit();
    assert.deepEqual(
      trail.filter((event) => event.startsWith('assignment.')),
      ['assignment.intended', 'assignment.changed'],
    );
    assert.deepEqual(await auditFacts(product, 'assignment.intended'), {
      action: 'assign',
      kind: 'eligible',
      principal: product.seeded.idOf('contractor'),
      surface: 'directory',
      role: proposed.role.roleDefinitionId,
      scope: '/',
      startsAt: '',
      endsAt: '2026-12-30T23:00:00Z',
      justification: 'audit',
      ticket: '',
    });
  });

  it('is not carried out with an ordinary sign-in, nor by a second press', async () => {
    await proposes(ASSIGN);
    const card = await product.card('admin', 'assignment-change');
    assert.equal(
      await refusalOf(press(product, 'admin', [card, 'confirm-assignment'])),
      'identity.admin_sign_in_required',
    );
    await press(product, 'admin', [card, 'confirm-assignment'], { isAdmin: true });
    assert.equal(
      await refusalOf(press(product, 'admin', [card, 'confirm-assignment'], { isAdmin: true })),
      'card.stale',
    );
    assert.equal(product.seeded.tenant.calls.filter((call) => call === 'change').length, 1);
  });

  it('shows a newly eligible person their role at once', async () => {
    const { services, seeded } = product;
    const actor = { principalId: seeded.idOf('contractor') };
    assert.ok(!(await services.eligibility.read(actor)).rows.some(({ roleName }) => roleName === 'Security Reader'));
    await proposes(ASSIGN);
    await confirms();
    assert.ok((await services.eligibility.read(actor)).rows.some(({ roleName }) => roleName === 'Security Reader'));
  });

  it('is never without an end unless that was said', async () => {
    const form = await proposes('assign "Security Reader" to Diego Siciliani');
    assert.ok(form.card === 'assignment-form');
    assert.deepEqual(
      [form.problem?.code, form.values.end, form.values.principal, form.values.kind],
      ['command.problem', '', 'Diego Siciliani', 'eligible'],
    );
    const change = await proposes('assign "Security Reader" to Diego Siciliani permanently');
    assert.ok(change.card === 'assignment-change');
    assert.deepEqual([change.phase, change.endsAt], ['confirm', null]);
  });

  it('asks on the form for what is missing or unclear, with what can be said instead', async () => {
    const reader = await proposes('assign Reader to Diego Siciliani for 30 days');
    assert.ok(reader.card === 'assignment-form');
    assert.deepEqual(
      [reader.problem?.code, reader.suggestions],
      ['role.not_found', ['Reader on Contoso Production', 'Reader on Contoso Staging']],
    );
    const nobody = await proposes('assign "Security Reader" to Nobody Inparticular for 30 days');
    assert.ok(nobody.card === 'assignment-form');
    assert.deepEqual(nobody.problem, { code: 'directory.person_unknown', facts: { words: 'Nobody Inparticular' } });
    const twins = [aPerson({ name: 'Sam Twin' }), aPerson({ name: 'Sam Twin' })];
    product.seeded.tenant.addPeople(...twins);
    const both = await proposes('assign "Security Reader" to Sam Twin for 30 days');
    assert.ok(both.card === 'assignment-form');
    assert.deepEqual(
      [both.problem?.code, both.suggestions],
      ['directory.person_ambiguous', twins.map(({ userPrincipalName }) => userPrincipalName)],
    );
  });

  it('goes on from the form with what was typed there, also with a suggestion as it stands', async () => {
    await proposes('assign Reader to Diego Siciliani for 30 days');
    const card = await product.card('admin', 'assignment-form');
    const inputs = {
      role: 'Reader on Contoso Staging',
      end: 'until 1 December',
      start: 'tomorrow 9am',
      kind: 'active',
      ticket: 'INC-7',
    };
    const change = only(await press(product, 'admin', [card, 'review-assignment'], { inputs }), 'assignment-change');
    assert.deepEqual(
      [change.role.scope.name, change.kind, change.startsAt, change.endsAt, change.ticket],
      ['Contoso Staging', 'active', '2026-11-24T08:00:00Z', '2026-11-30T23:00:00Z', 'INC-7'],
    );
    assert.equal((await product.services.store.now.cards.find(card.id))?.isRetired, true);
  });

  it('says on the form what could not be read, and keeps what was typed', async () => {
    await proposes('assign "Security Reader" to Diego Siciliani');
    const card = await product.card('admin', 'assignment-form');
    const inputs = { end: 'whenever', justification: 'audit' };
    const form = only(await press(product, 'admin', [card, 'review-assignment'], { inputs }), 'assignment-form');
    assert.deepEqual(
      [form.problem?.code, form.values.end, form.values.justification],
      ['command.problem', 'whenever', 'audit'],
    );
  });

  it('asks for the administrator’s sign-in where the ordinary one may not look', async () => {
    await proposes('assign "Security Reader" to Diego Siciliani');
    const card = await product.card('admin', 'assignment-form');
    product.seeded.tenant.failNext('listAssignments', new AccessError('graph.forbidden', 'not with this token'));
    const work = press(product, 'admin', [card, 'review-assignment'], { inputs: { end: '30 days' } });
    assert.equal(await refusalOf(work), 'identity.admin_sign_in_required');
  });

  it('offers to update what is there already, and does not find what is not', async () => {
    const exists = await proposes('assign "Security Reader" to Alex Wilber for 30 days');
    assert.ok(exists.card === 'assignment-form');
    assert.deepEqual([exists.problem?.code, exists.values.action], ['assignment.exists', 'update']);
    const missing = await proposes('remove Diego Siciliani from "Security Reader"');
    assert.ok(missing.card === 'assignment-form');
    assert.equal(missing.problem?.code, 'assignment.not_found');
  });

  it('removes what the card shows as it is now', async () => {
    const change = await proposes('remove Alex Wilber from "Security Reader"');
    assert.ok(change.card === 'assignment-change');
    assert.deepEqual(
      [change.action, change.kind, change.current, change.endsAt],
      ['remove', 'eligible', { startsAt: null, endsAt: null }, null],
    );
    assert.equal((await confirms()).outcome, 'removed');
    assert.deepEqual(await holders('Security Reader'), []);
  });

  it('lengthens what runs by what is said, also when it is to be renewed', async () => {
    await proposes(ASSIGN);
    await confirms();
    const change = await proposes('renew assignment of Diego Siciliani in "Security Reader" for 30 days');
    assert.ok(change.card === 'assignment-change');
    assert.deepEqual(
      [change.action, change.current?.endsAt, change.endsAt],
      ['extend', '2026-12-30T23:00:00Z', '2027-01-29T23:00:00Z'],
    );
    assert.equal((await confirms()).phase, 'done');
    assert.ok((await holders('Security Reader')).includes('Diego Siciliani eligible 2027-01-29T23:00:00Z'));
  });

  it('says so when administrators give something to themselves', async () => {
    const change = await proposes('assign "Security Reader" to me for 1 day');
    assert.equal(change.card === 'assignment-change' && change.principal.name, 'Patti Fernandez (you)');
  });

  it('draws the card again when somebody else was there in between', async () => {
    await proposes('update assignment of Alex Wilber for "Security Reader" until 31 December');
    const { tenant, idOf } = product.seeded;
    const { role } = (await product.card('admin', 'assignment-change')).notice as AssignmentChangeNotice;
    tenant.removeEligible(idOf('engineer'), role);
    tenant.addEligible({
      ...role,
      principalId: idOf('engineer'),
      endsAt: Temporal.Instant.from('2026-12-12T00:00:00Z'),
    });
    const redrawn = await confirms();
    assert.deepEqual(
      [redrawn.phase, redrawn.problem?.code, redrawn.current?.endsAt],
      ['confirm', 'card.stale', '2026-12-12T00:00:00Z'],
    );
    assert.ok(!tenant.calls.includes('change'));
    assert.equal((await confirms()).phase, 'done');
  });

  it('ends with the card when what it is about is gone, or when it has waited too long', async () => {
    await proposes('remove Alex Wilber from "Security Reader"');
    const { tenant, idOf } = product.seeded;
    const { role } = (await product.card('admin', 'assignment-change')).notice as AssignmentChangeNotice;
    tenant.removeEligible(idOf('engineer'), role);
    const gone = await confirms();
    assert.deepEqual([gone.phase, gone.problem?.code], ['refused', 'assignment.not_found']);
    await proposes(ASSIGN);
    await product.passes('PT16M');
    const late = await confirms();
    assert.deepEqual([late.phase, late.problem?.code], ['dropped', 'card.stale']);
    assert.ok(!tenant.calls.includes('change'));
  });

  it('says what PIM refused, and records it', async () => {
    await proposes('assign "Security Reader" to Diego Siciliani for 900 days');
    const refused = await confirms();
    assert.deepEqual(
      [refused.phase, refused.problem],
      [
        'refused',
        {
          code: 'activation.refused_by_policy',
          facts: {
            roleName: 'Security Reader',
            scopeName: 'Whole tenant',
            principalName: 'Diego Siciliani',
            rules: 'ExpirationRule',
          },
        },
      ],
    );
    assert.equal((await auditFacts(product, 'assignment.refused')).code, 'activation.refused_by_policy');
  });

  it('does not call done what PIM took and did not carry out', async () => {
    const part = product.seeded.tenant.administrationOf('directory');
    const change = part.change.bind(part);
    sinon.stub(part, 'change').callsFake(async (...given) => ({ ...(await change(...given)), state: 'failed' }));
    await proposes(ASSIGN);
    const refused = await confirms();
    assert.deepEqual([refused.phase, refused.problem?.code], ['refused', 'graph.unexpected_answer']);
  });

  it('looks at the list when the answer was lost, and claims nothing that it does not show', async () => {
    const lost = new AccessError('activation.in_doubt', 'no answer');
    await proposes(ASSIGN);
    product.seeded.tenant.failNext('change', lost, { afterEffect: true });
    const found = await confirms();
    assert.deepEqual([found.phase, found.outcome], ['done', 'provisioned']);
    await proposes('remove Alex Wilber from "Security Reader"');
    product.seeded.tenant.failNext('change', lost);
    const doubtful = await confirms();
    assert.deepEqual([doubtful.phase, doubtful.problem?.code], ['refused', 'activation.in_doubt']);
    assert.equal(product.seeded.tenant.calls.filter((call) => call === 'change').length, 2);
  });

  it('opens the form again with what the card says, and drops what is dropped', async () => {
    await proposes(ASSIGN);
    const first = await product.card('admin', 'assignment-change');
    const form = only(await press(product, 'admin', [first, 'edit-assignment']), 'assignment-form');
    assert.deepEqual(
      [form.values.role, form.values.scope, form.values.end, form.values.action, form.problem],
      ['Security Reader', 'Whole tenant', '2026-12-30T23:00:00Z', 'assign', null],
    );
    const card = await product.card('admin', 'assignment-form');
    await press(product, 'admin', [card, 'review-assignment']);
    const second = await product.card('admin', 'assignment-change');
    const dropped = only(await press(product, 'admin', [second, 'drop-assignment']), 'assignment-change');
    assert.equal(dropped.phase, 'dropped');
    const again = await product.card('admin', 'assignment-change');
    assert.equal(
      await refusalOf(press(product, 'admin', [again, 'confirm-assignment'], { isAdmin: true })),
      'card.malformed',
    );
  });

  it('tells the person who may not that they may not', async () => {
    await product.says('engineer', ASSIGN);
    await product.signsIn('engineer');
    const { notice } = await product.card('engineer', 'error');
    assert.equal(notice.card === 'error' && notice.code, 'role.rights_missing');
  });
});
