import type { AddressInfo } from 'node:net';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication, type Request } from 'botbuilder';
import {
  AppCredentials,
  AuthenticationConfiguration,
  type ServiceClientCredentials,
  ServiceClientCredentialsFactory,
} from 'botframework-connector';
import restify from 'restify';

/*
 * The least a bot of the SDK can be: restify, the adapter that verifies the channel's tokens, an echo through the SDK's own
 * connector client. What it costs is the floor that the benches measure against. Its settings are the bot's own names.
 */
const { env } = process;
const setting = (name: string): string => {
  const value = env[name];
  if (value === undefined) {
    throw new Error(`${name} is missing.`);
  }
  return value;
};
const appId = setting('PIMLICO_BOT_APP_ID');
const tenantId = setting('PIMLICO_TENANT_ID');
const login = setting('PIMLICO_LOGIN_URL');

/** One client-credentials token, kept by the SDK's own cache as the one of a real login would be. */
class Credentials extends AppCredentials {
  protected override async refreshToken() {
    const answer = await fetch(`${login}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: setting('PIMLICO_BOT_APP_SECRET'),
        scope: 'https://api.botframework.com/.default',
      }),
    });
    const { access_token: accessToken } = (await answer.json()) as { access_token: string };
    return {
      accessToken,
      expiresOn: new Date(Date.now() + 3_600_000),
      authority: login,
      uniqueId: appId,
      tenantId,
      scopes: [],
      account: null,
      idToken: '',
      idTokenClaims: {},
      fromCache: false,
      tokenType: 'Bearer',
      correlationId: '',
    };
  }
}

class Factory extends ServiceClientCredentialsFactory {
  override isValidAppId = async (id: string) => id === appId;
  override isAuthenticationDisabled = async () => false;
  override createCredentials = async (id: string, audience: string): Promise<ServiceClientCredentials> =>
    new Credentials(id, tenantId, audience) as unknown as ServiceClientCredentials;
}

const adapter = new CloudAdapter(
  new ConfigurationBotFrameworkAuthentication(
    {
      MicrosoftAppId: appId,
      MicrosoftAppTenantId: tenantId,
      ToChannelFromBotLoginUrl: `${login}/${tenantId}`,
      ToChannelFromBotOAuthScope: 'https://api.botframework.com',
      ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
      OAuthUrl: login,
      ToBotFromChannelOpenIdMetadataUrl: setting('PIMLICO_CHANNEL_METADATA_URL'),
      ToBotFromEmulatorOpenIdMetadataUrl: setting('PIMLICO_CHANNEL_METADATA_URL'),
      CallerId: 'urn:botframework:azure',
    },
    new Factory(),
    new AuthenticationConfiguration(),
  ),
);

const server = restify.createServer({ name: 'echo' });
server.use(restify.plugins.bodyParser());
server.get('/readyz', async (_req: restify.Request, res: restify.Response) => {
  res.send(200, { ready: true });
});
server.post('/api/messages', async (req: restify.Request, res: restify.Response) => {
  await adapter.process(req as Request, res, async (context) => {
    if (context.activity.type === 'message') {
      await context.sendActivity(`You said: ${context.activity.text}`);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: `http://127.0.0.1:${port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
