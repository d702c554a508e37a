import assert from 'node:assert/strict';
import { scheduleRequestId } from '../../src/domain/ids.ts';
import type { ExtensionOrder } from '../../src/ports/role-management.ts';
import { MARKER, OTHER_MARKER, type Stage } from './role-management-bench.ts';

const NO_REQUEST = scheduleRequestId('0f0f0f0f-0000-4000-8000-00000000f00d');

/** What becomes of a person's own requests and activations. */
export function describeOwnRequests(stage: Stage): void {
  describeDeactivate(stage);
  describeCancel(stage);
  describeFindByMarker(stage);
  describeRequestExtension(stage);
  describeNarrower(stage);
}

function describeDeactivate(stage: Stage): void {
  describe('deactivate', () => {
    it('refuses before the earliest deactivation and ends access after it', async () => {
      const { plain } = stage.cast;
      const { role } = await stage.activate(plain);
      const floor = stage.roles.capabilities.earliestDeactivation;
      await stage.bench.advance(floor.subtract({ minutes: 1 }));
      await stage.rejects(stage.roles.deactivate(stage.as(plain.holder), role), 'activation.too_short');
      await stage.bench.advance({ minutes: 1, seconds: 30 });
      await stage.roles.deactivate(stage.as(plain.holder), role);
      await stage.settle();
      assert.equal(await stage.findActive(plain.holder, role), null);
      assert.equal(await stage.bench.reader.findActive(stage.bench.idOf(plain.holder), role), null);
    });

    it('refuses when nothing is active', async () => {
      const { plain } = stage.cast;
      const role = await stage.eligible(plain);
      await stage.rejects(stage.roles.deactivate(stage.as(plain.holder), role), 'activation.not_active');
    });

    it('leaves room for the next activation when the gap is over', async () => {
      const { plain } = stage.cast;
      const { role } = await stage.activate(plain);
      await stage.bench.advance({ minutes: 6 });
      await stage.roles.deactivate(stage.as(plain.holder), role);
      const gap = stage.roles.capabilities.gapAfterEnd;
      if (gap.total('seconds') > 0) {
        await stage.rejects(stage.activate(plain, { marker: OTHER_MARKER }), 'activation.already_active');
      }
      await stage.bench.advance(gap.add({ seconds: 1 }));
      const { request } = await stage.activate(plain, { marker: '6b1f0c52-94d7-4e0f-8a55-2d7c31e9b003' });
      assert.match(request.state, /^provision(ed|ing)$/);
    });
  });
}

function describeCancel(stage: Stage): void {
  describe('cancel', () => {
    it('withdraws a request that waits for approval', async () => {
      const { approved } = stage.cast;
      const me = stage.as(approved.holder);
      const { role, request } = await stage.activate(approved);
      await stage.roles.cancel(me, { id: request.id, role });
      assert.deepEqual(await stage.roles.listOpenRequests(me), []);
      assert.equal((await stage.roles.findByMarker(me, MARKER, role))?.state, 'canceled');
      const approver = stage.as(approved.approvers[0]);
      assert.equal(await stage.roles.readAwaitingDecision(approver, { id: request.id, role }), null);
    });

    it('withdraws a request that waits for its start, which then gives nothing', async () => {
      const { plain } = stage.cast;
      const me = stage.as(plain.holder);
      const { role, request } = await stage.activate(plain, { startsAt: stage.bench.now().add({ minutes: 30 }) });
      await stage.roles.cancel(me, { id: request.id, role });
      assert.deepEqual(await stage.roles.listOpenRequests(me), []);
      await stage.bench.advance({ minutes: 40 });
      assert.equal(await stage.findActive(plain.holder, role), null);
    });

    it('refuses what is over', async () => {
      const { plain } = stage.cast;
      const { role, request } = await stage.activate(plain);
      await stage.settle();
      const work = stage.roles.cancel(stage.as(plain.holder), { id: request.id, role });
      await stage.rejects(work, 'activation.not_cancellable');
    });

    it('refuses a request nobody made', async () => {
      const { plain } = stage.cast;
      const role = await stage.eligible(plain);
      const work = stage.roles.cancel(stage.as(plain.holder), { id: NO_REQUEST, role });
      await stage.rejects(work, 'activation.request_unknown');
    });
  });
}

function describeFindByMarker(stage: Stage): void {
  describe('findByMarker', () => {
    it('finds the own request that carries the marker, whatever became of it', async () => {
      const { plain } = stage.cast;
      const { role, request } = await stage.activate(plain, { marker: OTHER_MARKER });
      await stage.settle();
      const found = await stage.roles.findByMarker(stage.as(plain.holder), OTHER_MARKER, role);
      assert.equal(found?.id, request.id);
      assert.equal(found?.state, 'provisioned');
      assert.equal(found?.role.scope.id, role.scope.id);
      assert.equal(found?.marker, OTHER_MARKER);
    });

    it('finds nothing for a marker nobody sent, and not the request of another person', async () => {
      const { plain, stranger } = stage.cast;
      const { role } = await stage.activate(plain);
      assert.equal(await stage.roles.findByMarker(stage.as(plain.holder), OTHER_MARKER, role), null);
      assert.equal(await stage.roles.findByMarker(stage.as(stranger), MARKER, role), null);
    });
  });
}

