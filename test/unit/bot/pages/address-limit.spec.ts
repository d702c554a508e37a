import assert from 'node:assert/strict';

import { addressOf, createAddressLimit } from '../../../../bot/pages/address-limit.ts';
import { createFakeClock } from '../../../support/fakes/clock.ts';

describe('addressOf', () => {
  for (const [what, remote, forwardedFor, address] of [
    ['whoever connected', '203.0.113.7', undefined, '203.0.113.7'],
    ['whoever connected, whatever they say', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['whoever connected over both protocols', '::ffff:203.0.113.7', undefined, '203.0.113.7'],
    ['who a proxy of ours added last', '10.0.0.4', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['who a proxy on this machine added', '::ffff:127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['the address without the port that a proxy added', '169.254.1.2', '203.0.113.7:51234', '203.0.113.7'],
    ['the proxy where it added nothing', '10.0.0.4', undefined, '10.0.0.4'],
    ['the proxy where it added no address', '10.0.0.4', 'unknown', '10.0.0.4'],
    ['the IPv6 network of one customer', '2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2'],
    ['the same network, written shorter', '2001:db8:1:2::6', undefined, '2001:db8:1:2'],
    ['an IPv6 address that a proxy added with its port', 'fd00::1', '[2001:db8:1:2::7]:443', '2001:db8:1:2'],
    ['a public IPv6 address, whatever it says', '2001:db8::1', '203.0.113.7', '2001:db8:0:0'],
    ['who is not private after all', '172.32.0.1', '203.0.113.7', '172.32.0.1'],
  ] as const) {
    it(`is ${what}`, () => {
      assert.equal(addressOf(remote, forwardedFor), address);
    });
  }
});

describe('createAddressLimit', () => {
  it('lets 60 requests a minute pass, for each address', () => {
    const clock = createFakeClock();
    const limit = createAddressLimit(clock);
    const passed = Array.from({ length: 61 }, () => limit.mayPass('203.0.113.7'));
    assert.deepEqual([passed[59], passed[60], limit.mayPass('203.0.113.8')], [true, false, true]);
    clock.advance({ minutes: 1 });
    assert.equal(limit.mayPass('203.0.113.7'), true);
  });
});
