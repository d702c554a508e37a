import assert from 'node:assert/strict';

import { aWorld, OPERATOR, SECURITY_READER } from '../a-world.ts';

const LAG = Temporal.Duration.from('PT10S');

describe('listed', () => {
  const roles = (at: ReturnType<typeof aWorld>, view: 'instances' | 'schedules'): string[] =>
    at.pim.listed(view, 'assignment', at.id('engineer'), LAG).map(({ subject }) => subject.role);

  it('shows an activation only after the lag, and its end only after the lag', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    at.pass('PT9S');
    assert.deepEqual(roles(at, 'instances'), []);
    at.pass('PT1S');
    assert.deepEqual(roles(at, 'instances'), [SECURITY_READER]);
    at.pass('PT59M59S');
    assert.deepEqual(at.pim.liveSchedules(at.id('engineer'), 'assignment'), []);
    assert.deepEqual(roles(at, 'instances'), [SECURITY_READER]);
    at.pass('PT1S');
    assert.deepEqual(roles(at, 'instances'), []);
  });

  it('shows a deactivated assignment until the lag has passed', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', SECURITY_READER));
    at.pass('PT10M');
    at.pim.submit(at.activation('engineer', SECURITY_READER, { action: 'selfDeactivate' }));
    at.pass('PT9S');
    assert.deepEqual(roles(at, 'instances'), [SECURITY_READER]);
    at.pass('PT1S');
    assert.deepEqual(roles(at, 'instances'), []);
  });

  it('shows what lies ahead among schedules, not among instances', () => {
    const at = aWorld();
    const start = Temporal.Instant.from('2026-11-23T10:00:00Z');
    const duration = Temporal.Duration.from('PT1H');
    const schedule = { start, expiration: { type: 'afterDuration', duration } } as const;
    at.pim.submit(at.activation('engineer', SECURITY_READER, { schedule }));
    at.pass('PT1M');
    assert.deepEqual(roles(at, 'schedules'), [SECURITY_READER]);
    assert.deepEqual(roles(at, 'instances'), []);
  });

  it('shows nothing of what waits for approval', () => {
    const at = aWorld();
    at.pim.submit(at.activation('engineer', OPERATOR));
    at.pass('PT1H');
    assert.deepEqual(roles(at, 'schedules'), []);
  });
});
