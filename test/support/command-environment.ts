import type { Environment } from '../../bot/config.ts';
import type { RunningSandbox } from '../../sandbox/start.ts';

/** What a command line needs to read a sandbox's tenant as the reader. */
export function commandEnvironment({ apps, tenantId, urls }: RunningSandbox): Environment {
  return {
    PIMLICO_TENANT_ID: tenantId,
    PIMLICO_BOT_APP_ID: apps.connector.clientId,
    PIMLICO_BOT_APP_SECRET: apps.connector.secret,
    PIMLICO_SELF_SERVICE_APP_ID: apps.selfService.clientId,
    PIMLICO_SELF_SERVICE_APP_SECRET: apps.selfService.secret,
    PIMLICO_READER_APP_ID: apps.reader.clientId,
    PIMLICO_READER_APP_SECRET: apps.reader.secret,
    PIMLICO_LOGIN_URL: urls.login,
    PIMLICO_GRAPH_URL: urls.graph,
    PIMLICO_ARM_URL: urls.arm,
  };
}
