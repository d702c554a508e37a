import assert from 'node:assert/strict';

import { domainProblem } from '../../../manifest/domain.ts';

describe('domainProblem', () => {
  for (const domain of [
    'pimlico.contoso.com',
    'bot.contoso.example',
    'a-1.b2.io',
    'xn--mnchen-3ya.de',
    'bot.xn--p1ai',
  ]) {
    it(`finds nothing wrong with ${domain}`, () => {
      assert.equal(domainProblem(domain), null);
    });
  }

  const BAD: readonly (readonly [domain: string, what: RegExp])[] = [
    ['', /missing/],
    ['https://pimlico.contoso.com', /leave out the scheme/],
    ['HTTP://pimlico.contoso.com', /leave out the scheme/],
    ['pimlico.contoso.com:443', /leave out the port/],
    ['pimlico.contoso.com:', /leave out the port/],
    ['pimlico.contoso.com/api', /leave out path/],
    ['pimlico.contoso.com?x', /leave out path/],
    ['user@pimlico.contoso.com', /leave out path, query and user/],
    ['Pimlico.contoso.com', /lower case: write pimlico\.contoso\.com/],
    ['127.0.0.1', /IP address/],
    ['[::1]', /IP address/],
    ['::1', /IP address/],
    ['pimlico.contoso.com.', /end with a dot/],
    ['münchen.de', /ASCII: write xn--mnchen-3ya\.de/],
    ['pimlico。contoso.com', /ASCII: write pimlico\.contoso\.com/],
    ['localhost', /public host name/],
    ['-a.com', /public host name/],
    ['a..com', /public host name/],
    ['*.contoso.com', /public host name/],
    ['a b.com', /public host name/],
    ['1.2.3', /public host name/],
    [`${'a'.repeat(64)}.com`, /public host name/],
    [`${'abcdefg.'.repeat(32)}com`, /public host name/],
  ];
  for (const [domain, what] of BAD) {
    it(`says what is wrong with ${JSON.stringify(domain.slice(0, 40))}`, () => {
      assert.match(domainProblem(domain) ?? '', what);
    });
  }
});
