import assert from 'node:assert/strict';
import { AUTHORIZATION, RG_PAYMENTS, VM_OPERATOR } from '../sandbox/arm-calls.ts';
import type { ArmBench } from './arm-bench.ts';
import { anOrder, aRole, createArmBench, refusal } from './arm-bench.ts';

const OPERATOR = aRole(RG_PAYMENTS, VM_OPERATOR);
const VALIDATE = '/validate';

describe('Azure asked whether it would activate', () => {
  let bench: ArmBench;

  beforeEach(async () => {
    bench = await createArmBench();
  });

  afterEach(() => bench.close());

  const engineer = () => bench.actor('engineer');
  const wouldIt = (overrides = {}) => bench.roles.validate(engineer(), anOrder(OPERATOR, overrides));

  it('is asked with one call, under a name that is not the marker', async () => {
    const order = anOrder(OPERATOR);
    bench.calls();
    await bench.roles.validate(engineer(), order);
    const [call = '', ...more] = bench.calls();
    assert.deepEqual(more, []);
    const place = `POST ${RG_PAYMENTS}${AUTHORIZATION}/roleAssignmentScheduleRequests/`;
    assert.ok(call.startsWith(place) && call.endsWith(VALIDATE), call);
    assert.equal(call.includes(order.marker), false);
  });

  for (const fault of [{ name: 'drop' }, { name: 'ambiguous', close: true }, { name: 'error', status: 503 }]) {
    it(`asks again after ${fault.name}, since nothing can have happened`, async () => {
      await bench.arm.fault({ ...fault, service: 'arm', match: VALIDATE, times: 2 });
      bench.calls();
      await wouldIt();
      assert.equal(bench.calls().length, 3);
    });

    it(`is unavailable, not in doubt, when there is no end of ${fault.name}`, async () => {
      await bench.arm.fault({ ...fault, service: 'arm', match: VALIDATE });
      const error = await refusal(wouldIt(), 'graph.unavailable');
      assert.equal(error.retryable, true);
      assert.deepEqual(await bench.roles.listOpenRequests(engineer()), []);
    });
  }

  it('names what was called in its log, and no scope', async () => {
    await bench.arm.fault({ name: 'error', service: 'arm', match: VALIDATE, times: 1, status: 500 });
    await wouldIt();
    assert.deepEqual(
      bench.warnings.map(({ event, fields }) => [event, fields.call]),
      [['arm.call_failed', 'POST roleAssignmentScheduleRequests/validate']],
    );
  });

  for (const [what, body] of [
    ['nothing', ''],
    ['something else', '{"name":"x"}'],
    ['a request that would be denied', '{"properties":{"status":"AdminDenied"}}'],
  ] as const) {
    it(`takes ${what} for no yes`, async () => {
      const answer = { status: 200, body, contentType: 'application/json' };
      await bench.arm.fault({ name: 'error', service: 'arm', match: VALIDATE, ...answer });
      await refusal(wouldIt(), 'graph.unexpected_answer');
    });
  }

  it('says from when it would, where the last activation ended just now', async () => {
    await bench.roles.activate(engineer(), anOrder(OPERATOR));
    await bench.arm.pass('PT6M');
    await bench.roles.deactivate(engineer(), OPERATOR);
    const error = await refusal(wouldIt(), 'activation.already_active');
    assert.equal(error.facts.recently, 'ended');
    assert.ok(error.retryAfter);
  });

  it('is not asked about roles of another surface', async () => {
    bench.calls();
    await refusal(wouldIt({ role: { ...OPERATOR, surface: 'directory' } }), 'graph.not_found');
    assert.deepEqual(bench.calls(), []);
  });
});
