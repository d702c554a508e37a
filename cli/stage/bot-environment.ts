import { fileURLToPath } from 'node:url';
import type { SandboxInfo } from './control.ts';

/** The sandbox's own. */
const RULEBOOK = fileURLToPath(new URL('../../rulebooks/sandbox.yaml', import.meta.url));
const RUNBOOKS = fileURLToPath(new URL('../../runbooks/sandbox.yaml', import.meta.url));

/** Custom roles as code, of which some differ from the sandbox's. */
const ROLE_FILES = fileURLToPath(new URL('../../role-files/sandbox', import.meta.url));

/** The environment of a bot whose Microsoft is that sandbox. It listens on a free port unless told otherwise. */
export function botEnvironment(sandbox: SandboxInfo, databaseUrl: string, port = 0): NodeJS.ProcessEnv {
  const { selfService, admin, reader, connector } = sandbox.apps;
  return {
    NODE_EXTRA_CA_CERTS: sandbox.ca,
    PIMLICO_TENANT_ID: sandbox.tenantId,
    PIMLICO_BOT_APP_ID: sandbox.botAppId,
    PIMLICO_BOT_APP_SECRET: connector?.secret,
    PIMLICO_SELF_SERVICE_APP_ID: selfService?.clientId,
    PIMLICO_SELF_SERVICE_APP_SECRET: selfService?.secret,
    PIMLICO_ADMIN_APP_ID: admin?.clientId,
    PIMLICO_ADMIN_APP_SECRET: admin?.secret,
    PIMLICO_READER_APP_ID: reader?.clientId,
    PIMLICO_READER_APP_SECRET: reader?.secret,
    PIMLICO_LOGIN_URL: sandbox.login,
    PIMLICO_GRAPH_URL: sandbox.graph,
    PIMLICO_ARM_URL: sandbox.arm,
    PIMLICO_CHANNEL_METADATA_URL: `${sandbox.openid.replace(/\/$/, '')}/v1/.well-known/openidconfiguration`,
    PIMLICO_SERVICE_HOSTS: new URL(sandbox.connector).host,
    PIMLICO_CLOCK_URL: `${sandbox.control.replace(/\/$/, '')}/clock`,
    PIMLICO_DATABASE_URL: databaseUrl,
    PIMLICO_RULEBOOK: RULEBOOK,
    PIMLICO_RUNBOOKS: RUNBOOKS,
    PIMLICO_ROLE_FILES: ROLE_FILES,
    // A tenant of the sandbox is forgotten with its database.
    PIMLICO_AUDIT_ANCHORS: 'off',
    PIMLICO_REPLICA: 'stage',
    // The clock may stand still, and then nothing is ever allowed again.
    PIMLICO_TURNS_PER_MINUTE: '0',
    PIMLICO_HOST: '127.0.0.1',
    PIMLICO_PORT: String(port),
    // On a free port the bot itself is the first to know its address.
    PIMLICO_PUBLIC_URL: port === 0 ? undefined : `http://127.0.0.1:${port}`,
  };
}
