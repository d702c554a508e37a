import assert from 'node:assert/strict';
import { createConnector } from '../../../bot/connector.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import { conversationId } from '../../../src/domain/ids.ts';

describe('createConnector', () => {
  it('takes no token along to an address that is not on the list, whoever names it', async () => {
    let tokens = 0;
    const connector = createConnector({
      tenantId: 't',
      botAppId: 'b',
      serviceUrls: createServiceUrls(['smba.trafficmanager.net']),
      tokens: { token: async () => `token-${++tokens}`, reject: () => undefined },
    });
    const place = { serviceUrl: 'https://evil.example/', conversationId: conversationId('a:1') };
    const refused = { kind: 'dead', reason: 'service-url-not-allowed', isPlaceDead: false };
    assert.deepEqual(await connector.send(place, {}), refused);
    assert.deepEqual(await connector.update(place, '1', {}), refused);
    assert.deepEqual(await connector.createConversation(place.serviceUrl, '29:1'), refused);
    assert.equal(tokens, 0);
  });
});
