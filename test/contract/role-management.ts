import assert from 'node:assert/strict';
import { AccessError } from '../../src/errors.ts';
import type { TenantRequest } from '../../src/ports/role-management.ts';
import { type Cast, MARKER, OTHER_MARKER, type RoleManagementBench, Stage } from './role-management-bench.ts';
import { describeDecisions } from './role-management-decisions.ts';
import { describeOwnRequests } from './role-management-own.ts';
import { describeValidate } from './role-management-validate.ts';

/** What every adapter of RoleManagement promises, on any surface; {@link RoleManagementBench} says how to run it. */
export function describeRoleManagementContract(
  name: string,
  cast: Cast,
  create: () => Promise<RoleManagementBench>,
): void {
  describe(name, () => {
    const stage = new Stage(cast);
    stage.install(create);
    describeLists(stage);
    describeActivate(stage);
    describeRefusals(stage);
    describeActivateAll(stage);
    describeValidate(stage);
    describeOwnRequests(stage);
    describeDecisions(stage);
  });
}

function describeLists(stage: Stage): void {
  describe('lists', () => {
    it('names what may be activated, with the person as principal', async () => {
      const { plain, listed } = stage.cast;
      const rows = await stage.roles.listEligible(stage.as(plain.holder));
      assert.deepEqual(rows.map((row) => `${row.roleName} @ ${row.scope.name}`).sort(), listed);
      const ids = new Set(rows.map(({ principalId }) => principalId));
      assert.deepEqual([...ids], [stage.bench.idOf(plain.holder)]);
      assert.ok(rows.every(({ surface }) => surface === stage.roles.surface));
    });

    it('are empty for somebody who is eligible for nothing', async () => {
      assert.deepEqual(await stage.roles.listEligible(stage.as('newcomer')), []);
      assert.deepEqual(await stage.roles.listActive(stage.as('newcomer')), []);
      assert.deepEqual(await stage.roles.listOpenRequests(stage.as('newcomer')), []);
      assert.deepEqual(await stage.roles.listAwaitingDecision(stage.as('newcomer')), []);
    });

    it('ask people to sign in of whom there is no token', async () => {
      const { plain } = stage.cast;
      await stage.bench.signOut(plain.holder);
      await stage.rejects(stage.roles.listEligible(stage.as(plain.holder)), 'identity.sign_in_required');
    });

    it('show until when an eligible assignment lasts, and leave it out from then on', async () => {
      const { foreign, plain } = stage.cast;
      const role = await stage.eligible(foreign);
      const endsAt = stage.bench.now().add({ hours: 30 });
      await stage.bench.assign({ to: plain.holder, kind: 'eligible', role, endsAt });
      await stage.settle();
      const row = await stage.eligible({ ...foreign, holder: plain.holder });
      assert.equal(row.endsAt?.toString(), endsAt.toString());
      await stage.bench.advance({ hours: 30, minutes: 1 });
      await stage.bench.signIn(plain.holder);
      const rows = await stage.roles.listEligible(stage.as(plain.holder));
      assert.deepEqual(rows.map((one) => `${one.roleName} @ ${one.scope.name}`).sort(), stage.cast.listed);
      const late = stage.roles.activate(stage.as(plain.holder), stage.order(role, { ticket: foreign.ticket ?? null }));
      await stage.rejects(late, 'activation.not_eligible');
    });

    it('show what an administrator assigned as assigned, until it ends', async () => {
      const { plain } = stage.cast;
      const role = await stage.eligible(plain);
      const endsAt = stage.bench.now().add({ hours: 30 });
      await stage.bench.assign({ to: plain.holder, kind: 'active', role, endsAt });
      await stage.settle();
      const rows = await stage.roles.listActive(stage.as(plain.holder));
      assert.deepEqual(
        rows.map((row) => [row.roleName, row.assignmentType, row.endsAt?.toString()]),
        [[plain.roleName, 'assigned', endsAt.toString()]],
      );
      assert.equal(await stage.bench.reader.findActive(stage.bench.idOf(plain.holder), role), null);
      await stage.bench.advance({ hours: 30, minutes: 1 });
      await stage.bench.signIn(plain.holder);
      assert.deepEqual(await stage.roles.listActive(stage.as(plain.holder)), []);
    });

    const { through } = stage.cast;
    if (through !== null) {
      it('show what only membership of a group gives once the person is a member', async () => {
        const isThere = async (): Promise<boolean> => {
          const rows = await stage.roles.listEligible(stage.as(through.holder));
          return rows.some((row) => row.roleName === through.roleName && row.scope.name === through.scopeName);
        };
        assert.equal(await isThere(), false);
        await stage.bench.join();
        await stage.settle();
        assert.equal(await isThere(), true);
        const { request } = await stage.activate(through);
        assert.equal(request.principalId, stage.bench.idOf(through.holder));
      });
    }
  });
}

