import assert from 'node:assert/strict';

import { countDelegated, inSequence } from '../../../bench/calls.bench.ts';
import { atLeast, atMost, beside, median } from '../../../bench/figure.ts';
import type { Call } from '../../../sandbox/platform/types.ts';

function aCall(call: Partial<Call>): Call {
  return {
    seq: 1,
    at: '2026-11-23T09:00:00.000Z',
    service: 'graph',
    method: 'GET',
    path: '/v1.0/me',
    status: 200,
    principalId: 'a1e0c5d2-1f3b-4a6c-8d70-91b2c3d4e501',
    appId: null,
    kind: 'delegated',
    ...call,
  };
}

const answeredAt = (milliseconds: string): Call => aCall({ at: `2026-11-23T09:00:0${milliseconds}Z` });

describe('figures of a bench', () => {
  it('are held against a limit from above or below', () => {
    const comparison = { bench: 'b', unit: 'ms', value: 3, against: 2 };
    const expected = { bench: 'b', value: 3, unit: 'ms', against: 2, ratio: 1.5 };
    assert.deepEqual(atMost(1.5, comparison), { ...expected, pass: true });
    assert.deepEqual(atMost(1.4, comparison), { ...expected, pass: false });
    assert.deepEqual(atLeast(1.5, comparison), { ...expected, pass: true });
    assert.deepEqual(atLeast(1.6, comparison), { ...expected, pass: false });
  });

  it('promise nothing when they stand beside others', () => {
    assert.deepEqual(beside('b', 1.23456, 'calls'), {
      bench: 'b',
      value: 1.235,
      unit: 'calls',
      against: null,
      ratio: null,
      pass: null,
    });
  });

  it('take the middle of several rounds', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([9, 1, 5, 6]), 5.5);
  });
});

describe('calls with the token of a person', () => {
  it('are counted singly in a batch, without the request around them and without other identities', () => {
    const calls = [
      aCall({ path: '/v1.0/roles', batch: true }),
      aCall({ path: '/v1.0/requests', batch: true }),
      aCall({ method: 'POST', path: '/v1.0/$batch' }),
      aCall({ kind: 'application' }),
      aCall({ service: 'login' }),
      aCall({ service: 'arm' }),
    ];
    assert.equal(countDelegated(calls), 3);
  });

  it('are one after another when one begins after the answer of the other', () => {
    const eachAfterTheOther = [answeredAt('0.305'), answeredAt('0.610'), answeredAt('0.920')];
    assert.equal(inSequence(eachAfterTheOther, 300), 3);
  });

  it('are side by side when they overlap', () => {
    const twoAfterTwo = [answeredAt('0.305'), answeredAt('0.310'), answeredAt('0.612'), answeredAt('0.630')];
    assert.equal(inSequence(twoAfterTwo, 300), 2);
    assert.equal(inSequence([], 300), 0);
  });

  it('make one step of a batch', () => {
    const parts = [aCall({ batch: true }), aCall({ batch: true })];
    assert.equal(inSequence([...parts, aCall({ method: 'POST', path: '/v1.0/$batch' })], 300), 1);
  });
});
