import assert from 'node:assert/strict';

import { audiencesOf, CLOUD_NAMES, CLOUDS } from '../../../bot/clouds.ts';
import { withPortalOf } from '../../../bot/portal-links.ts';
import { createServiceUrls } from '../../../bot/service-urls.ts';
import { settingProblems, settings } from '../../support/settings.ts';

describe('the clouds', () => {
  it('are each one setting that decides every address', () => {
    const { loginUrl, graphUrl, armUrl, channelMetadataUrl, serviceHosts, cloud } = settings({ PIMLICO_CLOUD: 'gcch' });
    assert.deepEqual(
      { loginUrl, graphUrl, armUrl, channelMetadataUrl, serviceHosts },
      {
        loginUrl: 'https://login.microsoftonline.us',
        graphUrl: 'https://graph.microsoft.us',
        armUrl: 'https://management.usgovcloudapi.net',
        channelMetadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
        serviceHosts: ['smba.infra.gov.teams.microsoft.us'],
      },
    );
    assert.deepEqual(audiencesOf(cloud), {
      graphResource: 'https://graph.microsoft.us',
      armResource: 'https://management.usgovcloudapi.net',
    });
    assert.deepEqual(
      [cloud.channelIssuer, cloud.connectorResource, cloud.exchangeAudience],
      ['https://api.botframework.us', 'https://api.botframework.us', 'api://AzureADTokenExchangeUSGov'],
    );
  });

  it('share no host of Teams, so that one can never be taken for another', () => {
    const hosts = CLOUD_NAMES.flatMap((name) => CLOUDS[name].serviceHosts);
    assert.equal(new Set(hosts).size, hosts.length);
  });

  it('have addresses with TLS, without a slash at the end, and with nothing that could be a secret', () => {
    for (const name of CLOUD_NAMES) {
      const { loginUrl, graphUrl, armUrl, channelMetadataUrl, portalUrl, databaseResource } = CLOUDS[name];
      for (const text of [loginUrl, graphUrl, armUrl, channelMetadataUrl, portalUrl, databaseResource]) {
        const url = new URL(text);
        assert.deepEqual([url.protocol, url.username, url.search], ['https:', '', ''], text);
        assert.doesNotMatch(text, /\/$/);
      }
    }
  });

  it('send proactive messages to the path that Microsoft names', () => {
    assert.equal(
      createServiceUrls(CLOUDS.dod.serviceHosts).fallback,
      'https://smba.infra.dod.teams.microsoft.us/teams/',
    );
    assert.equal(
      createServiceUrls(CLOUDS.china.serviceHosts).fallback,
      'https://frontend.botapi.msg.infra.teams.microsoftonline.cn/',
    );
  });
});

describe('PIMLICO_CLOUD', () => {
  it('is one of those that there are', () => {
    assert.deepEqual(settingProblems({ PIMLICO_CLOUD: 'germany' }), [
      'PIMLICO_CLOUD: must be one of public, gcch, dod, china',
    ]);
  });

  it('leaves the addresses of the sandbox alone where no cloud is named', () => {
    const { loginUrl, cloud } = settings({ PIMLICO_LOGIN_URL: 'https://127.0.0.1:4001/' });
    assert.deepEqual([loginUrl, cloud], ['https://127.0.0.1:4001', CLOUDS.public]);
  });

  it('takes addresses that repeat what the cloud says', () => {
    const { graphUrl } = settings({ PIMLICO_CLOUD: 'dod', PIMLICO_GRAPH_URL: 'https://dod-graph.microsoft.us/' });
    assert.equal(graphUrl, 'https://dod-graph.microsoft.us');
  });

  it('refuses an address that belongs to another cloud, named or not', () => {
    assert.deepEqual(settingProblems({ PIMLICO_GRAPH_URL: 'https://graph.microsoft.us' }), [
      'PIMLICO_GRAPH_URL: belongs to the cloud gcch, and PIMLICO_CLOUD is public',
    ]);
    assert.deepEqual(
      settingProblems({ PIMLICO_CLOUD: 'china', PIMLICO_LOGIN_URL: 'https://login.microsoftonline.com' }),
      ['PIMLICO_LOGIN_URL: belongs to the cloud public, and PIMLICO_CLOUD is china'],
    );
    assert.deepEqual(
      settingProblems({ PIMLICO_SERVICE_HOSTS: 'smba.trafficmanager.net, smba.infra.gov.teams.microsoft.us' }),
      ['PIMLICO_SERVICE_HOSTS: belongs to the cloud gcch, and PIMLICO_CLOUD is public'],
    );
  });

  it('refuses an address of nobody beside a cloud that is named', () => {
    assert.deepEqual(
      settingProblems({
        PIMLICO_CLOUD: 'gcch',
        PIMLICO_ARM_URL: 'https://127.0.0.1:1',
        PIMLICO_SERVICE_HOSTS: 'a.example',
      }),
      [
        'PIMLICO_ARM_URL: is not that of the cloud gcch, which PIMLICO_CLOUD names; leave one of them out',
        'PIMLICO_SERVICE_HOSTS: is not that of the cloud gcch, which PIMLICO_CLOUD names; leave one of them out',
      ],
    );
  });
});

describe('withPortalOf', () => {
  const card = {
    body: [{ type: 'TextBlock', text: 'https://entra.microsoft.com/#view is a text' }],
    actions: [
      { type: 'Action.OpenUrl', url: 'https://entra.microsoft.com/#view/PIM' },
      { type: 'Action.OpenUrl', url: 'https://entra.microsoft.com.evil.example/' },
    ],
  };
  const render = () => ({ card, summary: 'hello' });
  const asked = [{}, null, null] as unknown as Parameters<Parameters<typeof withPortalOf>[1]>;

  it('leads links to the portal of the cloud, and leaves everything else as it is', () => {
    assert.deepEqual(withPortalOf(CLOUDS.gcch, render)(...asked), {
      summary: 'hello',
      card: {
        ...card,
        actions: [{ type: 'Action.OpenUrl', url: 'https://portal.azure.us/#view/PIM' }, card.actions[1]],
      },
    });
  });

  it('changes nothing in the public cloud', () => {
    assert.equal(withPortalOf(CLOUDS.public, render), render);
  });
});
