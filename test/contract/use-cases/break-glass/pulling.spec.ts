import assert from 'node:assert/strict';
import { errorSentence } from '../../../../cards/error-texts.ts';
import type { Notice } from '../../../../src/domain/notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import { anEmergency, type EmergencyStage, PULL, phaseOf, SECURITY } from './stage.ts';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('pulling a break-glass pack', () => {
  let stage: EmergencyStage;
  beforeEach(async () => {
    stage = await anEmergency();
  });

  const confirm = async (handle: 'oncall' | 'oncall2' = 'oncall') =>
    await stage.product.presses(handle, await stage.product.card(handle, 'break-glass-confirm'), 'confirm-pull');

  it('lists what the asker may pull now, with the sentence to say, and nothing to whoever is not on call', async () => {
    const [mine] = await stage.product.says('oncall', 'breakglass');
    assert.deepEqual(mine?.card === 'break-glass-packs' && mine.packs.map(({ name, example }) => [name, example]), [
      ['payments', 'breakglass payments for 30m because SEV1 INC-99 what is broken'],
      ['tier0', 'breakglass tier0 for 30m because SEV1 INC-99 what is broken'],
    ]);
    const [others] = await stage.product.says('engineer', 'break glass');
    assert.deepEqual(others?.card === 'break-glass-packs' && others.packs, []);
  });

  it('reads back what will happen, and does nothing and tells nobody before it is confirmed', async () => {
    const [notice] = await stage.product.says('oncall', PULL);
    assert.equal(notice?.card, 'break-glass-confirm');
    assert.deepEqual(notice.pull, {
      pack: 'payments',
      purpose: 'Restore payments in production',
      pullerName: 'Lynne Robbins',
      roles: [{ roleName: 'sg-breakglass-payments', scopeName: 'Group membership' }],
      window: 'PT30M',
      incident: 'INC-99',
      severity: 'SEV1',
      reason: 'SEV1 INC-99 checkout down',
      isDrill: false,
      needsSecondPerson: false,
    });
    assert.deepEqual(notice.alarmed, ['Patti Fernandez']);
    assert.deepEqual(await stage.inChannel(), []);
    assert.deepEqual(await stage.product.audit(), []);
  });

  it('commits the alarm before PIM is asked, and asks PIM with the stronger sign-in of its puller', async () => {
    await stage.product.says('oncall', PULL);
    const { notices } = await confirm();
    assert.deepEqual(told(notices), ['break-glass-active', 'break-glass-confirm', 'step-up']);
    assert.equal(phaseOf((await stage.inChannel())[0]), 'pulling');
    assert.equal((await stage.product.audit()).includes('activation.intended'), false);
    await stage.product.signsIn('oncall');
    const audit = await stage.product.audit();
    assert.ok(audit.indexOf('alarm.raised') < audit.indexOf('activation.intended'));
    assert.equal(phaseOf((await stage.inChannel())[0]), 'active');
    assert.deepEqual(await stage.pulls(), [{ state: 'active' }]);
  });

  it('asks for no longer than was said, and for the whole window when nothing was said', async () => {
    await stage.product.says('oncall', PULL.replace(' for 30m', ''));
    await confirm();
    await stage.product.signsIn('oncall');
    const active = (await stage.inChannel())[0];
    assert.equal(active?.card === 'break-glass-active' && active.activeUntil, '2026-11-23T10:00:00Z');
  });

  it('ends by itself, takes the buttons away and asks for a review', async () => {
    await stage.product.says('oncall', PULL);
    await confirm();
    await stage.product.signsIn('oncall');
    await stage.product.passes('PT31M');
    assert.equal(phaseOf((await stage.inChannel())[0]), 'over');
    assert.deepEqual(await stage.pulls(), [{ state: 'over' }]);
    assert.equal((await stage.product.card('oncall', 'break-glass-review')).notice.card, 'break-glass-review');
    assert.equal((await stage.product.card('admin', 'break-glass-review')).notice.card, 'break-glass-review');
  });

  it('draws the cards again as time passes, oftener at the end', async () => {
    await stage.product.says('oncall', PULL);
    await confirm();
    await stage.product.signsIn('oncall');
    const versions: number[] = [];
    for (const _ of Array.from({ length: 29 })) {
      await stage.product.passes('PT1M');
      versions.push((await stage.product.card('oncall', 'break-glass-active')).version);
    }
    const drawnAt = versions.flatMap((version, minute) => (version === versions[minute - 1] ? [] : [minute + 1]));
    // The first change is that the tenant's list shows it.
    assert.deepEqual(drawnAt.slice(1), [5, 10, 15, 20, 25, 26, 27, 28, 29]);
  });

  const REFUSED: readonly (readonly [what: string, said: string, code: string])[] = [
    ['a pack that there is not', 'breakglass paymets for 30m because SEV1 INC-99 down', 'breakglass.pack_unknown'],
    ['a name that only begins like one', 'breakglass pay for 30m because SEV1 INC-99 down', 'breakglass.pack_unknown'],
    ['no pack at all', 'breakglass for 30m because SEV1 INC-99 down', 'breakglass.pack_unknown'],
    ['more than the window', PULL.replace('30m', '61m'), 'breakglass.too_long'],
    ['less than PIM gives', PULL.replace('30m', '4m'), 'activation.too_short'],
    ['an end that is too far', PULL.replace('for 30m', 'until 18:00'), 'breakglass.too_long'],
    ['no incident', 'breakglass payments for 30m because SEV1 checkout down', 'breakglass.incident_required'],
    ['no severity', 'breakglass payments for 30m because INC-99 checkout down', 'breakglass.severity_required'],
    ['a severity that is part of a word', PULL.replace('SEV1', 'SEV11'), 'breakglass.severity_required'],
    ['no reason', 'breakglass payments for 30m INC-99', 'breakglass.reason_required'],
    ['a later start', 'breakglass payments for 30m at 18:00 because SEV1 INC-99 down', 'breakglass.start_later'],
    ['a scope', 'breakglass payments on rg-web for 30m because SEV1 INC-99 down', 'breakglass.left_over'],
    ['a bare number', PULL.replace('30m', '30'), 'command.problem'],
    ['two packs', 'breakglass payments and tier0 for 30m because SEV1 INC-99 down', 'command.problem'],
  ];
  for (const [what, said, code] of REFUSED) {
    it(`refuses ${what}`, async () => {
      assert.deepEqual(told(await stage.product.says('oncall', said)), [code]);
      assert.deepEqual(await stage.pulls(), []);
    });
  }

  for (const [language, sentence] of [
    ['en-US', /“(.+)”/],
    ['es-ES', /«(.+)»/],
  ] as const) {
    for (const what of ['incident', 'severity', 'reason']) {
      it(`shows a sentence that does where the ${what} is missing (${language})`, async () => {
        const refused = REFUSED.find(([name]) => name === `no ${what}`)?.[1] ?? '';
        const [notice] = await stage.product.says('oncall', refused);
        assert.ok(notice?.card === 'error');
        const shown = errorSentence(notice.code, notice.facts, {
          locale: language,
          timeZone: 'UTC',
          now: stage.product.clock.now(),
        });
        assert.deepEqual(told(await stage.product.says('oncall', sentence.exec(shown)?.[1] ?? '')), [
          'break-glass-confirm',
        ]);
      });
    }
  }

  it('is for whoever is on call, at the sentence and at Confirm', async () => {
    assert.deepEqual(told(await stage.product.says('engineer', PULL)), ['breakglass.not_on_call']);
    await stage.product.says('oncall', PULL);
    stage.putOnCall('oncall2');
    const { notices } = await confirm();
    assert.deepEqual(told(notices), ['breakglass.not_on_call']);
    assert.deepEqual(await stage.inChannel(), []);
  });

  it('fails closed while nobody can tell who is on call', async () => {
    stage.product.onCall.fail('leads');
    assert.deepEqual(told(await stage.product.says('oncall', PULL)), ['oncall.unavailable']);
    const [list] = await stage.product.says('oncall', 'breakglass');
    assert.deepEqual(list?.card === 'break-glass-packs' && [list.packs, list.unread], [[], ['leads']]);
    stage.putOnCall();
    assert.deepEqual(told(await stage.product.says('oncall', PULL)), ['breakglass.not_on_call']);
  });

  it('is said in the own chat only', async () => {
    const { product } = stage;
    const { conversations } = product.services.store.now;
    const id = product.seeded.idOf('oncall');
    await conversations.save({
      id: 'a:another' as never,
      kind: 'personal',
      principalId: id,
      serviceUrl: 'https://smba.example',
      deadReason: null,
    });
    assert.deepEqual(told(await product.says('oncall', PULL)), ['breakglass.private_chat_only']);
  });

  it('is confirmed within five minutes, or not at all', async () => {
    await stage.product.says('oncall', PULL);
    const card = await stage.product.card('oncall', 'break-glass-confirm');
    await stage.product.passes('PT5M');
    const { notices } = await stage.product.presses('oncall', card, 'confirm-pull');
    assert.deepEqual(told(notices), []);
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
    const late = await stage.newest('oncall', 'break-glass-confirm');
    assert.equal(late.phase, 'late');
    assert.deepEqual(await stage.inChannel(), []);
  });

  it('is dropped by Cancel, and nobody hears of it', async () => {
    await stage.product.says('oncall', PULL);
    await stage.product.presses('oncall', await stage.product.card('oncall', 'break-glass-confirm'), 'drop-pull');
    assert.deepEqual(await stage.pulls(), [{ state: 'dropped' }]);
    assert.deepEqual(await stage.inChannel(), []);
    assert.deepEqual(await stage.product.waiting(), []);
  });

  it('is done once, however often it is said and confirmed', async () => {
    const { product } = stage;
    await product.says('oncall', PULL);
    const first = await product.card('oncall', 'break-glass-confirm');
    await product.says('oncall', PULL);
    const cards = (await product.cards('oncall')).filter(({ notice }) => notice.card === 'break-glass-confirm');
    const second = cards.find(({ id }) => id !== first.id) ?? first;
    await Promise.all([
      product.presses('oncall', first, 'confirm-pull'),
      product.presses('oncall', second, 'confirm-pull'),
      product.presses('oncall', first, 'confirm-pull'),
    ]);
    assert.deepEqual((await stage.inChannel()).length, 1);
    assert.deepEqual(
      (await stage.pulls()).filter(({ state }) => state === 'pulling'),
      [{ state: 'pulling' }],
    );
    assert.deepEqual(told(await product.says('oncall', PULL)), ['breakglass.already_pulled']);
  });

  it('is done for two people who pull the same pack at the same time', async () => {
    const { product } = stage;
    await Promise.all([product.says('oncall', PULL), product.says('oncall2', PULL)]);
    await Promise.all([confirm('oncall'), confirm('oncall2')]);
    await Promise.all([product.signsIn('oncall'), product.signsIn('oncall2')]);
    assert.deepEqual(await stage.pulls(), [{ state: 'active' }, { state: 'active' }]);
    assert.equal((await stage.inChannel()).length, 2);
  });

  it('reads back again when the rulebook has changed meanwhile', async () => {
    await stage.product.says('oncall', PULL);
    stage.rule((rulebook) => ({
      ...rulebook,
      version: 'def456def456',
      packs: rulebook.packs.map((pack) => ({ ...pack, alarm: { ...pack.alarm, channel: 'elsewhere' as never } })),
    }));
    const { notices } = await confirm();
    assert.deepEqual(told(notices), ['break-glass-confirm', 'break-glass-confirm']);
    assert.deepEqual(await stage.inChannel(), []);
    await confirm();
    assert.deepEqual((await stage.pulls()).map(({ state }) => state).toSorted(), ['dropped', 'pulling']);
  });

  it('is refused when the settings in PIM do not do what the rulebook says', async () => {
    stage.rule((rulebook) => ({
      ...rulebook,
      packs: rulebook.packs.map((pack) => ({ ...pack, needsSecondPerson: true })),
    }));
    const [one] = await stage.product.says('oncall', PULL);
    assert.match(one?.card === 'error' ? (one.facts.reason ?? '') : '', /demands no approval/);
    stage.rule((rulebook) => ({
      ...rulebook,
      packs: rulebook.packs.map((pack) => ({ ...pack, needsSecondPerson: false })),
    }));
    const [two] = await stage.product.says('oncall', 'breakglass tier0 for 20m because SEV1 INC-99 x');
    assert.match(two?.card === 'error' ? (two.facts.reason ?? '') : '', /demands approval/);
  });

  it('tells that nothing was given when PIM refuses, to its puller and in the channel', async () => {
    const { product } = stage;
    await product.says('oncall', PULL);
    await confirm();
    product.seeded.tenant.failNext('activate', new AccessError('activation.refused_by_policy', 'no'));
    await product.signsIn('oncall');
    const [alarm] = await stage.inChannel();
    assert.equal(phaseOf(alarm), 'dropped');
    assert.equal(alarm?.card === 'break-glass-active' && alarm.problem?.code, 'activation.refused_by_policy');
    assert.equal(phaseOf(await stage.newest('oncall', 'break-glass-active')), 'dropped');
  });

  it('is dropped when its sign-in is cancelled, or not done in time', async () => {
    const { product } = stage;
    await product.says('oncall', PULL);
    await confirm();
    await product.presses('oncall', await product.card('oncall', 'step-up'), 'cancel-step-up');
    assert.equal(phaseOf((await stage.inChannel())[0]), 'dropped');
    await product.says('oncall', PULL);
    await confirm();
    await product.passes('PT7M');
    assert.equal(phaseOf((await stage.inChannel()).at(-1)), 'dropped');
  });

  it('finds out what became of it when PIM’s answer was lost, and asks no second time', async () => {
    const { product } = stage;
    await product.says('oncall', PULL);
    await confirm();
    const lost = new AccessError('activation.in_doubt', 'lost');
    product.seeded.tenant.failNext('activate', lost, { afterEffect: true });
    await product.signsIn('oncall');
    await product.passes('PT2M');
    assert.deepEqual(await stage.pulls(), [{ state: 'active' }]);
    assert.equal(phaseOf((await stage.inChannel())[0]), 'active');
    assert.equal(product.seeded.tenant.calls.filter((call) => call.startsWith('activate')).length, 1);
  });

  it('gives up, and says so to everybody, when nobody can tell what became of it', async () => {
    const { product } = stage;
    await product.says('oncall', PULL);
    await confirm();
    product.seeded.tenant.failNext('activate', new AccessError('activation.in_doubt', 'lost'));
    await product.signsIn('oncall');
    await product.passes('PT2M');
    const [alarm] = await stage.inChannel();
    assert.equal(phaseOf(alarm), 'dropped');
    assert.equal(alarm?.card === 'break-glass-active' && alarm.problem?.code, 'activation.outcome_unknown');
  });

  it('is not pulled when nobody would hear of it', async () => {
    const { product } = stage;
    const { conversations } = product.services.store.now;
    const channel = { id: SECURITY, kind: 'channel', principalId: null, serviceUrl: 'https://smba.example' } as const;
    await conversations.save({ ...channel, deadReason: 'gone' });
    const [refused] = await product.says('oncall', PULL);
    assert.match(refused?.card === 'error' ? (refused.facts.reason ?? '') : '', /alarm reaches nobody/);
    await conversations.save({
      id: 'a:admin' as never,
      kind: 'personal',
      principalId: product.seeded.idOf('admin'),
      serviceUrl: 'https://smba.example',
      deadReason: null,
    });
    assert.deepEqual(told(await product.says('oncall', PULL)), ['break-glass-confirm']);
  });

  it('is not continued, nor reminded of like other roles: its cards count down', async () => {
    const { product } = stage;
    await product.says('oncall', PULL);
    await confirm();
    await product.signsIn('oncall');
    assert.equal((await product.waiting()).includes('activation.remind'), false);
    assert.deepEqual(told(await product.says('oncall', 'continue sg-breakglass-payments for 30m')), [
      'breakglass.not_continued',
    ]);
  });
});
