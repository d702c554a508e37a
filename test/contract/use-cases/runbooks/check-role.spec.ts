import assert from 'node:assert/strict';
import type { CheckNotice } from '../../../../src/domain/runbook-notice.ts';
import { AccessError } from '../../../../src/errors.ts';
import { checkRole } from '../../../../src/use-cases/runbooks/check-role.ts';
import { CHECK_LIMITS } from '../../../../src/use-cases/runbooks/run-checks.ts';
import type { Product } from '../../../support/product.ts';
import { aRunbookBench, only, type RunbookBench } from './a-catalogue.ts';

const VM = '/providers/Microsoft.Compute/virtualMachines/vm-pay-01';
const RESTART = ['Microsoft.Compute/virtualMachines/read', 'Microsoft.Compute/virtualMachines/restart/action'];

/** One block of permissions. */
function aBlock(actions: readonly string[], condition: string | null = null) {
  return { actions, notActions: [], dataActions: [], notDataActions: [], condition, conditionVersion: null };
}

/** What each check came to: `works`, `refused never`, `fails wait` … */
function verdicts({ results }: CheckNotice): readonly string[] {
  return results.map(({ subject, verdict }) => {
    const name = subject.kind === 'named' ? subject.name : subject.kind;
    const more = 'because' in verdict ? ` ${verdict.because}` : 'advice' in verdict ? ` ${verdict.advice}` : '';
    return `${name}: ${verdict.is}${more}`;
  });
}

