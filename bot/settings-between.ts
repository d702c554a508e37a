import { CLOUD_NAMES, CLOUDS, type Cloud, type CloudName, isCloudName } from './clouds.ts';
import { isLoopbackAddress } from './setting-kinds.ts';

/** What the schema of single names cannot see: settings that need, or make no sense without, another. */
export function problemsBetween(values: ReadonlyMap<string, string>): readonly string[] {
  return [
    ...missingSecrets(values),
    ...problemsOfPairs(values),
    ...problemsOfWebhooks(values),
    ...problemsOfCloud(values),
    ...problemsOfDatabase(values),
  ];
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

const CLOUD_ADDRESSES = {
  PIMLICO_LOGIN_URL: 'loginUrl',
  PIMLICO_GRAPH_URL: 'graphUrl',
  PIMLICO_ARM_URL: 'armUrl',
  PIMLICO_CHANNEL_METADATA_URL: 'channelMetadataUrl',
} as const;

/** A tenant is in one cloud: half of the settings of another one would send tokens where they do not belong. */
function problemsOfCloud(values: ReadonlyMap<string, string>): readonly string[] {
  const named = values.get('PIMLICO_CLOUD');
  const cloud = named ?? 'public';
  if (!isCloudName(cloud)) {
    return [];
  }
  const addresses = Object.entries(CLOUD_ADDRESSES).flatMap(([name, key]) => {
    const text = values.get(name)?.replace(/\/+$/, '');
    return text === undefined
      ? []
      : strayProblem({ name, text, cloud, isNamed: named !== undefined }, (one) => [one[key]]);
  });
  const hosts = (values.get('PIMLICO_SERVICE_HOSTS') ?? '').split(',').flatMap((host) => {
    const stray = {
      name: 'PIMLICO_SERVICE_HOSTS',
      text: host.trim().toLowerCase(),
      cloud,
      isNamed: named !== undefined,
    };
    return stray.text === '' ? [] : strayProblem(stray, (one) => one.serviceHosts);
  });
  return [...addresses, ...hosts];
}

interface Named {
  readonly name: string;
  readonly text: string;
  readonly cloud: CloudName;
  /** Whether somebody said so: then everything has to be of it. */
  readonly isNamed: boolean;
}

function strayProblem(
  { name, text, cloud, isNamed }: Named,
  addressesOf: (one: Cloud) => readonly string[],
): readonly string[] {
  if (addressesOf(CLOUDS[cloud]).includes(text)) {
    return [];
  }
  const owner = CLOUD_NAMES.find((one) => addressesOf(CLOUDS[one]).includes(text));
  if (owner !== undefined) {
    return [`${name}: belongs to the cloud ${owner}, and PIMLICO_CLOUD is ${cloud}`];
  }
  return isNamed
    ? [`${name}: is not that of the cloud ${cloud}, which PIMLICO_CLOUD names; leave one of them out`]
    : [];
}

/** A token instead of a password: whose, where to, and nothing that says otherwise. */
function problemsOfDatabase(values: ReadonlyMap<string, string>): readonly string[] {
  if (values.get('PIMLICO_DATABASE_AUTH') !== 'entra') {
    return [];
  }
  const text = values.get('PIMLICO_DATABASE_URL') ?? '';
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = ['disable', 'no-verify', 'prefer', 'allow'].includes(url?.searchParams.get('sslmode') ?? '');
  return [
    ...(values.has('PIMLICO_MANAGED_IDENTITY_CLIENT_ID')
      ? []
      : ['PIMLICO_DATABASE_AUTH: tokens are those of the managed identity, and there is none']),
    ...(text === '' ? ['PIMLICO_DATABASE_URL: is missing, and PIMLICO_DATABASE_AUTH is entra'] : []),
    ...(url !== null && url.username === '' ? ['PIMLICO_DATABASE_URL: names no user, and Entra wants one'] : []),
    ...(url !== null && url.password !== ''
      ? ['PIMLICO_DATABASE_URL: has a password beside PIMLICO_DATABASE_AUTH']
      : []),
    ...(isPlain ? ['PIMLICO_DATABASE_URL: turns TLS off or trusts anybody; a token goes over TLS only'] : []),
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
