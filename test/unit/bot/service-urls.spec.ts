import assert from 'node:assert/strict';
import { createServiceUrls } from '../../../bot/service-urls.ts';

describe('createServiceUrls', () => {
  const urls = createServiceUrls(['smba.trafficmanager.net', '127.0.0.1:4003']);

  for (const [url, isAllowed] of [
    ['https://smba.trafficmanager.net/emea/', true],
    ['https://SMBA.trafficmanager.net/amer/5b1f7c9e/', true],
    ['https://smba.trafficmanager.net:443/', true],
    ['http://127.0.0.1:4003/', true],
    ['http://smba.trafficmanager.net/', false],
    ['https://smba.trafficmanager.net:8443/', false],
    ['https://evil.trafficmanager.net/', false],
    ['https://smba.trafficmanager.net.evil.example/', false],
    ['https://smba.trafficmanager.net@evil.example/', false],
    ['https://user:pass@smba.trafficmanager.net/', false],
    ['https://evil.example/smba.trafficmanager.net', false],
    ['http://127.0.0.1:4004/', false],
    ['ftp://smba.trafficmanager.net/', false],
    ['smba.trafficmanager.net', false],
    ['', false],
  ] as const) {
    it(`${isAllowed ? 'takes' : 'refuses'} ${JSON.stringify(url)}`, () => {
      assert.equal(urls.isAllowed(url), isAllowed);
    });
  }

  it('writes to people it never heard of where Teams says, or to the first host', () => {
    assert.equal(urls.fallback, 'https://smba.trafficmanager.net/teams/');
    assert.equal(createServiceUrls(['127.0.0.1:4003']).fallback, 'http://127.0.0.1:4003/');
    assert.equal(
      createServiceUrls(['smba.infra.gcc.teams.microsoft.com']).fallback,
      'https://smba.infra.gcc.teams.microsoft.com/teams/',
    );
  });
});
