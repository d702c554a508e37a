import assert from 'node:assert/strict';

import { addressOf, createPageLimits } from '../../../../bot/pages/address-limit.ts';
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

describe('createPageLimits', () => {
  it('lets 60 requests a minute pass, for each address', () => {
    const clock = createFakeClock();
    const limits = createPageLimits(clock);
    const passed = Array.from({ length: 61 }, () => limits.mayPass('203.0.113.7'));
    assert.deepEqual([passed[59], passed[60], limits.mayPass('203.0.113.8')], [true, false, true]);
    clock.advance({ minutes: 1 });
    assert.equal(limits.mayPass('203.0.113.7'), true);
  });

  it('lets each sign-in be asked for 20 times a minute', () => {
    const clock = createFakeClock();
    const limits = createPageLimits(clock);
    const used = Array.from({ length: 21 }, () => limits.mayUse('a'));
    assert.deepEqual([used[19], used[20], limits.mayUse('b')], [true, false, true]);
    clock.advance({ seconds: 3 });
    assert.deepEqual([limits.mayUse('a'), limits.mayUse('a')], [true, false]);
  });

  it('lets each address have 8 forms open, and takes one more for each that is closed', () => {
    const limits = createPageLimits(createFakeClock());
    const forms = Array.from({ length: 9 }, () => limits.openForm('203.0.113.7'));
    assert.deepEqual([forms[7]?.kind, forms[8]?.kind], ['open', 'too-many']);
    assert.equal(limits.openForm('203.0.113.8').kind, 'open');
    const [first] = forms;
    assert.ok(first?.kind === 'open');
    first.close();
    assert.deepEqual([limits.openForm('203.0.113.7').kind, limits.openForm('203.0.113.7').kind], ['open', 'too-many']);
  });

  it('lets 256 forms be open in all, each for three seconds', () => {
    const limits = createPageLimits(createFakeClock());
    const open = (index: number) => limits.openForm(`203.0.113.${index}`);
    const forms = Array.from({ length: 257 }, (_, index) => open(index));
    assert.deepEqual([forms[255]?.kind, forms[256]?.kind, limits.formWithinMs], ['open', 'busy', 3_000]);
    const [first] = forms;
    assert.ok(first?.kind === 'open');
    first.close();
    assert.equal(open(256).kind, 'open');
  });
});
