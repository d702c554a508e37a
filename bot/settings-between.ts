import { isLoopbackAddress } from './setting-kinds.ts';

/** What the schema of single names cannot see: settings that need, or make no sense without, another. */
export function problemsBetween(values: ReadonlyMap<string, string>): readonly string[] {
  return [...missingSecrets(values), ...problemsOfPairs(values), ...problemsOfWebhooks(values)];
}

/** An app needs a secret, or the managed identity in its place. */
function missingSecrets(values: ReadonlyMap<string, string>): readonly string[] {
  const admin = values.has('PIMLICO_ADMIN_APP_ID') ? ['ADMIN'] : [];
  const isLost = values.has('PIMLICO_ADMIN_APP_SECRET') && !values.has('PIMLICO_ADMIN_APP_ID');
  const lost = isLost ? ['PIMLICO_ADMIN_APP_SECRET: is of no use without PIMLICO_ADMIN_APP_ID'] : [];
  if (values.has('PIMLICO_MANAGED_IDENTITY_CLIENT_ID')) {
    return lost;
  }
  const missing = ['BOT', 'SELF_SERVICE', 'READER', ...admin]
    .map((app) => `PIMLICO_${app}_APP_SECRET`)
    .filter((name) => !values.has(name))
    .map((name) => `${name}: is missing, and there is no PIMLICO_MANAGED_IDENTITY_CLIENT_ID in its place`);
  return [...missing, ...lost];
}

function problemsOfPairs(values: ReadonlyMap<string, string>): readonly string[] {
  const host = values.get('PIMLICO_HOST');
  const isUnknown = !values.has('PIMLICO_PUBLIC_URL') && host !== undefined && !isLoopbackAddress(host);
  const isIdle = values.has('PIMLICO_APPROVER_CONTEXT_ROLES') && !values.has('PIMLICO_APPROVER_CONTEXT');
  const isLost = values.has('PIMLICO_ROLE_NAME_PATTERN') && !values.has('PIMLICO_ROLE_FILES');
  return [
    ...(isUnknown ? ['PIMLICO_PUBLIC_URL: is missing, and the bot is to be reachable from other machines'] : []),
    ...(isIdle ? ['PIMLICO_APPROVER_CONTEXT_ROLES: has no effect without PIMLICO_APPROVER_CONTEXT'] : []),
    ...(isLost ? ['PIMLICO_ROLE_NAME_PATTERN: has no effect without PIMLICO_ROLE_FILES'] : []),
  ];
}

/** Nothing goes out unsigned. */
function problemsOfWebhooks(values: ReadonlyMap<string, string>): readonly string[] {
  const keys: readonly (readonly [key: string, urls: readonly string[]])[] = [
    ['PIMLICO_ALARM_WEBHOOK_SECRET', ['PIMLICO_ALARM_WEBHOOK']],
    ['PIMLICO_AUDIT_WEBHOOK_SECRET', ['PIMLICO_AUDIT_WEBHOOK', 'PIMLICO_AUDIT_ANCHOR_WEBHOOK']],
  ];
  const isIdle = values.has('PIMLICO_AUDIT_ANCHOR_BLOB') && !values.has('PIMLICO_MANAGED_IDENTITY_CLIENT_ID');
  const idle = 'PIMLICO_AUDIT_ANCHOR_BLOB: is written by the managed identity, and there is none';
  return [
    ...keys.flatMap(([key, urls]) => {
      const url = urls.find((name) => values.has(name));
      const isKeyThere = values.has(key);
      if (url !== undefined && !isKeyThere) {
        return [`${key}: is missing, and ${url} is set`];
      }
      return url === undefined && isKeyThere ? [`${key}: is of no use without ${urls.join(' or ')}`] : [];
    }),
    ...(isIdle ? [idle] : []),
  ];
}
