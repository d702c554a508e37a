import assert from 'node:assert/strict';
import type { ActivationRequest } from '../../../src/domain/activation.ts';
import { APPROVER, AZURE, aFixture, aRequest, type Fixture, id, otherRole } from './fixture.ts';

describe('what somebody asked for before, in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  it('is counted without what never reached PIM', async () => {
    const { requests } = on.here.store.now;
    const at = (day: number): Temporal.Instant => on.clock.now().subtract({ hours: 24 * day });
    const asked = async (name: string, day: number, given: Partial<ActivationRequest>): Promise<void> =>
      await requests.insert(aRequest({ id: id(name), role: otherRole(name), requestedAt: at(day), ...given }));
    const approved = { isApprovalRequired: true, decidedAt: at(1) };
    await asked('A111', 29, { state: 'ended', ...approved });
    await asked('B222', 20, { state: 'ended', role: AZURE });
    await asked('C333', 10, { state: 'denied', isApprovalRequired: true, decidedAt: at(10) });
    await asked('D444', 9, { state: 'canceled', isApprovalRequired: true });
    await asked('E555', 8, { state: 'failed', scheduleRequestId: null });
    await asked('F666', 7, { state: 'stepping-up' });
    await asked('G777', 31, { state: 'ended', ...approved });
    await asked('H888', 1, { state: 'active', requesterId: APPROVER, ...approved });
    const now = aRequest({ id: id('J999'), role: AZURE, state: 'pending', requestedAt: on.clock.now() });
    await requests.insert(now);
    assert.deepEqual(await requests.summarizeBefore(now, at(30)), {
      asked: 4,
      approved: 1,
      denied: 1,
      lastForRole: at(20).toString({ smallestUnit: 'second' }),
    });
  });
});
