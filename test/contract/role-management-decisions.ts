import assert from 'node:assert/strict';
import { scheduleRequestId } from '../../src/domain/ids.ts';
import type { Decision, RequestReference } from '../../src/ports/role-management.ts';
import { MARKER, type Stage } from './role-management-bench.ts';

const APPROVE: Decision = { outcome: 'approve', justification: 'looks right' };
const DENY: Decision = { outcome: 'deny', justification: 'not today' };

/** What approvers see and do. */
export function describeDecisions(stage: Stage): void {
  const ask = async (): Promise<RequestReference> => {
    const { role, request } = await stage.activate(stage.cast.approved);
    return { id: request.id, role };
  };

  describe('decisions', () => {
    it('shows a waiting request to each approver and to nobody else', async () => {
      const { approved, stranger } = stage.cast;
      const reference = await ask();
      for (const approver of approved.approvers) {
        const waiting = await stage.roles.listAwaitingDecision(stage.as(approver));
        assert.deepEqual(
          waiting.map(({ id, principalId, role }) => [id, principalId, role.roleName, role.scope.name]),
          [[reference.id, stage.bench.idOf(approved.holder), approved.roleName, approved.scopeName]],
        );
        const read = await stage.roles.readAwaitingDecision(stage.as(approver), reference);
        assert.equal(read?.duration?.total('minutes'), 60);
        assert.equal(read?.startsAt, null);
        assert.equal(read?.justification, 'INC-42 broken sign-in');
      }
      for (const other of [stranger, approved.holder]) {
        assert.deepEqual(await stage.roles.listAwaitingDecision(stage.as(other)), []);
        assert.equal(await stage.roles.readAwaitingDecision(stage.as(other), reference), null);
      }
    });

    it('shows the start that was asked for', async () => {
      const { approved } = stage.cast;
      const startsAt = stage.bench.now().add({ hours: 2 });
      const { role, request } = await stage.activate(approved, { startsAt });
      const approver = stage.as(approved.approvers[0]);
      const read = await stage.roles.readAwaitingDecision(approver, { id: request.id, role });
      assert.equal(read?.startsAt?.toString(), startsAt.toString());
    });

    it('gives access from the moment of an approval', async () => {
      const { approved } = stage.cast;
      const reference = await ask();
      await stage.bench.advance({ minutes: 10 });
      const approver = stage.as(approved.approvers[0]);
      await stage.roles.decide(approver, reference, APPROVE);
      const endsAt = stage.bench.now().add({ hours: 1 });
      assert.equal(await stage.roles.readAwaitingDecision(approver, reference), null);
      await stage.settle();
      const active = await stage.bench.reader.findActive(stage.bench.idOf(approved.holder), reference.role);
      assert.equal(active?.endsAt?.toString(), endsAt.toString());
      assert.equal(active?.roleName, approved.roleName);
    });

    it('gives no access after a denial', async () => {
      const { approved } = stage.cast;
      const reference = await ask();
      await stage.roles.decide(stage.as(approved.approvers[0]), reference, DENY);
      await stage.settle();
      const me = stage.as(approved.holder);
      assert.equal(await stage.bench.reader.findActive(me.principalId, reference.role), null);
      assert.equal((await stage.roles.findByMarker(me, MARKER, reference.role))?.state, 'denied');
    });

    it('refuses a second decision, whoever makes it', async () => {
      const { approvers } = stage.cast.approved;
      const reference = await ask();
      await stage.roles.decide(stage.as(approvers[0]), reference, APPROVE);
      for (const approver of approvers) {
        await stage.rejects(stage.roles.decide(stage.as(approver), reference, DENY), 'approval.already_decided');
      }
    });

    it('refuses a decision on a request that was withdrawn', async () => {
      const { approved } = stage.cast;
      const reference = await ask();
      await stage.roles.cancel(stage.as(approved.holder), reference);
      const late = stage.roles.decide(stage.as(approved.approvers[0]), reference, APPROVE);
      await stage.rejects(late, 'approval.already_decided');
    });

    it('refuses a decision without the justification that the settings want', async () => {
      const reference = await ask();
      const approver = stage.as(stage.cast.approved.approvers[0]);
      const empty = stage.roles.decide(approver, reference, { ...APPROVE, justification: '' });
      await stage.rejects(empty, 'approval.justification_required');
      assert.ok(await stage.roles.readAwaitingDecision(approver, reference));
    });

    it('refuses people who are not asked, the requester among them', async () => {
      const { approved, stranger } = stage.cast;
      const reference = await ask();
      for (const other of [stranger, approved.holder]) {
        await stage.rejects(stage.roles.decide(stage.as(other), reference, APPROVE), 'approval.not_an_approver');
      }
      const approver = stage.as(approved.approvers[0]);
      assert.ok(await stage.roles.readAwaitingDecision(approver, reference));
    });

    it('refuses a decision on a request nobody made', async () => {
      const { approved } = stage.cast;
      const role = await stage.eligible(approved);
      const reference = { id: scheduleRequestId('0f0f0f0f-0000-4000-8000-00000000f00d'), role };
      const work = stage.roles.decide(stage.as(approved.approvers[0]), reference, APPROVE);
      await stage.rejects(work, 'approval.not_an_approver');
    });

    it('refuses a decision after 24 hours', async () => {
      const { approved } = stage.cast;
      const [approver] = approved.approvers;
      const reference = await ask();
      await stage.bench.advance({ hours: 24, minutes: 1 });
      await Promise.all([stage.bench.signIn(approver), stage.bench.signIn(approved.holder)]);
      assert.equal(await stage.roles.readAwaitingDecision(stage.as(approver), reference), null);
      await stage.rejects(stage.roles.decide(stage.as(approver), reference, APPROVE), 'approval.expired');
      const own = await stage.roles.findByMarker(stage.as(approved.holder), MARKER, reference.role);
      assert.equal(own?.state, 'failed');
    });
  });
}