function describeRequestExtension(stage: Stage): void {
  describe('requestExtension', () => {
    for (const kind of ['eligible', 'active'] as const) {
      it(`asks an administrator for more time on an ${kind} assignment, once, or says that it cannot`, async () => {
        const { foreign, plain } = stage.cast;
        const me = stage.as(plain.holder);
        const role = await stage.eligible(kind === 'active' ? plain : foreign);
        const endsAt = stage.bench.now().add({ hours: 7 * 24 });
        await stage.bench.assign({ to: plain.holder, kind, role, endsAt });
        const order: ExtensionOrder = {
          action: 'extend',
          kind,
          role,
          endsAt: endsAt.add({ hours: 30 * 24 }),
          justification: 'still on the project',
        };
        if (!stage.roles.capabilities.extendable.includes(kind)) {
          await stage.rejects(stage.roles.requestExtension(me, order), 'activation.extension_impossible');
          return;
        }
        const request = await stage.roles.requestExtension(me, order);
        assert.equal(request.state, 'awaiting-approval');
        assert.equal(request.principalId, me.principalId);
        assert.equal(request.justification, 'still on the project');
        await stage.rejects(stage.roles.requestExtension(me, order), 'activation.already_pending');
        assert.deepEqual(await stage.roles.listOpenRequests(me), []);
      });

      it(`asks again for an ${kind} assignment that has ended, where it can`, async () => {
        const { foreign, plain } = stage.cast;
        const role = await stage.eligible(kind === 'active' ? plain : foreign);
        const endsAt = stage.bench.now().add({ hours: 2 });
        await stage.bench.assign({ to: plain.holder, kind, role, endsAt });
        await stage.bench.advance({ hours: 3 });
        await stage.bench.signIn(plain.holder);
        const order: ExtensionOrder = {
          action: 'renew',
          kind,
          role,
          endsAt: endsAt.add({ hours: 30 * 24 }),
          justification: 'back on the project',
        };
        const work = stage.roles.requestExtension(stage.as(plain.holder), order);
        if (!stage.roles.capabilities.extendable.includes(kind)) {
          await stage.rejects(work, 'activation.extension_impossible');
          return;
        }
        assert.equal((await work).state, 'awaiting-approval');
      });
    }

    it('refuses what the person does not hold for a time', async () => {
      const { plain } = stage.cast;
      const [kind] = stage.roles.capabilities.extendable;
      const { role } = await stage.activate(plain);
      const order: ExtensionOrder = {
        action: 'extend',
        kind: kind ?? 'active',
        role,
        endsAt: stage.bench.now().add({ hours: 24 }),
        justification: 'more',
      };
      const expected = kind === undefined ? 'activation.extension_impossible' : 'assignment.not_found';
      await stage.rejects(stage.roles.requestExtension(stage.as(plain.holder), order), expected);
    });
  });
}

function describeNarrower(stage: Stage): void {
  describe('findNarrowerScopes', () => {
    it('finds nothing of a name that nothing has', async () => {
      const { plain } = stage.cast;
      const role = await stage.eligible(plain);
      assert.deepEqual(await stage.roles.findNarrowerScopes(stage.as(plain.holder), role, 'no-such-place'), []);
    });

    const { narrow, plain } = stage.cast;
    if (narrow === null) {
      it('finds nothing at all where a role cannot be activated at a narrower scope', async () => {
        assert.equal(stage.roles.capabilities.canNarrow, false);
        const role = await stage.eligible(plain);
        const found = await stage.roles.findNarrowerScopes(stage.as(plain.holder), role, role.scope.name);
        assert.deepEqual(found, []);
      });
      return;
    }

    it('finds a scope below by its name or path in any case, as the tenant spells it', async () => {
      const me = stage.as(narrow.part.holder);
      const role = await stage.eligible(narrow.part);
      const [scope, ...more] = await stage.roles.findNarrowerScopes(me, role, narrow.below.toUpperCase());
      assert.ok(scope);
      assert.deepEqual(more, []);
      assert.equal(scope.name, narrow.below);
      assert.ok(scope.id.startsWith(`${role.scope.id}/`), scope.id);
      assert.deepEqual(await stage.roles.findNarrowerScopes(me, role, scope.id.toLowerCase()), [scope]);
      assert.deepEqual(await stage.roles.findNarrowerScopes(me, role, role.scope.name), []);
    });

    it('finds what can be activated, and ended, there and nowhere else', async () => {
      assert.equal(stage.roles.capabilities.canNarrow, true);
      const { holder } = narrow.part;
      const me = stage.as(holder);
      const wide = await stage.eligible(narrow.part);
      const [scope] = await stage.roles.findNarrowerScopes(me, wide, narrow.below);
      assert.ok(scope);
      const role = { ...wide, scope };
      await stage.roles.activate(me, stage.order(role));
      await stage.settle();
      assert.equal((await stage.findActive(holder, role))?.scope.id, scope.id);
      assert.ok(await stage.bench.reader.findActive(me.principalId, role));
      assert.equal(await stage.bench.reader.findActive(me.principalId, wide), null);
      await stage.bench.advance({ minutes: 6 });
      await stage.rejects(stage.roles.deactivate(me, wide), 'activation.not_active');
      await stage.roles.deactivate(me, role);
      await stage.settle();
      assert.equal(await stage.findActive(holder, role), null);
    });
  });
}
