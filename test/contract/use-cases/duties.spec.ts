import assert from 'node:assert/strict';
import type { Notice } from '../../../src/domain/notice.ts';
import { NO_RULEBOOK } from '../../../src/domain/rulebook.ts';
import { AccessError } from '../../../src/errors.ts';
import { aProduct, type Product } from '../../support/product.ts';
import { entra, READING_AGAINST_RUNNING } from '../../support/rulebooks.ts';

const READ = 'activate Security Reader for 1h because x';
const RUN = 'activate Virtual Machine Operator for 1h because x';

const told = (notices: readonly Notice[]) =>
  notices.map((notice) => (notice.card === 'error' ? notice.code : notice.card));

describe('separation of duties', () => {
  let product: Product;
  beforeEach(async () => {
    product = await aProduct({ rules: { current: () => READING_AGAINST_RUNNING } });
  });

  it('refuses a role beside one that is active on another surface, and says what stands against it and why', async () => {
    await product.says('engineer', READ);
    const asked = product.seeded.tenant.requests().length;
    const [notice] = await product.says('engineer', RUN);
    assert.ok(notice?.card === 'error');
    assert.equal(notice.code, 'activation.conflicting_duty');
    assert.equal(notice.facts.heldRoleName, 'Security Reader');
    assert.equal(notice.facts.rule, 'Reading against running');
    assert.equal(notice.facts.reason, 'Who watches must not act.');
    assert.equal(product.seeded.tenant.requests().length, asked);
  });

  it('refuses it also when the other was activated elsewhere, of which only the tenant knows', async () => {
    await product.says('engineer', READ);
    await product.database.pool.query('delete from pimlico.activation_requests');
    assert.deepEqual(told(await product.says('engineer', RUN)), ['activation.conflicting_duty']);
  });

  it('lets roles of one side be held together, and each after the other was given back', async () => {
    await product.says('engineer', READ);
    assert.deepEqual(told(await product.says('engineer', 'activate Global Reader for 1h')), ['activation-active']);
    await product.passes('PT10M');
    await product.says('engineer', 'deactivate Security Reader');
    assert.deepEqual(told(await product.says('engineer', RUN)), ['activation.conflicting_duty']);
    await product.says('engineer', 'deactivate Global Reader');
    assert.deepEqual(told(await product.says('engineer', RUN)), ['activation-active']);
  });

  it('gives one of two roles of one sentence and refuses the other', async () => {
    const notices = await product.says(
      'engineer',
      'activate "Security Reader" and "Virtual Machine Operator" for 1h because x',
    );
    assert.deepEqual(told(notices).sort(), ['activation-active', 'activation.conflicting_duty']);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('lets one of two sentences through that are said at the same instant', async () => {
    const both = await Promise.all([product.says('engineer', READ), product.says('engineer', RUN)]);
    assert.deepEqual(told(both.flat()).sort(), ['activation-active', 'activation.conflicting_duty']);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('counts what a group leads to as asked for from the start', async () => {
    const rules = [
      {
        name: 'Looking against changing',
        reason: 'x',
        sides: [
          { name: 'looking', duties: [entra('Global Reader')] },
          { name: 'changing', duties: [{ surface: 'azure', role: 'Contributor', scope: null } as const] },
        ],
      },
    ];
    product = await aProduct({
      rules: { current: () => ({ ...NO_RULEBOOK, version: 'x', separationOfDuties: rules }) },
    });
    await product.says('engineer', 'activate Contributor on rg-payments for 1h because deploy');
    const notices = await product.says('engineer', 'activate Global Reader for 1h');
    assert.deepEqual(told(notices), ['activation.conflicting_duty']);
    assert.equal(product.seeded.tenant.requests().length, 1);
  });

  it('is committed for one sentence of a person at a time, whichever replica has it', async () => {
    const other = await product.database.pool.connect();
    try {
      await other.query('begin');
      await other.query('select from pimlico.people where id = $1 for no key update', [
        product.seeded.idOf('engineer'),
      ]);
      let isTold = false;
      const said = product.says('engineer', RUN).then((notices) => {
        isTold = true;
        return notices;
      });
      // Somebody else commits the opposite meanwhile: who did not wait would not see it.
      const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      while (!isTold && (await other.query(waits)).rowCount === 0) {
        await other.query('select pg_sleep(0.01)');
      }
      assert.equal(isTold, false);
      await other.query('rollback');
      assert.deepEqual(told(await said), ['activation-active']);
    } finally {
      other.release(true);
    }
  });

  it('asks for nothing when it cannot see what is held, and lets what only waits go on by itself', async () => {
    const { tenant } = product.seeded;
    tenant.failNext('listActive', new AccessError('graph.forbidden', 'no'), { surface: 'directory' });
    assert.deepEqual(told(await product.says('engineer', RUN)), ['activation.duties_unknown']);
    tenant.failNext('listActive', new AccessError('identity.consent_missing', 'no'), { surface: 'directory' });
    assert.notDeepEqual(told(await product.says('engineer', RUN)), ['activation-active']);
    assert.equal(tenant.requests().length, 0);
    assert.deepEqual(told(await product.says('engineer', RUN)), ['activation-active']);
  });

  it('costs no look at the tenant for a role that no rule is about', async () => {
    await product.says('engineer', 'activate Contoso-App-Assignment-Operator for 1h because x');
    assert.ok(!product.seeded.tenant.calls.includes('listActive'));
  });

  describe('by what roles allow', () => {
    const READS = 'microsoft.directory/applications/standard/read';
    const STARTS = 'Microsoft.Compute/virtualMachines/start/action';
    const sides = [
      { name: 'reading', duties: [{ surface: 'directory', role: null, operation: READS, scope: null } as const] },
      { name: 'running', duties: [{ surface: 'azure', role: null, operation: STARTS, scope: null } as const] },
    ];
    beforeEach(async () => {
      const rules = [{ name: 'Reading against running', reason: 'Who watches must not act.', sides }];
      product = await aProduct({
        rules: { current: () => ({ ...NO_RULEBOOK, version: 'x', separationOfDuties: rules }) },
      });
      product.seeded.tenant.setRoleActions(await eligible('directory', 'Security Reader'), [READS]);
      product.seeded.tenant.setRoleActions(await eligible('directory', 'Global Reader'), [
        'microsoft.directory/groups/standard/read',
      ]);
      product.seeded.tenant.setRoleActions(await eligible('azure', 'Virtual Machine Operator'), [
        'Microsoft.Compute/virtualMachines/*',
      ]);
    });

    async function eligible(surface: 'directory' | 'azure', roleName: string) {
      const listed = await product.seeded.tenant
        .part(surface)
        .listEligible({ principalId: product.seeded.idOf('engineer') });
      const found = listed.find((role) => role.roleName === roleName);
      assert.ok(found);
      return found;
    }

    it('refuses a role beside one, whatever their names', async () => {
      await product.says('engineer', READ);
      const [notice] = await product.says('engineer', RUN);
      assert.ok(notice?.card === 'error');
      assert.equal(notice.code, 'activation.conflicting_duty');
      assert.equal(notice.facts.heldRoleName, 'Security Reader');
      assert.equal(product.seeded.tenant.requests().length, 1);
    });

    it('refuses it when both are asked for in one sentence', async () => {
      const notices = await product.says(
        'engineer',
        'activate "Security Reader" and "Virtual Machine Operator" for 1h because x',
      );
      assert.deepEqual(told(notices).sort(), ['activation-active', 'activation.conflicting_duty']);
    });

    it('lets roles be held together that do not allow it', async () => {
      await product.says('engineer', 'activate Global Reader for 1h');
      assert.deepEqual(told(await product.says('engineer', RUN)), ['activation-active']);
    });

    it('refuses a role of which nobody can read what it allows, and any beside it', async () => {
      await product.says('engineer', READ);
      product.seeded.tenant.hideRoleActions(await eligible('azure', 'Virtual Machine Operator'));
      assert.deepEqual(told(await product.says('engineer', RUN)), ['activation.duties_unknown']);
      product.seeded.tenant.setRoleActions(await eligible('azure', 'Virtual Machine Operator'), []);
      product.seeded.tenant.hideRoleActions(await eligible('directory', 'Security Reader'));
      assert.deepEqual(told(await product.says('engineer', RUN)), ['activation-active']);
      const another = 'activate Global Reader for 1h';
      product.seeded.tenant.setRoleActions(await eligible('directory', 'Global Reader'), [READS]);
      product.seeded.tenant.hideRoleActions(await eligible('azure', 'Virtual Machine Operator'));
      assert.deepEqual(told(await product.says('engineer', another)), ['activation.duties_unknown']);
    });
  });
});
