import assert from 'node:assert/strict';
import { Secret } from '../../../../src/adapters/identity/secret.ts';
import { createLog, type LoggerOptions } from '../../../../src/adapters/log/logger.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiIxIn0.c2lnbmF0dXJl';

function logged(options: Omit<LoggerOptions, 'destination'> = {}) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (text: string) => void lines.push(JSON.parse(text) as Record<string, unknown>) };
  return { lines, log: createLog({ ...options, destination }) };
}

describe('createLog', () => {
  it('writes one line of JSON with level, time, replica, event and fields', () => {
    const { lines, log } = logged({ replica: 'r1' });
    log.warn('activity.refused', { reason: 'tenant-foreign', n: 2 });
    const { time, ...line } = lines[0] ?? {};
    assert.deepEqual(line, { level: 'warn', replica: 'r1', event: 'activity.refused', reason: 'tenant-foreign', n: 2 });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
  });

  it('keeps what is less important than its level to itself', () => {
    const { lines, log } = logged({ level: 'warn' });
    log.info('a');
    log.warn('b');
    log.error('c');
    assert.deepEqual(
      lines.map((line) => line.event),
      ['b', 'c'],
    );
  });

  it('takes tokens out of fields, texts, errors and their causes', () => {
    const { lines, log } = logged();
    const error = new Error(`refused ${JWT}`, { cause: new Error(`Authorization: Bearer ${JWT}`) });
    log.error('x', {
      token: 'abc',
      accessToken: 'abc',
      client_secret: 'abc',
      deep: [{ authorization: 'abc', note: `got ${JWT} back` }],
      sealed: new Secret('abc'),
      error,
    });
    const text = JSON.stringify(lines[0]);
    assert.doesNotMatch(text, /abc|eyJ|c2lnbmF0dXJl/);
    assert.match(text, /got \[redacted\] back/);
  });

  it('keeps type, code, stack and cause of an error', () => {
    const { lines, log } = logged();
    log.error('x', { error: Object.assign(new TypeError('no'), { code: 'E1' }) });
    const { stack, ...error } = (lines[0] as { error: Record<string, unknown> }).error;
    assert.deepEqual(error, { type: 'TypeError', message: 'no', code: 'E1' });
    assert.match(String(stack), /^TypeError: no\n/);
  });

  it('prints instants as they are and ends at circles', () => {
    const { lines, log } = logged();
    const circle: Record<string, unknown> = { at: Temporal.Instant.from('2026-11-23T08:00:00Z') };
    circle.self = circle;
    log.info('x', { circle });
    assert.equal((lines[0] as { circle: Record<string, unknown> }).circle.at, '2026-11-23T08:00:00Z');
  });
});
