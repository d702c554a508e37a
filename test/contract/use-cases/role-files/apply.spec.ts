import assert from 'node:assert/strict';
import sinon from 'sinon';
import { WHOLE_TENANT } from '../../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../../src/domain/ids.ts';
import { AccessError } from '../../../../src/errors.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { auditFacts, errorOf, only, press, refusalOf } from '../administration/administration-bench.ts';
import {
  ASSIGN,
  anAzureRole,
  azureFile,
  directoryFile,
  READ_APPS,
  RESTART,
  type RoleFilesBench,
  roleFilesBench,
  START,
  STARTER_ID,
  SUPPORT_ID,
  WEB,
} from './role-files-bench.ts';

const LOST = new AccessError('activation.in_doubt', 'lost');
const NEW_ACTION = 'microsoft.directory/applications/basic/update';

describe('applying role files', () => {
  let bench: RoleFilesBench;
  beforeEach(async () => {
    bench = await roleFilesBench();
    bench.files.set('starter.json', azureFile({ actions: [START, RESTART] }));
    bench.files.set('support.json', directoryFile([READ_APPS]));
  });

  /** A second role of Azure that only a file has, and a change of the Entra role. */
  const withMore = () => {
    bench.files.set('a-new.json', azureFile({ name: 'Restarter', id: null, actions: [RESTART] }));
    bench.files.set('support.json', directoryFile([READ_APPS, NEW_ACTION]));
    const { seeded, clock } = bench.product;
    seeded.tenant.assign({
      surface: 'directory',
      roleDefinitionId: roleDefinitionId('e8611ab8-c189-46e8-94e1-60213ab1f814'),
      roleName: 'Privileged Role Administrator',
      scope: { id: '/', name: WHOLE_TENANT },
      principalId: seeded.idOf('admin'),
      kind: 'active',
      startsAt: clock.now(),
      endsAt: null,
    });
  };
  const trail = async () => (await bench.product.audit()).filter((event) => event.startsWith('role_definition.'));

  it('reads back what would be written, and writes nothing yet', async () => {
    const { phase, items, expiresAt } = await bench.plan();
    assert.deepEqual([phase, expiresAt], ['confirm', '2026-11-23T09:15:01Z']);
    assert.deepEqual(
      items.map(({ action, name, id, gains }) => [action, name, id, gains.others]),
      [['update', 'VM Starter', STARTER_ID, [RESTART]]],
    );
    assert.deepEqual(bench.azure.written, []);
  });

  it('counts all of the scopes and findings that it cuts', async () => {
    const scopes = Array.from({ length: 45 }, (_, at) => `${WEB}-${at}`);
    bench.files.set('starter.json', azureFile({ scopes, actions: [START, 'nothing', ...scopes] }));
    const [item] = (await bench.plan()).items;
    assert.deepEqual([item?.scopesAdded.names.length, item?.scopesAdded.total], [30, 45]);
    assert.ok(item !== undefined && item.findingsTotal > item.findings.length, String(item?.findingsTotal));
  });

  it('writes at Confirm, reads again, and leaves a trail with what it was and became', async () => {
    const { items } = await bench.plan('roles apply VM Starter because the weekly review');
    const forgotten = bench.product.catalogue.forgotten;
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), ['update VM Starter: done']);
    assert.deepEqual(bench.azure.written, ['update VM Starter']);
    assert.deepEqual(await trail(), ['role_definition.intended', 'role_definition.changed']);
    const [item] = items;
    assert.deepEqual(await auditFacts(bench.product, 'role_definition.changed'), {
      action: 'update',
      kind: 'azure',
      role: STARTER_ID,
      roleName: 'VM Starter',
      was: item?.heldHash,
      becomes: item?.wantedHash,
      justification: 'the weekly review',
    });
    assert.equal(bench.product.catalogue.forgotten, forgotten + 1);
    assert.deepEqual(await bench.product.waiting(), []);
    assert.deepEqual((await bench.drift()).counts.same, 2);
  });

  it('has only the roles that are named, never those that only the tenant has', async () => {
    withMore();
    bench.azure.held.set('x', anAzureRole({ name: 'Forgotten', id: 'x' }));
    const { items } = await bench.plan('roles apply Restarter, App Support');
    assert.deepEqual(
      items.map(({ name, action }) => `${action} ${name}`),
      ['create Restarter', 'update App Support'],
    );
    const all = await bench.plan('roles apply');
    assert.equal(all.items.length, 3);
    await bench.confirms();
    assert.equal(bench.azure.held.has('x'), true);
    assert.deepEqual(bench.azure.written.includes('remove Forgotten'), false);
  });

  it('creates a role under the id that the card was drawn with', async () => {
    withMore();
    const { items } = await bench.plan('roles apply Restarter');
    await bench.confirms();
    assert.equal(bench.azure.held.get(items[0]?.id ?? '')?.name, 'Restarter');
    assert.deepEqual(await bench.outcomes(), ['create Restarter: done']);
  });

  it('says that there is nothing to do where nothing differs', async () => {
    bench.files.set('starter.json', azureFile());
    assert.equal((await bench.asks('roles apply'))[0]?.card, 'roles-drift');
  });

  it('wants a sign-in of an administrator for the plan, and another one for Confirm', async () => {
    const [offered] = await bench.product.says('admin', 'roles apply');
    assert.equal(offered?.card === 'step-up' && offered.purpose, 'admin');
    await bench.product.signsIn('admin');
    assert.equal(await refusalOf(bench.confirms(false)), 'identity.admin_sign_in_required');
    assert.deepEqual(bench.azure.written, []);
  });

  describe('is blocked', () => {
    const isBlocked = async (code: string, text = 'roles apply') => {
      const { phase, problem } = await bench.plan(text);
      assert.deepEqual([phase, problem?.code], ['blocked', code]);
      assert.equal(await refusalOf(bench.confirms()), 'card.malformed');
      assert.deepEqual(bench.azure.written, []);
    };

    it('by any file that cannot be read, also when others are named', async () => {
      bench.files.set('broken.json', '{');
      await isBlocked('role_files.wrong', 'roles apply VM Starter');
      const { problems } = await bench.shown();
      assert.deepEqual(
        problems.map(({ where }) => where),
        ['broken.json:1:2'],
      );
    });

    it('by what linting calls an error', async () => {
      bench.files.set('starter.json', azureFile({ scopes: ['/'] }));
      await isBlocked('role_files.wrong');
    });

    it('by a name against the convention', async () => {
      bench = await roleFilesBench('Contoso-');
      bench.files.set('starter.json', azureFile({ actions: [START, RESTART] }));
      await isBlocked('role_files.wrong');
    });

    it('by the id of a built-in role', async () => {
      const { roles } = await bench.product.catalogue.current();
      const reader = roles.find(({ name }) => name === 'Reader');
      bench.files.set('starter.json', azureFile({ name: 'Mine', id: reader?.id ?? '' }));
      await isBlocked('role_files.wrong');
    });

    it('by a scope where the asker may not write, before anything is sent', async () => {
      bench.files.set('starter.json', azureFile({ scopes: [WEB] }));
      bench.product.probe.permissions.delete(WEB.toLowerCase());
      await isBlocked('role_definition.scope_forbidden');
    });

    it('for Entra while the asker is no active Privileged Role Administrator', async () => {
      bench.files.set('support.json', directoryFile([READ_APPS, NEW_ACTION]));
      await isBlocked('role_definition.administrator_needed', 'roles apply App Support');
    });

    it('by a role that the asker may not see', async () => {
      bench.azure.held.clear();
      bench.product.catalogue.learn({ roles: [anAzureRole()] });
      await isBlocked('role_files.unseen', 'roles apply VM Starter');
    });
  });

  it('is refused where one card could not show it all', async () => {
    for (let n = 0; n < 11; n += 1) {
      bench.files.set(`n${n}.json`, azureFile({ name: `New ${n}`, id: null }));
    }
    assert.deepEqual(errorOf(await bench.asks('roles apply')).slice(0, 2), ['role_files.too_many', { count: '12' }]);
  });

  describe('at Confirm', () => {
    const isRedrawn = async (phase: string, code: string) => {
      await bench.confirms();
      const shown = await bench.shown();
      assert.deepEqual([shown.phase, shown.problem?.code], [phase, code]);
      assert.deepEqual(bench.azure.written, []);
      assert.deepEqual(await trail(), []);
    };

    it('draws the card again when a file has changed', async () => {
      await bench.plan();
      bench.files.set('starter.json', azureFile({ actions: [START, ASSIGN] }));
      await isRedrawn('confirm', 'role_files.changed');
      await bench.confirms();
      assert.deepEqual(await bench.outcomes(), ['update VM Starter: done']);
    });

    it('draws the card again when the tenant has changed, and when another role has joined', async () => {
      await bench.plan();
      bench.azure.held.set(STARTER_ID, anAzureRole({ actions: ['Microsoft.Compute/virtualMachines/read'] }));
      await isRedrawn('confirm', 'role_files.changed');
      bench.files.set('a-new.json', azureFile({ name: 'Restarter', id: null }));
      await isRedrawn('confirm', 'role_files.changed');
    });

    it('is over when nothing is left to write, and after a quarter of an hour', async () => {
      await bench.plan();
      bench.azure.held.set(STARTER_ID, anAzureRole({ actions: [START, RESTART] }));
      await isRedrawn('dropped', 'role_files.changed');
      bench.azure.held.set(STARTER_ID, anAzureRole());
      await bench.plan();
      await bench.product.passes('PT15M1S');
      await isRedrawn('dropped', 'card.stale');
    });

    it('writes once when it is pressed twice at the same instant', async () => {
      await bench.plan();
      const settled = await Promise.allSettled([bench.confirms(), bench.confirms()]);
      assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.deepEqual(bench.azure.written, ['update VM Starter']);
    });
  });

  it('goes on after a refusal that is about one role, and says which', async () => {
    withMore();
    await bench.plan();
    bench.azure.failNext('create', new AccessError('role_definition.exists', 'RoleDefinitionWithSameNameExists'));
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), [
      'create Restarter: failed role_definition.exists',
      'update VM Starter: done',
      'update App Support: done',
    ]);
    assert.deepEqual(bench.directory.held.get(SUPPORT_ID)?.permissions, [
      { actions: [READ_APPS, NEW_ACTION], condition: null },
    ]);
  });

  it('leaves the others alone when nobody would take them', async () => {
    withMore();
    await bench.plan();
    bench.azure.failNext('create', new AccessError('graph.throttled', 'slow down'));
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), [
      'create Restarter: failed graph.throttled',
      'update VM Starter: left',
      'update App Support: left',
    ]);
  });

  it('finds out what became of a write whose answer was lost, and sends nothing twice', async () => {
    await bench.plan();
    bench.azure.failNext('update', LOST, { afterEffect: true });
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), ['update VM Starter: done']);
    assert.deepEqual(bench.azure.written, ['update VM Starter']);
    assert.equal((await auditFacts(bench.product, 'role_definition.changed')).found, 'tenant');
  });

  it('stays in doubt while the tenant does not show it, until somebody looks again', async () => {
    withMore();
    await bench.plan('roles apply VM Starter, App Support');
    bench.azure.failNext('update', LOST);
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), [
      'update VM Starter: in-doubt activation.in_doubt',
      'update App Support: left',
    ]);
    const looks = async () => {
      await press(bench.product, 'admin', [await bench.product.card('admin', 'roles-change'), 'look-at-roles']);
    };
    await looks();
    assert.equal((await bench.outcomes())[0], 'update VM Starter: in-doubt activation.in_doubt');
    bench.azure.held.set(STARTER_ID, anAzureRole({ actions: [RESTART, START] }));
    await looks();
    assert.equal((await bench.outcomes())[0], 'update VM Starter: done');
    assert.deepEqual(bench.azure.written, []);
    assert.deepEqual(await trail(), ['role_definition.intended', 'role_definition.refused', 'role_definition.changed']);
    assert.equal(await refusalOf(looks()), 'card.malformed');
  });

  it('does not call done what Microsoft took and the tenant does not show', async () => {
    await bench.plan();
    sinon.stub(bench.azure, 'update').resolves(anAzureRole());
    await bench.confirms();
    assert.deepEqual(await bench.outcomes(), ['update VM Starter: in-doubt activation.in_doubt']);
  });

  describe('and dying in the middle', () => {
    /** The process is gone as soon as Entra was asked: nothing is written afterwards. */
    const dies = async (): Promise<void> => {
      withMore();
      await bench.plan();
      const { services } = bench.product;
      const { store } = services;
      const isGone = new AccessError('internal.database_unavailable', 'the process is gone');
      const update = bench.azure.update.bind(bench.azure);
      const stub = sinon.stub(bench.azure, 'update').callsFake(async (...given) => {
        const gone: Store = { ...store, transaction: async () => await Promise.reject(isGone) };
        Object.assign(services, { store: gone });
        return await update(...given);
      });
      assert.equal(await refusalOf(bench.confirms()), 'internal.database_unavailable');
      Object.assign(services, { store });
      stub.restore();
    };

    it('says which roles are done, which nobody knows, and which were not begun', async () => {
      await dies();
      assert.equal((await bench.shown()).phase, 'changing');
      assert.deepEqual(await bench.product.waiting(), ['roles.check']);
      await bench.product.passes('PT5M');
      assert.deepEqual(await bench.outcomes(), [
        'create Restarter: done',
        'update VM Starter: in-doubt activation.in_doubt',
        'update App Support: left',
      ]);
      const card = await bench.product.card('admin', 'roles-change');
      await press(bench.product, 'admin', [card, 'look-at-roles']);
      assert.equal((await bench.outcomes())[1], 'update VM Starter: done');
      assert.deepEqual(bench.azure.written, ['create Restarter', 'update VM Starter']);
    });

    it('leaves nothing to press meanwhile', async () => {
      await dies();
      await bench.product.presses('admin', await bench.product.card('admin', 'roles-change'), 'confirm-roles');
      assert.equal((await bench.shown()).phase, 'changing');
      assert.equal(bench.azure.written.length, 2);
    });
  });

  it('leaves everything as it is when it is dropped', async () => {
    await bench.plan();
    const card = await bench.product.card('admin', 'roles-change');
    await press(bench.product, 'admin', [card, 'drop-roles']);
    assert.equal((await bench.shown()).phase, 'dropped');
    assert.deepEqual(bench.azure.written, []);
  });

  it('is only for who may act as an administrator', async () => {
    const [offered] = await bench.product.says('engineer', 'roles apply');
    assert.equal(
      only(
        [offered].flatMap((one) => one ?? []),
        'step-up',
      ).purpose,
      'admin',
    );
  });
});
