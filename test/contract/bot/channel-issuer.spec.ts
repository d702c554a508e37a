import assert from 'node:assert/strict';

import { channelTokenGuard } from '../../../bot/adapter.ts';
import { CLOUD_NAMES, CLOUDS } from '../../../bot/clouds.ts';

const BOT = '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60';

describe('channelTokenGuard', () => {
  it('takes the tokens of the channel of its cloud, and those of no other issuer', async () => {
    const issuers = new Set(CLOUD_NAMES.map((name) => CLOUDS[name].channelIssuer));
    for (const own of issuers) {
      const guard = channelTokenGuard(BOT, own);
      for (const issuer of issuers) {
        const claims = [
          { type: 'iss', value: issuer },
          { type: 'aud', value: BOT },
          { type: 'serviceurl', value: 'https://smba.infra.gov.teams.microsoft.us/' },
        ];
        const verdict = await guard(claims).then(
          () => 'taken',
          () => 'refused',
        );
        assert.equal(verdict, issuer === own ? 'taken' : 'refused', `${issuer} at ${own}`);
      }
    }
  });
});