function describeActivate(stage: Stage): void {
  describe('activate', () => {
    it('gives access at once when nobody has to approve', async () => {
      const { plain } = stage.cast;
      const { role, request } = await stage.activate(plain, { ticket: 'INC-42' });
      assert.match(request.state, /^provision(ed|ing)$/);
      assert.equal(request.principalId, stage.bench.idOf(plain.holder));
      assert.equal(request.role.roleName, plain.roleName);
      assert.equal(request.startsAt, null);
      assert.equal(request.duration?.total('minutes'), 60);
      assert.equal(request.justification, 'INC-42 broken sign-in');
      assert.equal(request.ticket, 'INC-42');
      assert.equal(request.marker, MARKER);
      await stage.settle();
      assert.equal((await stage.roles.findByMarker(stage.as(plain.holder), MARKER, role))?.state, 'provisioned');
    });

    it('shows up among the active assignments with its end', async () => {
      const { plain } = stage.cast;
      const endsAt = stage.bench.now().add({ hours: 1 });
      const { role } = await stage.activate(plain);
      await stage.settle();
      const active = await stage.findActive(plain.holder, role);
      assert.equal(active?.roleName, plain.roleName);
      assert.equal(active?.scope.name, plain.scopeName);
      assert.equal(active?.principalId, stage.bench.idOf(plain.holder));
      assert.equal(active?.endsAt?.toString(), endsAt.toString());
      const seen = await stage.bench.reader.findActive(stage.bench.idOf(plain.holder), role);
      assert.equal(seen?.endsAt?.toString(), endsAt.toString());
    });

    it('disappears from the active assignments when the time is over', async () => {
      const { plain } = stage.cast;
      const { role } = await stage.activate(plain, { duration: Temporal.Duration.from('PT30M') });
      await stage.bench.advance({ minutes: 20 });
      assert.ok(await stage.findActive(plain.holder, role));
      await stage.bench.advance({ minutes: 11 });
      assert.equal(await stage.findActive(plain.holder, role), null);
      assert.equal(await stage.bench.reader.findActive(stage.bench.idOf(plain.holder), role), null);
    });

    const { twin } = stage.cast;
    if (twin !== null) {
      it('activates at one scope only there', async () => {
        const { role } = await stage.activate(twin.one);
        const other = await stage.eligible(twin.other);
        await stage.settle();
        assert.ok(await stage.bench.reader.findActive(stage.bench.idOf(twin.one.holder), role));
        assert.equal(await stage.bench.reader.findActive(stage.bench.idOf(twin.one.holder), other), null);
      });
    }

    it('waits for a decision where the settings want one', async () => {
      const { approved } = stage.cast;
      const { request } = await stage.activate(approved);
      assert.equal(request.state, 'awaiting-approval');
      const open = await stage.roles.listOpenRequests(stage.as(approved.holder));
      assert.deepEqual(
        open.map(({ id, role, state, marker }) => [id, role.roleName, role.scope.name, state, marker]),
        [[request.id, approved.roleName, approved.scopeName, 'awaiting-approval', MARKER]],
      );
    });

    it('schedules a start that lies ahead', async () => {
      const { plain } = stage.cast;
      const startsAt = stage.bench.now().add({ hours: 3 });
      const { role, request } = await stage.activate(plain, { startsAt });
      assert.equal(request.state, 'scheduled');
      assert.equal(request.startsAt?.toString(), startsAt.toString());
      const open = await stage.roles.listOpenRequests(stage.as(plain.holder));
      assert.deepEqual(
        open.map(({ id, state }) => [id, state]),
        [[request.id, 'scheduled']],
      );
      assert.equal(await stage.findActive(plain.holder, role), null);
      await stage.bench.advance({ hours: 3, minutes: 1 });
      await stage.bench.signIn(plain.holder);
      await stage.settle();
      assert.deepEqual(await stage.roles.listOpenRequests(stage.as(plain.holder)), []);
      assert.ok(await stage.bench.reader.findActive(stage.bench.idOf(plain.holder), role));
    });

    const { stepUp } = stage.cast;
    if (stepUp !== null) {
      it('asks for a step-up with the claims of the authentication context', async () => {
        const error = await stage.rejects(stage.activate(stepUp), 'activation.step_up_required');
        assert.deepEqual(JSON.parse(error.facts.claims ?? ''), {
          access_token: { acrs: { essential: true, value: 'c1' } },
        });
      });
    }
  });
}

