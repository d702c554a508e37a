import assert from 'node:assert/strict';
import type { EligibleAssignment } from '../../src/domain/assignment.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { ActivationOrder } from '../../src/ports/role-management.ts';
import { MARKER, OTHER_MARKER, type Part, type Stage } from './role-management-bench.ts';

type Overrides = Partial<ActivationOrder>;

/** What PIM says when it is only asked whether it would. */
export function describeValidate(stage: Stage): void {
  describe('validate', () => {
    describeYes(stage);
    describeNo(stage);
  });
}

/** Asks whether the part's role would be activated for its holder, with whatever the settings want. */
async function ask(stage: Stage, part: Part, overrides: Overrides = {}): Promise<EligibleAssignment> {
  const role = await stage.eligible(part);
  const order = stage.order(role, { ticket: part.ticket ?? null, ...overrides });
  await stage.roles.validate(stage.as(part.holder), order);
  return role;
}

/** Nothing of the role is active, open or known by its marker. */
async function leftNothing(stage: Stage, { holder }: Part, role: EligibleAssignment): Promise<void> {
  const me = stage.as(holder);
  assert.equal((await stage.roles.listOpenRequests(me)).length, 0);
  assert.equal((await stage.roles.findByMarker(me, MARKER, role))?.state, undefined);
  await stage.settle();
  assert.equal((await stage.findActive(holder, role))?.assignmentType, undefined);
  assert.equal((await stage.bench.reader.findActive(stage.bench.idOf(holder), role))?.roleName, undefined);
  assert.equal((await stage.roles.listOpenRequests(me)).length, 0);
}

function describeYes(stage: Stage): void {
  it('says yes to what would be activated, and leaves nothing active, pending or listed', async () => {
    const { plain } = stage.cast;
    await leftNothing(stage, plain, await ask(stage, plain));
  });

  it('leaves room for the activation itself, under the same marker, however often it was asked', async () => {
    const { plain } = stage.cast;
    await ask(stage, plain);
    await ask(stage, plain);
    const { request } = await stage.activate(plain);
    assert.match(request.state, /^provision(ed|ing)$/);
    assert.equal(request.marker, MARKER);
  });

  it('says yes where somebody would have to approve, and asks nobody', async () => {
    const { approved } = stage.cast;
    const role = await ask(stage, approved);
    for (const approver of approved.approvers) {
      assert.equal((await stage.roles.listAwaitingDecision(stage.as(approver))).length, 0);
    }
    await leftNothing(stage, approved, role);
  });

  it('says yes to a start that lies ahead, and schedules nothing', async () => {
    const { plain } = stage.cast;
    const role = await ask(stage, plain, { startsAt: stage.bench.now().add({ minutes: 30 }) });
    await leftNothing(stage, plain, role);
    await stage.bench.advance({ minutes: 40 });
    assert.equal((await stage.findActive(plain.holder, role))?.assignmentType, undefined);
  });
}

function describeNo(stage: Stage): void {
  /** The code that the order is refused with, first as a question and then in earnest. */
  const bothRefuse = async (part: Part, order: ActivationOrder, ...codes: readonly ErrorCode[]) => {
    const me = stage.as(part.holder);
    const asked = await stage.rejects(stage.roles.validate(me, order), ...codes);
    const done = await stage.rejects(stage.roles.activate(me, order), ...codes);
    assert.equal(asked.code, done.code);
    assert.deepEqual(asked.facts, done.facts);
    return asked;
  };

  it('says no as activate does to a role the person is not eligible for', async () => {
    const { foreign, plain } = stage.cast;
    const order = stage.order(await stage.eligible(foreign), { ticket: foreign.ticket ?? null });
    await bothRefuse(plain, order, 'activation.not_eligible');
  });

  it('says no as activate does to a duration beyond the settings', async () => {
    const { plain } = stage.cast;
    const duration = Temporal.Duration.from({ hours: plain.maximumHours + 1 });
    await bothRefuse(plain, stage.order(await stage.eligible(plain), { duration }), 'activation.too_long');
  });

  it('says no as activate does to an empty justification', async () => {
    const { plain } = stage.cast;
    const order = stage.order(await stage.eligible(plain), { justification: '' });
    await bothRefuse(plain, order, 'activation.justification_required');
  });

  it('says no with all rules by name when several are broken', async () => {
    const { plain } = stage.cast;
    const duration = Temporal.Duration.from({ hours: plain.maximumHours + 1 });
    const order = stage.order(await stage.eligible(plain), { justification: '', duration });
    const error = await bothRefuse(plain, order, 'activation.refused_by_policy');
    assert.equal(error.facts.rules, 'ExpirationRule, JustificationRule');
  });

  it('says no as activate does to a role that is active, at once and later, and leaves it as it was', async () => {
    const { plain } = stage.cast;
    const { role } = await stage.activate(plain);
    const again = stage.order(role, { marker: OTHER_MARKER });
    const asked = await stage.rejects(stage.roles.validate(stage.as(plain.holder), again), 'activation.already_active');
    assert.equal(asked.retryable, false);
    await stage.settle();
    await bothRefuse(plain, again, 'activation.already_active');
    await stage.bench.advance({ minutes: 15 });
    assert.ok(await stage.findActive(plain.holder, role));
  });

  it('says that a role is active also to the order that activated it', async () => {
    const { plain } = stage.cast;
    const { role } = await stage.activate(plain);
    const work = stage.roles.validate(stage.as(plain.holder), stage.order(role));
    await stage.rejects(work, 'activation.already_active');
  });

  it('says no as activate does while a request waits for approval', async () => {
    const { approved } = stage.cast;
    const { role } = await stage.activate(approved);
    const again = stage.order(role, { ticket: approved.ticket ?? null, marker: OTHER_MARKER });
    await bothRefuse(approved, again, 'activation.already_pending');
  });

  it('says no as activate does while a request waits for its start', async () => {
    const { plain } = stage.cast;
    const { role } = await stage.activate(plain, { startsAt: stage.bench.now().add({ hours: 3 }) });
    const again = stage.order(role, { marker: OTHER_MARKER });
    await bothRefuse(plain, again, 'activation.already_active', 'activation.already_pending');
  });

  const { stepUp } = stage.cast;
  if (stepUp !== null) {
    it('asks for a step-up with the claims of the authentication context', async () => {
      const order = stage.order(await stage.eligible(stepUp), { ticket: stepUp.ticket ?? null });
      const error = await bothRefuse(stepUp, order, 'activation.step_up_required');
      assert.deepEqual(JSON.parse(error.facts.claims ?? ''), {
        access_token: { acrs: { essential: true, value: 'c1' } },
      });
    });
  }

  it('asks people to sign in of whom there is no token', async () => {
    const { plain } = stage.cast;
    const order = stage.order(await stage.eligible(plain));
    await stage.bench.signOut(plain.holder);
    await stage.rejects(stage.roles.validate(stage.as(plain.holder), order), 'identity.sign_in_required');
  });
}
