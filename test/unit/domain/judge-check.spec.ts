import assert from 'node:assert/strict';
import { type CheckCase, judgeCheck } from '../../../src/domain/judge-check.ts';

const CASE: CheckCase = {
  expects: 'works',
  outcome: 'works',
  standing: 'active',
  activeFor: Temporal.Duration.from('PT1M'),
  isTokenOlder: false,
};

function judged(changes: Partial<CheckCase>): string {
  return Object.values(judgeCheck({ ...CASE, ...changes })).join(' ');
}

describe('judgeCheck', () => {
  it('calls usable what works while the role is active, listed or not', () => {
    assert.equal(judged({}), 'works');
    assert.equal(judged({ standing: 'lagging' }), 'works');
    assert.equal(judged({ standing: 'unknown' }), 'works');
  });

  it('tells what works without the role, and what should not work at all', () => {
    assert.equal(judged({ standing: 'not-active' }), 'works-without-role');
    assert.equal(judged({ expects: 'refused' }), 'too-much');
    assert.equal(judged({ expects: 'refused', standing: 'not-active' }), 'too-much');
  });

  it('calls a refusal right where it is meant, and while the role is not active', () => {
    assert.equal(judged({ expects: 'refused', outcome: 'refused' }), 'refused never');
    assert.equal(judged({ outcome: 'refused', standing: 'not-active' }), 'refused not-active');
  });

  it('never takes active for usable, and says what to do', () => {
    assert.equal(judged({ outcome: 'refused' }), 'fails wait');
    assert.equal(judged({ outcome: 'refused', standing: 'lagging', activeFor: null }), 'fails wait');
    assert.equal(judged({ outcome: 'refused', activeFor: Temporal.Duration.from('PT9M59S') }), 'fails wait');
    assert.equal(judged({ outcome: 'refused', activeFor: Temporal.Duration.from('PT10M') }), 'fails denied');
    assert.equal(judged({ outcome: 'refused', isTokenOlder: true }), 'fails sign-in-again');
    assert.equal(judged({ outcome: 'refused', standing: 'unknown' }), 'fails unsure');
    assert.equal(judged({ outcome: 'missing' }), 'fails missing');
  });

  it('makes no answer of what is none', () => {
    for (const outcome of ['conditional', 'not-consented', 'unavailable', 'too-slow', 'not-probed'] as const) {
      for (const expects of ['works', 'refused'] as const) {
        assert.equal(judged({ outcome, expects }), `unclear ${outcome}`);
      }
    }
    assert.equal(judged({ outcome: 'missing', expects: 'refused' }), 'unclear missing');
    assert.equal(judged({ outcome: 'missing', standing: 'not-active' }), 'unclear missing');
  });
});
