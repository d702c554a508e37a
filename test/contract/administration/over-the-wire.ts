import assert from 'node:assert/strict';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import type { RoleAdministration } from '../../../src/ports/role-administration.ts';
import type { AdministrationCast } from '../role-administration.ts';
import type { AdministrationBench } from './administration-bench.ts';
import { anOrder, createAdministrationBench, lineOf, rejects } from './administration-bench.ts';

const HANDLES = ['engineer', 'contractor', 'approver', 'approver2', 'oncall', 'oncall2', 'admin', 'newcomer'];

/** What an adapter of RoleAdministration makes of pages, lag, lost answers and missing rights, on any surface. */
export function describeAdministrationOverTheWire(
  name: string,
  cast: AdministrationCast,
  everything: readonly string[],
): void {
  describe(`administration of ${name}`, () => {
    let bench: AdministrationBench;
    let roles: RoleAdministration;
    let role: RoleAtScope;
    const admin = () => bench.as('admin');

    beforeEach(async () => {
      bench = await createAdministrationBench();
      roles = bench.administration(cast.surface);
      const [found] = await roles.findRoles(admin(), cast.words, cast.scopeWords);
      assert.ok(found, `there is no ${cast.words}`);
      role = found;
    });
    afterEach(async () => {
      await bench.close();
    });

    const rowOf = async (handle: string) => {
      const rows = await roles.listAssignments(admin(), { role });
      return rows.find(({ principal }) => principal.id === bench.principal(handle).id);
    };

    it('says which surface it is for', () => {
      assert.equal(roles.surface, cast.surface);
    });

    it('gives the whole list of a scope', async () => {
      const rows = await roles.listAssignments(admin(), { scopeId: role.scope.id });
      assert.deepEqual(rows.map(lineOf).sort(), everything);
    });

    it('reads all pages of a list', async () => {
      const whole = await roles.listAssignments(admin(), { scopeId: role.scope.id });
      bench.sandbox.world.settings.pageSize = 1;
      assert.deepEqual(await roles.listAssignments(admin(), { scopeId: role.scope.id }), whole);
    });

    it('gives nothing rather than a part when the seventh page fails', async () => {
      for (const handle of HANDLES) {
        await roles.change(admin(), anOrder(role, bench.principal(handle))).catch(() => null);
      }
      bench.sandbox.world.settings.pageSize = 1;
      assert.ok((await roles.listAssignments(admin(), { role })).length >= HANDLES.length);
      const match = 'ligibilityScheduleInstances';
      bench.sandbox.faults.add({ name: 'throttle', match, after: 6, times: 1, retryAfter: 60 });
      await rejects(roles.listAssignments(admin(), { role }), 'graph.throttled');
    });

    it('leaves out rows whose end has passed, though they are still listed', async () => {
      const endsAt = bench.sandbox.clock.now().add({ hours: 1 });
      await roles.change(admin(), anOrder(role, bench.principal('newcomer'), { kind: 'active', endsAt }));
      await bench.pass({ minutes: 10 });
      assert.ok(await rowOf('newcomer'));
      const lag = Temporal.Duration.from({ minutes: 10 });
      Object.assign(bench.sandbox.world.settings, { listLag: lag, groupUnlistLag: lag, azureUnlistLag: lag });
      await bench.pass({ minutes: 51 });
      assert.equal(await rowOf('newcomer'), undefined);
    });

    it('says that it does not know when the answer to a change was lost, and does not send it twice', async () => {
      bench.sandbox.faults.add({ name: 'ambiguous', match: 'cheduleRequests', times: 1 });
      bench.calls();
      await rejects(roles.change(admin(), anOrder(role, bench.principal('newcomer'))), 'activation.in_doubt');
      assert.equal(bench.calls().filter((call) => !call.startsWith('GET')).length, 1);
      assert.ok(await rowOf('newcomer'));
    });

    it('lets nobody list or change with the ordinary app alone', async () => {
      const order = anOrder(role, bench.principal('newcomer'));
      const self = bench.as('newcomer', 'selfService');
      await rejects(roles.listAssignments(self, { role }), 'graph.forbidden', 'identity.consent_missing');
      await rejects(roles.change(self, order), 'graph.forbidden', 'identity.consent_missing');
      assert.equal(await rowOf('newcomer'), undefined);
    });

    it('passes on that somebody must sign in, also for what was read before', async () => {
      const gone = { ...admin(), principalId: bench.as('nobody').principalId };
      await rejects(roles.findRoles(gone, cast.words, cast.scopeWords), 'identity.sign_in_required');
      await rejects(roles.listAssignments(gone, { role }), 'identity.sign_in_required');
      bench.signOut('admin');
      await rejects(roles.findRoles(admin(), cast.words, cast.scopeWords), 'identity.sign_in_required');
    });

    it('takes quotes and paths in words for what they are', async () => {
      for (const words of ["it's", "x' or displayName ne 'x", '../..', '$filter', ' ']) {
        assert.deepEqual(await roles.findRoles(admin(), words, cast.scopeWords), []);
        assert.deepEqual(await roles.findRoles(admin(), cast.words, words === ' ' ? '//' : words), []);
      }
    });
  });
}