describe('check', () => {
  let bench: RunbookBench;
  let product: Product;

  beforeEach(async () => {
    bench = await aRunbookBench();
    ({ product } = bench);
  });

  const checked = async (text: string) => only(await product.says('engineer', text), 'check');
  const activate = async (role: string): Promise<void> => {
    await product.says('engineer', `activate "${role}" for 1h because x`);
  };
  /** What Azure and Graph say from now on. */
  const azureKnows = (actions: readonly string[], condition: string | null = null): void => {
    product.probe.permissions.set(bench.paymentsScope.toLowerCase(), [aBlock(actions, condition)]);
    product.probe.answers.set(`${bench.paymentsScope}${VM}`, 'readable');
  };

  it('finds before the activation that nothing works, as it should be, and offers the role', async () => {
    const notice = await checked('check Virtual Machine Operator');
    assert.deepEqual([notice.phase, notice.standing, notice.isEligible], ['done', 'not-active', true]);
    assert.deepEqual(verdicts(notice), [
      'Read vm-pay-01: refused not-active',
      'Restart: refused not-active',
      'Delete: refused never',
    ]);
    assert.deepEqual(notice.runbook, { name: 'restart-vm', title: 'Restart a machine of payments' });
    const card = await product.card('engineer', 'check');
    only((await product.presses('engineer', card, 'open-role-form')).notices, 'activation-form');
  });

  it('finds afterwards what works, and what is refused as it should be', async () => {
    await activate('Virtual Machine Operator');
    azureKnows(RESTART);
    const notice = await checked('check Virtual Machine Operator on rg-payments');
    assert.equal(notice.standing, 'active');
    assert.deepEqual(verdicts(notice), ['Read vm-pay-01: works', 'Restart: works', 'Delete: refused never']);
    assert.deepEqual(product.probe.tried, [`azure ${bench.paymentsScope}${VM}`]);
  });

  it('does not take "active" for usable: waits while it is young, and says so when it is not', async () => {
    await activate('Virtual Machine Operator');
    assert.deepEqual(verdicts(await checked('check Virtual Machine Operator')), [
      'Read vm-pay-01: fails wait',
      'Restart: fails wait',
      'Delete: refused never',
    ]);
    await product.passes('PT11M');
    const later = await checked('check Virtual Machine Operator');
    assert.deepEqual(verdicts(later).slice(0, 2), ['Read vm-pay-01: fails denied', 'Restart: fails denied']);
  });

  it('tells what the person can do that the role should not give, and what works without it', async () => {
    azureKnows(['*']);
    assert.deepEqual(verdicts(await checked('check Virtual Machine Operator')), [
      'Read vm-pay-01: works-without-role',
      'Restart: works-without-role',
      'Delete: too-much',
    ]);
  });

  it('does not call allowed what a condition decides', async () => {
    await activate('Virtual Machine Operator');
    azureKnows(RESTART, '@Resource[x] StringEquals y');
    assert.equal(verdicts(await checked('check Virtual Machine Operator'))[1], 'Restart: unclear conditional');
  });

  it('is a matter of signing in again where the sign-in is older than the role', async () => {
    await product.passes('PT1M');
    await activate('Global Reader');
    await product.passes('PT1M');
    assert.deepEqual(verdicts(await checked('check Global Reader')), ['Audit log: fails sign-in-again']);
    product.signIns.signIn(product.seeded.idOf('engineer'));
    assert.deepEqual(verdicts(await checked('check Global Reader')), ['Audit log: fails wait']);
    product.probe.answers.set('/auditLogs/directoryAudits?$top=1', 'readable');
    assert.deepEqual(verdicts(await checked('check Global Reader')), ['Audit log: works']);
  });

  it('says of what could not be looked at that it was not probed, and why', async () => {
    await activate('Global Reader');
    const of = async (answer: 'not-consented' | 'unavailable' | 'missing'): Promise<readonly string[]> => {
      product.probe.answers.set('/auditLogs/directoryAudits?$top=1', answer);
      return verdicts(await checked('check Global Reader'));
    };
    assert.deepEqual(await of('not-consented'), ['Audit log: unclear not-consented']);
    assert.deepEqual(await of('unavailable'), ['Audit log: unclear unavailable']);
    assert.deepEqual(await of('missing'), ['Audit log: fails missing']);
  });

  it('says of roles of Entra and groups without a check that their effect was not probed', async () => {
    await activate('sg-payments-oncall');
    assert.deepEqual(verdicts(await checked('check sg-payments-oncall')), ['effect: unclear not-probed']);
    assert.deepEqual(verdicts(await checked('check Security Reader')), ['effect: unclear not-probed']);
    assert.deepEqual(product.probe.tried, []);
  });

  it('compares what Azure lists with the definition where there is no runbook', async () => {
    bench.keep('version: 1');
    await activate('Virtual Machine Operator');
    assert.deepEqual(verdicts(await checked('check Virtual Machine Operator')), ['definition: fails wait']);
    const { roles } = await product.catalogue.current();
    const definition = roles.find(({ name }) => name === 'Virtual Machine Operator');
    assert.ok(definition?.kind === 'azure');
    product.probe.permissions.set(bench.paymentsScope.toLowerCase(), [
      aBlock(['Microsoft.Support/*']),
      ...definition.permissions.map((block) => ({ ...block, actions: block.actions.toReversed() })),
    ]);
    const notice = await checked('check Virtual Machine Operator');
    assert.deepEqual(verdicts(notice), ['definition: works']);
    assert.equal(notice.runbook, null);
    const limited = definition.permissions.map((block) => ({ ...block, condition: '@Resource[x] StringEquals y' }));
    product.probe.permissions.set(bench.paymentsScope.toLowerCase(), limited);
    assert.deepEqual(verdicts(await checked('check Virtual Machine Operator')), ['definition: unclear conditional']);
  });

  it('knows from its own record what PIM’s list does not show yet', async () => {
    await activate('Virtual Machine Operator');
    const { roles } = product.services;
    Object.assign(product.services, {
      roles: Object.assign(Object.create(roles) as typeof roles, {
        listActive: async () => ({ rows: [], unread: [], errors: [] }),
      }),
    });
    azureKnows(RESTART);
    const notice = await checked('check Virtual Machine Operator');
    assert.equal(notice.standing, 'lagging');
    assert.equal(verdicts(notice)[1], 'Restart: works');
  });

  it('stands behind a button on the activation, on the runbook and on its own card', async () => {
    await activate('Virtual Machine Operator');
    azureKnows(RESTART);
    for (const name of ['activation-active', 'check', 'runbook'] as const) {
      if (name === 'runbook') {
        await product.says('engineer', 'runbook restart-vm');
      }
      const { notices } = await product.presses('engineer', await product.card('engineer', name), 'show-check');
      assert.equal(verdicts(only(notices, 'check'))[1], 'Restart: works', name);
    }
    assert.equal(
      only(
        (await product.presses('engineer', await product.card('engineer', 'check'), 'show-runbook')).notices,
        'runbook',
      ).name,
      'restart-vm',
    );
    await activate('Security Reader');
    const plain = (await product.cards('engineer')).find(
      ({ notice }) => notice.card === 'activation-active' && notice.request.roleName === 'Security Reader',
    );
    assert.ok(plain);
    const forged = await product.presses('engineer', plain, 'show-check');
    assert.equal(only(forged.notices, 'error').code, 'card.malformed');
  });

  it('asks back between several, and checks what is chosen; a runbook’s name will do as well', async () => {
    const { purpose, choices } = only(await product.says('engineer', 'check Reader'), 'choose-role');
    assert.equal(purpose, 'check');
    const staging = choices.find(({ scopeName }) => scopeName.includes('Staging'));
    assert.ok(staging);
    const card = await product.card('engineer', 'choose-role');
    const { notices } = await product.presses('engineer', card, 'choose', { choice: staging.key });
    assert.equal(notices.find((notice) => notice.card === 'check')?.role.scopeName, staging.scopeName);
    await activate(`Reader" on "${staging.scopeName}`);
    assert.equal((await checked('check Reader')).standing, 'active');
    assert.equal((await checked('check restart-vm')).role.roleName, 'Virtual Machine Operator');
    assert.equal(only(await product.says('engineer', 'check Grand Vizier'), 'error').code, 'activation.role_unknown');
  });

  it('without a name means the only active role, or asks which', async () => {
    await activate('Virtual Machine Operator');
    assert.equal((await checked('check')).role.roleName, 'Virtual Machine Operator');
    await activate('Global Reader');
    assert.equal(only(await product.says('engineer', 'check'), 'choose-role').choices.length, 2);
  });

  it('waits for a sign-in like everything else', async () => {
    product.probe.failure = new AccessError('identity.sign_in_required', 'gone');
    const [notice] = await product.says('engineer', 'check Global Reader');
    assert.equal(notice?.card, 'sign-in');
  });

  describe('when Microsoft takes its time', () => {
    /** The only card of the check, with what was delivered before the end of it. */
    const checkedSlowly = async (patience: { readonly wordAfterMs: number; readonly withinMs: number }) => {
      const { services } = product;
      const person = await services.store.now.people.find(product.seeded.idOf('engineer'));
      assert.ok(person);
      const [id, ...others] = await checkRole(
        services,
        { person, turnId: 'turn:slow', spend: null },
        { kind: 'words', words: 'Global Reader', scope: null },
        { wordAfterMs: patience.wordAfterMs, limits: { ...CHECK_LIMITS, withinMs: patience.withinMs } },
      );
      assert.deepEqual(others, []);
      assert.ok(id);
      const notice = (await services.store.now.cards.find(id))?.notice;
      assert.ok(notice?.card === 'check');
      return { notice, id };
    };

    it('says within a moment that it is under way, and fills the same card in', async () => {
      const { services, probe } = product;
      const told = Promise.withResolvers<void>();
      const early: CheckNotice[] = [];
      const read = probe.read.bind(probe);
      probe.read = async (...asked) => {
        await told.promise;
        return await read(...asked);
      };
      const { deliver } = services.delivery;
      services.delivery.deliver = async (cards) => {
        await deliver(cards);
        const notices = await Promise.all(cards.map((card) => services.store.now.cards.find(card)));
        early.push(...notices.flatMap((card) => (card?.notice.card === 'check' ? [card.notice] : [])));
        told.resolve();
      };
      const { notice } = await checkedSlowly({ wordAfterMs: 5, withinMs: 10_000 });
      assert.deepEqual(
        early.map(({ phase, results }) => [phase, results.length]),
        [['working', 0]],
      );
      assert.equal(notice.phase, 'done');
      assert.deepEqual(verdicts(notice), ['Audit log: refused not-active']);
    });

    it('takes the card away again when there is no answer to come, such as for want of a sign-in', async () => {
      const { services, probe } = product;
      const told = Promise.withResolvers<void>();
      probe.read = async () => {
        await told.promise;
        throw new AccessError('identity.sign_in_required', 'gone');
      };
      const { deliver } = services.delivery;
      services.delivery.deliver = async (cards) => {
        await deliver(cards);
        told.resolve();
      };
      await assert.rejects(
        checkedSlowly({ wordAfterMs: 5, withinMs: 10_000 }),
        (error: unknown) => error instanceof AccessError && error.code === 'identity.sign_in_required',
      );
      assert.deepEqual(await product.cards('engineer'), []);
      // Sent, and then taken back.
      assert.equal(product.delivered.length, 2);
    });

    it('does not wait for ever', async () => {
      product.probe.read = () => new Promise(() => undefined);
      const { notice } = await checkedSlowly({ wordAfterMs: 10_000, withinMs: 20 });
      assert.deepEqual(verdicts(notice), ['Audit log: unclear too-slow']);
      assert.deepEqual(product.delivered, []);
    });
  });

  it('asks so many at a time and no more, and of many checks the first twelve', async () => {
    const checks = Array.from({ length: 12 }, (_, index) => `{ name: C${index}, graph: '/x/y${index}' }`);
    const more = `- { name: two, title: T, role: { entraRole: Global Reader }, steps: [x], checks: [{ name: D, graph: /z }] }`;
    bench.keep(
      `version: 1\nrunbooks:\n  - { name: one, title: T, role: { entraRole: Global Reader }, steps: [x], checks: [${checks.join(', ')}] }\n  ${more}\n`,
    );
    let [running, most] = [0, 0];
    const { probe } = product;
    const read = probe.read.bind(probe);
    probe.read = async (...asked) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return await read(...asked);
    };
    const notice = await checked('check Global Reader');
    assert.equal(most, 4);
    assert.deepEqual([notice.results.length, notice.left], [12, 1]);
    assert.equal(probe.tried.length, 12);
  });
});