function describeRefusals(stage: Stage): void {
  describe('activate refuses', () => {
    it('a second activation of a running one, and leaves the first as it was', async () => {
      const { plain } = stage.cast;
      const { role } = await stage.activate(plain);
      const again = stage.order(role, { marker: OTHER_MARKER });
      await stage.rejects(stage.roles.activate(stage.as(plain.holder), again), 'activation.already_active');
      await stage.settle();
      await stage.rejects(stage.roles.activate(stage.as(plain.holder), again), 'activation.already_active');
      await stage.bench.advance({ minutes: 15 });
      assert.ok(await stage.findActive(plain.holder, role));
      const open = await stage.roles.findByMarker(stage.as(plain.holder), OTHER_MARKER, role);
      assert.equal(open, null);
    });

    it('a second request while one waits for approval', async () => {
      const { approved } = stage.cast;
      await stage.activate(approved);
      await stage.rejects(stage.activate(approved, { marker: OTHER_MARKER }), 'activation.already_pending');
    });

    it('a second request while one waits for its start', async () => {
      const { plain } = stage.cast;
      await stage.activate(plain, { startsAt: stage.bench.now().add({ hours: 3 }) });
      const again = stage.activate(plain, { marker: OTHER_MARKER });
      await stage.rejects(again, 'activation.already_active', 'activation.already_pending');
      const open = await stage.roles.listOpenRequests(stage.as(plain.holder));
      assert.deepEqual(
        open.map(({ marker }) => marker),
        [MARKER],
      );
    });

    it('a role the person is not eligible for', async () => {
      const { foreign, plain } = stage.cast;
      const order = stage.order(await stage.eligible(foreign), { ticket: foreign.ticket ?? null });
      await stage.rejects(stage.roles.activate(stage.as(plain.holder), order), 'activation.not_eligible');
    });

    it('a duration beyond the settings', async () => {
      const { plain } = stage.cast;
      const duration = Temporal.Duration.from({ hours: plain.maximumHours + 1 });
      await stage.rejects(stage.activate(plain, { duration }), 'activation.too_long');
    });

    it('an empty justification where one is wanted', async () => {
      const work = stage.activate(stage.cast.plain, { justification: '' });
      await stage.rejects(work, 'activation.justification_required');
    });

    it('with all rules by name when several are broken', async () => {
      const { plain } = stage.cast;
      const duration = Temporal.Duration.from({ hours: plain.maximumHours + 1 });
      const error = await stage.rejects(
        stage.activate(plain, { justification: '', duration }),
        'activation.refused_by_policy',
      );
      assert.equal(error.facts.rules, 'ExpirationRule, JustificationRule');
    });
  });
}

function describeActivateAll(stage: Stage): void {
  describe('activateAll', () => {
    const view = (one: TenantRequest | AccessError): string => (one instanceof AccessError ? one.code : one.state);

    it('judges each role alone, in the order in which they were named', async () => {
      const { foreign, plain } = stage.cast;
      const [own, others] = [await stage.eligible(plain), await stage.eligible(foreign)];
      const answers = await stage.roles.activateAll(stage.as(plain.holder), [
        stage.order(others, { ticket: foreign.ticket ?? null }),
        stage.order(own, { marker: OTHER_MARKER }),
      ]);
      assert.equal(answers.length, 2);
      assert.match(answers.map(view).join(', '), /^activation\.not_eligible, provision(ed|ing)$/);
      const [, given] = answers;
      assert.ok(given && !(given instanceof AccessError));
      assert.equal(given.marker, OTHER_MARKER);
      assert.equal(given.role.roleName, plain.roleName);
      await stage.settle();
      assert.ok(await stage.findActive(plain.holder, own));
    });

    const { second } = stage.cast;
    if (second !== null) {
      it('activates several roles', async () => {
        const { plain } = stage.cast;
        const [one, other] = [await stage.eligible(plain), await stage.eligible(second)];
        await stage.roles.activateAll(stage.as(plain.holder), [
          stage.order(one),
          stage.order(other, { marker: OTHER_MARKER, ticket: second.ticket ?? null }),
        ]);
        const me = stage.as(plain.holder);
        assert.equal((await stage.roles.findByMarker(me, MARKER, one))?.role.roleName, plain.roleName);
        assert.equal((await stage.roles.findByMarker(me, OTHER_MARKER, other))?.role.roleName, second.roleName);
      });
    }

    it('activates a role once that was named twice', async () => {
      const { plain } = stage.cast;
      const role = await stage.eligible(plain);
      const orders = [stage.order(role), stage.order(role, { marker: OTHER_MARKER })];
      const answers = await stage.roles.activateAll(stage.as(plain.holder), orders);
      const refused = answers.filter((one) => one instanceof AccessError);
      assert.equal(refused.length, 1, answers.map(view).join());
      assert.match(refused[0]?.code ?? '', /^activation\.already_(active|pending)$/);
      await stage.bench.advance({ minutes: 15 });
      assert.ok(await stage.findActive(plain.holder, role));
    });

    it('answers for each role, rather than failing, when there is no token', async () => {
      const { foreign, plain } = stage.cast;
      const roles = [await stage.eligible(plain), await stage.eligible(foreign)];
      await stage.bench.signOut(plain.holder);
      const orders = roles.map((role) => stage.order(role));
      const answers = await stage.roles.activateAll(stage.as(plain.holder), orders);
      assert.deepEqual(answers.map(view), ['identity.sign_in_required', 'identity.sign_in_required']);
    });

    it('is nothing for no roles', async () => {
      assert.deepEqual(await stage.roles.activateAll(stage.as(stage.cast.plain.holder), []), []);
    });
  });
}
