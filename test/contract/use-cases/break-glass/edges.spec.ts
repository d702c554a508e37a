import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Pack } from '../../../../src/domain/break-glass.ts';
import { conversationId } from '../../../../src/domain/ids.ts';
import type { Notice } from '../../../../src/domain/notice.ts';
import type { RolePolicy } from '../../../../src/domain/policy.ts';
import { AccessError } from '../../../../src/errors.ts';
import { createLeaveToHolder } from '../../../../src/use-cases/leave-to-holder.ts';
import { aRolePolicy } from '../../../support/fakes/builders.ts';
import { anEmergency, confirmsBare, type EmergencyStage, PULL, PULL_TIER0 } from './stage.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('a break-glass pull, at its edges', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
  });
  const confirm = async () =>
    await stage.product.presses('oncall', await stage.product.card('oncall', 'break-glass-confirm'), 'confirm-pull');
  const change = (name: string, of: Partial<Pack>) =>
    stage.rule((book) => ({
      ...book,
      version: randomUUID(),
      packs: book.packs.map((pack) => (pack.name === name ? { ...pack, ...of } : pack)),
    }));
  const two = (first: 'payments' | 'tier0') =>
    [
      { surface: 'group', role: `sg-breakglass-${first}`, scope: 'member' },
      { surface: 'group', role: 'sg-payments-oncall', scope: 'member' },
    ] as const;
  const policy = (given: Partial<RolePolicy>) =>
    stage.product.seeded.tenant.setPolicy(
      stage.product.seeded.memberOf('sg-payments-oncall'),
      aRolePolicy({
        maximumDuration: Temporal.Duration.from({ hours: 1 }),
        authenticationContext: 'c1',
        isTicketRequired: true,
        ...given,
      }),
    );
  const byLeads = () => ({
    isApprovalRequired: true,
    approvers: [
      { kind: 'group', id: stage.product.seeded.groupId('sg-oncall-leads'), name: 'sg-oncall-leads' },
    ] as const,
  });
  const states = async () =>
    (
      await stage.product.database.pool.query<{ state: string }>(
        'select state from pimlico.activation_requests order by id',
      )
    ).rows.map(({ state }) => state);

  it('can be confirmed wholly where it gives several roles', async () => {
    policy(byLeads());
    change('tier0', { activates: two('tier0') });
    await stage.product.says('oncall', PULL_TIER0);
    await confirm();
    await stage.product.signsIn('oncall');
    const cards = (await stage.product.cards('oncall2')).filter((c) => c.notice.card === 'break-glass-confirm');
    assert.equal(cards.length, 2);
    for (const card of cards) {
      await stage.product.presses('oncall2', card, 'confirm-second');
    }
    await stage.product.passes('PT10S');
    assert.deepEqual(await states(), ['active', 'active']);
  });

  it('loses what nobody confirmed of it after five minutes', async () => {
    policy(byLeads());
    change('tier0', { activates: two('tier0') });
    await stage.product.says('oncall', PULL_TIER0);
    await confirm();
    await stage.product.signsIn('oncall');
    const [card] = (await stage.product.cards('oncall2')).filter((c) => c.notice.card === 'break-glass-confirm');
    assert.ok(card);
    await stage.product.presses('oncall2', card, 'confirm-second');
    await stage.product.passes('PT10M');
    assert.deepEqual((await states()).toSorted(), ['active', 'canceled']);
  });

  it('offers the sign-in where PIM asks for MFA alone', async () => {
    policy({ authenticationContext: null, isMfaRequired: true });
    change('payments', { activates: [two('payments')[1]] });
    await stage.product.says('oncall', PULL);
    const { notices } = await confirm();
    assert.ok(
      told(notices).includes('step-up'),
      JSON.stringify([told(notices), (await stage.newest('oncall', 'break-glass-active')).problem]),
    );
  });

  it('asks for one sign-in after the other where its roles want different ones', async () => {
    policy({ authenticationContext: 'c2' });
    change('payments', { activates: two('payments') });
    await stage.product.says('oncall', PULL);
    await confirm();
    await stage.product.signsIn('oncall');
    await stage.product.signsIn('oncall').catch(() => undefined);
    assert.deepEqual(
      [await states(), (await stage.newest('oncall', 'break-glass-active')).problem],
      [['active', 'active'], null],
    );
  });

  it('is withdrawn without a second person also when it is for hours', async () => {
    const { memberOf, tenant } = stage.product.seeded;
    const maximumDuration = Temporal.Duration.from({ hours: 2 });
    tenant.setPolicy(
      memberOf('sg-breakglass-tier0'),
      aRolePolicy({ maximumDuration, authenticationContext: 'c1', ...byLeads() }),
    );
    change('tier0', { window: maximumDuration });
    await stage.product.says('oncall', PULL_TIER0.replace('20m', '2h'));
    await confirm();
    await stage.product.signsIn('oncall');
    await stage.product.passes('PT20M');
    assert.deepEqual([await stage.pulls(), await states()], [[{ state: 'dropped' }], ['canceled']]);
  });

  it('goes on when a page that is not needed any more is cancelled', async () => {
    await stage.product.says('oncall', PULL);
    const answer = await confirmsBare(stage);
    await confirm();
    const id = answer.kind === 'sign-in-first' ? (answer.pageSignInId ?? '') : '';
    await stage.product.pages.start(id, { state: 's', nonce: 'nonce', codeChallenge: 'challenge' });
    await stage.product.pages.finish({
      state: 's',
      code: null,
      error: 'access_denied',
      nonce: 'nonce',
      codeVerifier: 'v',
    });
    assert.deepEqual(await stage.pulls(), [{ state: 'pulling' }]);
  });

  it('is withdrawn without a second person also when its puller came by the page', async () => {
    await stage.product.says('oncall', PULL_TIER0);
    stage.product.signIns.forget(stage.product.seeded.idOf('oncall'));
    await confirmsBare(stage);
    await stage.product.passes('PT5S');
    const { pageSignInId } = await stage.newest('oncall', 'break-glass-confirm');
    await stage.product.signsIn('oncall', pageSignInId ?? '');
    assert.deepEqual(await states(), ['pending']);
    await stage.product.passes('PT20M');
    assert.deepEqual([await stage.pulls(), await states()], [[{ state: 'dropped' }], ['canceled']]);
  });

  it('goes on with a client that answered in time, however slow Microsoft is then', async () => {
    await stage.product.says('oncall', PULL);
    await confirmsBare(stage);
    await stage.product.passes('PT2S');
    const { onCall } = stage.product;
    const card = await stage.product.card('oncall', 'break-glass-confirm');
    const read = onCall.read.bind(onCall);
    onCall.read = async (name) => {
      onCall.read = read;
      await stage.product.passes('PT4S');
      return await read(name);
    };
    await stage.product.presses('oncall', card, 'confirm-pull');
    assert.deepEqual(await stage.pulls(), [{ state: 'pulling' }]);
  });

  it('is stood down although PIM is still putting it in place', async () => {
    stage.product.seeded.tenant.listLag = Temporal.Duration.from({ seconds: 30 });
    await stage.product.says('oncall', PULL_TIER0);
    await confirm();
    await stage.product.signsIn('oncall');
    await stage.product.presses(
      'oncall2',
      await stage.product.card('oncall2', 'break-glass-confirm'),
      'confirm-second',
    );
    assert.deepEqual(await states(), ['provisioning']);
    const answer = told(await stage.product.says('oncall', 'standdown'));
    assert.equal((await stage.newest('oncall', 'break-glass-active')).isStandingDown, true);
    await stage.product.passes('PT10M');
    assert.deepEqual([answer.length > 0, await states()], [true, ['ended']]);
  });

  it('is stood down although PIM is just being asked', async () => {
    await stage.product.says('oncall', PULL);
    await confirm();
    const part = stage.product.seeded.tenant.part('group');
    const activateAll = part.activateAll.bind(part);
    let answer: readonly string[] = [];
    part.activateAll = async (actor, orders) => {
      answer = told(await stage.product.says('oncall', 'standdown'));
      return await activateAll(actor, orders);
    };
    await stage.product.signsIn('oncall');
    await stage.product.passes('PT10M');
    assert.deepEqual([answer.length > 0, await states()], [true, ['ended']]);
  });

  it('is withdrawn when it was stood down while PIM was asked for two', async () => {
    await stage.product.says('oncall', PULL_TIER0);
    await confirm();
    const part = stage.product.seeded.tenant.part('group');
    const activateAll = part.activateAll.bind(part);
    part.activateAll = async (actor, orders) => {
      await stage.product.says('oncall', 'standdown');
      return await activateAll(actor, orders);
    };
    await stage.product.signsIn('oncall');
    assert.equal((await stage.newest('oncall', 'break-glass-active')).isStandingDown, false);
    await stage.product.passes('PT1M');
    assert.deepEqual([await stage.pulls(), await states()], [[{ state: 'dropped' }], ['canceled']]);
  });

  it('is not asked of PIM when it was stood down a moment before', async () => {
    await stage.product.says('oncall', PULL);
    await confirm();
    const { onCall } = stage.product;
    const everybody = onCall.listEverybody.bind(onCall);
    onCall.listEverybody = async (name) => {
      onCall.listEverybody = everybody;
      await stage.product.says('oncall', 'standdown');
      return await everybody(name);
    };
    await stage.product.signsIn('oncall');
    await stage.product.passes('PT10M');
    assert.deepEqual([await stage.pulls(), await states()], [[{ state: 'dropped' }], []]);
  });

  it('gives nothing when the rulebook changes between Confirm and the sign-in: it is not what was told', async () => {
    policy({});
    await stage.product.says('oncall', PULL);
    await confirm();
    change('payments', { activates: two('payments') });
    await stage.product.signsIn('oncall');
    assert.deepEqual(await states(), []);
    const [alarm] = await stage.inChannel();
    assert.equal(alarm?.card === 'break-glass-active' && alarm.problem?.code, 'breakglass.changed');
  });

  it('ends its other roles when PIM fails for one, and says so', async () => {
    policy({});
    change('payments', { activates: two('payments') });
    await stage.product.says('oncall', PULL);
    await confirm();
    await stage.product.signsIn('oncall');
    assert.deepEqual(await states(), ['active', 'active']);
    await stage.product.passes('PT6M');
    stage.product.seeded.tenant.failNext('deactivate', new AccessError('graph.forbidden', 'no'));
    const said = told(await stage.product.says('oncall', 'standdown'));
    await stage.product.passes('PT10M');
    assert.deepEqual((await states()).toSorted(), ['active', 'ended']);
    assert.ok(said.includes('graph.forbidden'), said.join());
  });

  it('is not continued past its end without an alarm', async () => {
    policy({ authenticationContext: null, isMfaRequired: true });
    change('payments', { activates: [two('payments')[1]] });
    stage.product.signIns.keepSession(stage.product.seeded.idOf('oncall'), { contexts: new Set(), hasMfa: true });
    await stage.product.says('oncall', PULL);
    stage.product.signIns.keepSession(stage.product.seeded.idOf('oncall'), { contexts: new Set(), hasMfa: true });
    await confirm();
    assert.deepEqual(await states(), ['active']);
    await stage.product.passes('PT5M');
    const answer = told(await stage.product.says('oncall', 'continue sg-payments-oncall'));
    await stage.product.passes('PT26M');
    assert.deepEqual(
      [await states(), await stage.pulls(), answer],
      [['ended'], [{ state: 'over' }], ['breakglass.not_continued']],
    );
  });

  it('is not held up by a drill under way, which it ends', async () => {
    await stage.product.says('oncall', PULL.replace('payments', 'drill payments'));
    await confirm();
    await stage.product.signsIn('oncall');
    assert.deepEqual(await stage.pulls(), [{ state: 'active' }]);
    assert.deepEqual(told(await stage.product.says('oncall', PULL)), ['break-glass-confirm']);
  });

  it('is withdrawn by the replica that holds its token', async () => {
    const { services } = stage.product;
    const leave = createLeaveToHolder({
      ...services,
      signIns: { isHeld: () => false },
      elsewhere: { isElsewhere: async () => true },
    });
    const timer = { kind: 'pull.second', subject: randomUUID(), attempt: 0, dueAt: services.clock.now() } as const;
    assert.equal(await leave(timer as never), true);
  });

  it('is not pulled when its puller alone would hear of it', async () => {
    const { services, seeded } = stage.product;
    change('payments', {
      alarm: { channel: conversationId('19:security@thread.tacv2'), people: [seeded.idOf('oncall')] },
    });
    const { conversations } = services.store.now;
    (conversations as { find: unknown }).find = async () => ({ deadReason: 'gone' });
    (conversations as { listReachable: unknown }).listReachable = async (people: readonly string[]) => new Set(people);
    assert.deepEqual(told(await stage.product.says('oncall', PULL)), ['breakglass.pack_broken']);
  });

  it('asks who its puller is although the settings cannot be read', async () => {
    await stage.product.says('oncall', PULL);
    stage.product.seeded.tenant.readerFailure = new AccessError('graph.unavailable', 'down', { retryable: true });
    const answer = await confirmsBare(stage);
    assert.equal(answer.kind, 'sign-in-first');
  });

  it('goes on when the token for a withdrawal cannot be kept', async () => {
    await stage.product.says('oncall', PULL);
    stage.product.signIns.hold = async () => {
      throw new AccessError('identity.consent_missing', 'no token for Azure');
    };
    await confirm();
    assert.deepEqual(await stage.pulls(), [{ state: 'pulling' }]);
  });

  it('says that it is active, and nothing else, when it was approved in the portal after all', async () => {
    await stage.product.says('oncall', PULL_TIER0);
    await confirm();
    await stage.product.signsIn('oncall');
    stage.product.signIns.forget(stage.product.seeded.idOf('oncall'));
    await stage.product.passes('PT6M');
    const { rows } = await stage.product.database.pool.query<{ id: string; s: string }>(
      'select id, schedule_request_id as s from pimlico.activation_requests',
    );
    const role = stage.product.seeded.memberOf('sg-breakglass-tier0');
    await stage.product.seeded.tenant.part('group').decide(
      { principalId: stage.product.seeded.idOf('oncall2') },
      { id: rows[0]?.s as never, role },
      {
        outcome: 'approve',
        justification: 'portal',
      },
    );
    const { settleFromTenant } = await import('../../../../src/use-cases/record-decision.ts');
    const request = await stage.product.services.store.now.requests.find(rows[0]?.id as never);
    assert.ok(request);
    await settleFromTenant(stage.product.services, request);
    const card = await stage.newest('oncall', 'break-glass-active');
    assert.deepEqual([card.phase, card.problem], ['active', null]);
  });
});
