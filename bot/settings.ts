import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { PauseExtent } from '../src/domain/bot-setting.ts';
import type { NamePattern } from '../src/ports/role-files.ts';
import type { ApproverNames } from '../src/use-cases/serving/hide-approvers.ts';
import { CLOUDS, type Cloud } from './clouds.ts';
import {
  type ApproverContextRoles,
  approverContext,
  approverContextRoles,
  approverNames,
  clockUrl,
  cloudName,
  containerUrl,
  databaseAuth,
  databaseUrl,
  guid,
  hostList,
  isLoopbackAddress,
  locale,
  namePattern,
  onOff,
  optionalPath,
  otlpUrl,
  pausedOutside,
  publicUrl,
  secret,
  serviceAddress,
  timeZone,
  webhookSecret,
  webhookUrl,
  wholeNumber,
} from './setting-kinds.ts';

const SHAPE = {
  PIMLICO_TENANT_ID: guid('Tenant whose people may use the bot. Everybody else is refused.'),
  PIMLICO_BOT_APP_ID: guid("App registration of the bot itself: the connector's identity."),
  PIMLICO_BOT_APP_SECRET: secret('Secret of the bot. Leave it out in production: the managed identity stands in.'),
  PIMLICO_TEAMS_APP_ID: guid('')
    .optional()
    .describe("Id of the app in its Teams manifest (`--app-id` of `npm run manifest`). Left out, it is the bot's."),
  PIMLICO_INSTALL: onOff(
    true,
    'Whether the bot adds itself to the chats of approvers and others who must act: on or off. Needs `TeamsAppInstallation.ReadWriteSelfForUser.All`.',
  ),
  PIMLICO_SELF_SERVICE_APP_ID: guid('App registration that Teams single sign-on is for: people act through it.'),
  PIMLICO_SELF_SERVICE_APP_SECRET: secret('Secret of the self-service app. Leave it out in production.'),
  PIMLICO_ADMIN_APP_ID: guid('')
    .optional()
    .describe(
      "App registration of administrators' commands, signed in to on the bot's own page only. Leave it out to have none.",
    ),
  PIMLICO_ADMIN_APP_SECRET: secret('Secret of the admin app. Leave it out in production.'),
  PIMLICO_READER_APP_ID: guid(
    'Application that only reads: delivery and convergence. In production the client id of the managed identity itself.',
  ),
  PIMLICO_READER_APP_SECRET: secret('Secret of the reader. Leave it out in production.'),
  PIMLICO_MANAGED_IDENTITY_CLIENT_ID: guid('')
    .optional()
    .describe(
      'Managed identity that the app registrations trust (federated credential); needed for each app without a secret.',
    ),
  PIMLICO_CLOUD: cloudName,
  PIMLICO_LOGIN_URL: serviceAddress("Where Microsoft Entra is, if not where the cloud's is. For the sandbox only."),
  PIMLICO_GRAPH_URL: serviceAddress("Where Microsoft Graph is, if not where the cloud's is. For the sandbox only."),
  PIMLICO_ARM_URL: serviceAddress(
    "Where Azure Resource Manager is, if not where the cloud's is. For the sandbox only.",
  ),
  PIMLICO_CHANNEL_METADATA_URL: serviceAddress(
    'Where the keys are found that sign what Teams sends, if not where those of the cloud are. For the sandbox only.',
  ),
  PIMLICO_SERVICE_HOSTS: hostList,
  PIMLICO_PORT: wholeNumber(0, 65_535, 3978, 'TCP port to listen on; 0 takes a free one.'),
  PIMLICO_HOST: z
    .string()
    .min(1, 'must not be empty')
    .default('127.0.0.1')
    .describe(
      'Address to listen on. The default is reachable from this machine only, as TLS ends in front of the bot; set `0.0.0.0` in a container.',
    ),
  PIMLICO_PUBLIC_URL: publicUrl,
  PIMLICO_LOCALE: locale,
  PIMLICO_TIME_ZONE: timeZone,
  PIMLICO_APPROVER_CONTEXT: approverContext,
  PIMLICO_APPROVER_CONTEXT_ROLES: approverContextRoles,
  PIMLICO_APPROVER_NAMES: approverNames,
  PIMLICO_APPROVER_WAVE: wholeNumber(
    0,
    10_000,
    8,
    'Above how many approvers of one request they are asked in waves: whom the role names and whoever is on call first (else this many, those who decided lately first), the rest after a while. 0 asks everybody at once.',
  ),
  PIMLICO_APPROVER_WAVE_MINUTES: wholeNumber(1, 1_440, 10, 'How many minutes the rest waits while nobody has decided.'),
  PIMLICO_TURNS_PER_MINUTE: wholeNumber(
    0,
    10_000,
    60,
    'Sentences and presses of one person a minute, in each replica; further ones are refused. 0 lifts this and the other limits per person.',
  ),
  PIMLICO_RECONCILE_SECONDS: wholeNumber(
    0,
    3_600,
    60,
    "How often PIM's log is read for what was decided, activated or given back elsewhere. 0 does not read it: then cards learn of it late, or never.",
  ),
  PIMLICO_TURNS_AT_A_TIME: wholeNumber(
    1,
    1_000,
    64,
    'Sentences and presses that are carried out at a time in this replica; further ones wait for their turn, and are told so.',
  ),
  PIMLICO_DATABASE_URL: databaseUrl,
  PIMLICO_DATABASE_AUTH: databaseAuth,
  PIMLICO_DATA_DIR: z
    .string()
    .min(1, 'must not be empty')
    .default('.pimlico')
    .describe('Folder of the PostgreSQL of our own; unused with a database URL.'),
  PIMLICO_AUDIT_ANCHORS: optionalPath(
    "File that heads of the audit trail's chain are written to, or `off`: keep it where who can change the database cannot write. Left out, it is `audit-anchors.ndjson` in `PIMLICO_DATA_DIR`.",
  ),
  PIMLICO_AUDIT_ANCHOR_WEBHOOK: webhookUrl(
    'Receiver that is told of the same heads, as signed CloudEvents; the key is `PIMLICO_AUDIT_WEBHOOK_SECRET`.',
  ),
  PIMLICO_AUDIT_ANCHOR_BLOB: containerUrl,
  PIMLICO_AUDIT_WEBHOOK: webhookUrl(
    'Receiver of the audit trail: each record is sent there in the order of the chain, as signed CloudEvents, again and again until it is taken.',
  ),
  PIMLICO_AUDIT_WEBHOOK_SECRET: webhookSecret('Key that records and heads of the trail are signed with.'),
  PIMLICO_AUDIT_KEEP_DAYS: wholeNumber(
    0,
    36_500,
    0,
    'After how many days what a record of the trail tells of people is erased; the records stay. 0 keeps it for ever.',
  ),
  PIMLICO_CLOCK_URL: clockUrl,
  PIMLICO_REPLICA: z
    .string()
    .regex(/^[\w.:-]{1,100}$/, 'must be 1 to 100 letters, digits, dots, dashes or colons')
    .default(
      `${hostname()
        .replace(/[^\w.-]/g, '-')
        .slice(0, 80)}:${process.pid}`,
    )
    .describe('Name of this replica in leases and logs: different for each.'),
  PIMLICO_LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'], { error: 'must be error, warn, info or debug' })
    .default('info')
    .describe('Least important lines to log.'),
  PIMLICO_JOB_CONCURRENCY: wholeNumber(
    1,
    64,
    8,
    'Jobs that run at a time in this replica. Raise it when reminders come late.',
  ),
  PIMLICO_FOUR_EYES: onOff(
    true,
    'Whether a second administrator must confirm a change of role settings: on or off. Off, whoever changes them confirms alone; both ways are recorded.',
  ),
  PIMLICO_PAUSED: pausedOutside,
  PIMLICO_RULEBOOK: optionalPath(
    'File of the rulebook, looked at every two seconds: a valid change comes into force without a restart. Left out, nothing is forbidden beyond what PIM forbids, but for the two roles that are off until they are named.',
  ),
  PIMLICO_ROLE_FILES: optionalPath(
    'Folder of the custom roles as code, for `roles drift` and `roles apply`: its `*.json` files, read anew each time. Left out, there are none.',
  ),
  PIMLICO_ROLE_NAME_PATTERN: namePattern,
  PIMLICO_RUNBOOKS: optionalPath(
    'File of the runbooks that `runbook` shows and `check` goes by, looked at every two seconds: a valid change comes into force without a restart. Left out, there are none.',
  ),
  PIMLICO_TASK_TABLE: optionalPath(
    'File of tasks with their least privileged roles (JSON or YAML), besides those that come with Pimlico, for `which role lets me …`. Read at the start.',
  ),
  PIMLICO_ALARM_WEBHOOK: webhookUrl(
    'Receiver of alarms that reached nobody in Teams: signed CloudEvents are sent there. Without it such an alarm is an error in the log.',
  ),
  PIMLICO_ALARM_WEBHOOK_SECRET: webhookSecret('Key that they are signed with.'),
  PIMLICO_PACING: onOff(
    true,
    "Whether messages are paced under Teams' limits: on or off. Off is for measurements only: Teams then throttles the bot.",
  ),
  PIMLICO_METRICS: onOff(false, 'Whether `GET /metrics` answers: on or off.'),
  PIMLICO_OTLP_URL: otlpUrl,
};

/** Every name there is. */
export function namesOf(): readonly string[] {
  return Object.keys(SHAPE);
}

type Raw = z.output<z.ZodObject<typeof SHAPE, z.core.$strict>>;

/** The settings by the names that code uses. */
export interface Settings<Secret> {
  readonly tenantId: string;
  readonly botAppId: string;
  readonly botAppSecret: Secret | null;
  /** In the app's Teams manifest. */
  readonly teamsAppId: string;
  /** Whether the bot adds itself to the chats of people who must act. */
  readonly isInstallOn: boolean;
  readonly selfServiceAppId: string;
  readonly selfServiceAppSecret: Secret | null;
  readonly readerAppId: string;
  readonly readerAppSecret: Secret | null;
  /** Null when there are no administrators' commands. */
  readonly adminAppId: string | null;
  readonly adminAppSecret: Secret | null;
  readonly managedIdentityClientId: string | null;
  /** What is the same for everybody there; the addresses below are those that are used. */
  readonly cloud: Cloud;
  readonly loginUrl: string;
  readonly graphUrl: string;
  readonly armUrl: string;
  readonly channelMetadataUrl: string;
  /** Lower case, with the port where it is not the scheme's own. */
  readonly serviceHosts: readonly string[];
  readonly port: number;
  readonly host: string;
  /** Origin of the bot's own pages; null stands for the address it listens on, which the free port decides. */
  readonly publicUrl: string | null;
  /** Of what several people read. */
  readonly locale: string;
  readonly timeZone: string;
  /** Null when only Microsoft asks approvers for more. */
  readonly approverContext: string | null;
  readonly approverContextRoles: ApproverContextRoles;
  readonly approverNames: ApproverNames;
  readonly approverWaves: { readonly size: number; readonly pause: Temporal.Duration };
  /** 0 lifts the limits per person. */
  readonly turnsPerMinute: number;
  /** How often PIM's log is read; null when it is not. */
  readonly reconcileEvery: Temporal.Duration | null;
  readonly turnsAtATime: number;
  readonly databaseUrl: Secret | null;
  readonly databaseAuth: 'password' | 'entra';
  readonly dataDir: string;
  /** Null when heads of the audit trail's chain are written nowhere. */
  readonly auditAnchors: string | null;
  /** The addresses are sealed too: some carry a key. */
  readonly auditAnchorWebhook: Secret | null;
  /** Address of the container that heads are written to. */
  readonly auditAnchorBlob: string | null;
  readonly auditWebhook: Secret | null;
  readonly auditWebhookSecret: Secret | null;
  /** Null when what the audit trail tells of people is kept for ever. */
  readonly auditKeepFor: Temporal.Duration | null;
  readonly clockUrl: string | null;
  readonly replica: string;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly jobConcurrency: number;
  /** Whether a second administrator must confirm changes of role settings. */
  readonly isFourEyesOn: boolean;
  /** Null when nobody paused the bot from outside. */
  readonly pausedOutside: PauseExtent | null;
  /** Null when nothing is forbidden beyond what PIM forbids. */
  readonly rulebook: string | null;
  /** Null when there are no runbooks. */
  readonly runbooks: string | null;
  /** Null when custom roles are not kept as code. */
  readonly roleFiles: string | null;
  /** Null for the tasks that come with Pimlico alone. */
  readonly taskTable: string | null;
  /** What the names of roles in files must look like, from their first letter to the last; null when anything goes. */
  readonly roleNamePattern: NamePattern | null;
  /** Where alarms go that reached nobody in Teams; both null when nowhere. The address is sealed too: some carry a key. */
  readonly alarmWebhook: Secret | null;
  readonly alarmWebhookSecret: Secret | null;
  /** Whether messages are kept under Teams' limits. */
  readonly isPacingOn: boolean;
  readonly areMetricsOn: boolean;
  /** Null when traces and metrics are sent nowhere. */
  readonly otlpUrl: string | null;
}

/** The schema of the whole environment; secrets are sealed while it parses. */
export function settingsSchema<Secret>(seal: (secret: string) => Secret) {
  return z.strictObject(SHAPE).transform((raw) => toSettings(raw, seal));
}

function toSettings<Secret>(raw: Raw, seal: (secret: string) => Secret): Settings<Secret> {
  const sealed = (text: string | undefined): Secret | null => (text === undefined ? null : seal(text));
  return {
    tenantId: raw.PIMLICO_TENANT_ID,
    botAppId: raw.PIMLICO_BOT_APP_ID,
    botAppSecret: sealed(raw.PIMLICO_BOT_APP_SECRET),
    teamsAppId: raw.PIMLICO_TEAMS_APP_ID ?? raw.PIMLICO_BOT_APP_ID,
    isInstallOn: raw.PIMLICO_INSTALL,
    selfServiceAppId: raw.PIMLICO_SELF_SERVICE_APP_ID,
    selfServiceAppSecret: sealed(raw.PIMLICO_SELF_SERVICE_APP_SECRET),
    readerAppId: raw.PIMLICO_READER_APP_ID,
    readerAppSecret: sealed(raw.PIMLICO_READER_APP_SECRET),
    adminAppId: raw.PIMLICO_ADMIN_APP_ID ?? null,
    adminAppSecret: sealed(raw.PIMLICO_ADMIN_APP_SECRET),
    managedIdentityClientId: raw.PIMLICO_MANAGED_IDENTITY_CLIENT_ID ?? null,
    ...addressesOf(raw),
    port: raw.PIMLICO_PORT,
    host: raw.PIMLICO_HOST,
    publicUrl: raw.PIMLICO_PUBLIC_URL ?? ownUrl(raw),
    locale: raw.PIMLICO_LOCALE,
    timeZone: raw.PIMLICO_TIME_ZONE,
    approverContext: raw.PIMLICO_APPROVER_CONTEXT ?? null,
    approverContextRoles: raw.PIMLICO_APPROVER_CONTEXT_ROLES,
    approverNames: raw.PIMLICO_APPROVER_NAMES,
    approverWaves: {
      size: raw.PIMLICO_APPROVER_WAVE,
      pause: Temporal.Duration.from({ minutes: raw.PIMLICO_APPROVER_WAVE_MINUTES }),
    },
    turnsPerMinute: raw.PIMLICO_TURNS_PER_MINUTE,
    reconcileEvery: secondsOrNever(raw.PIMLICO_RECONCILE_SECONDS),
    turnsAtATime: raw.PIMLICO_TURNS_AT_A_TIME,
    databaseUrl: sealed(raw.PIMLICO_DATABASE_URL),
    databaseAuth: raw.PIMLICO_DATABASE_AUTH,
    dataDir: raw.PIMLICO_DATA_DIR,
    auditAnchors: anchorsOf(raw),
    auditAnchorWebhook: sealed(raw.PIMLICO_AUDIT_ANCHOR_WEBHOOK),
    auditAnchorBlob: raw.PIMLICO_AUDIT_ANCHOR_BLOB ?? null,
    auditWebhook: sealed(raw.PIMLICO_AUDIT_WEBHOOK),
    auditWebhookSecret: sealed(raw.PIMLICO_AUDIT_WEBHOOK_SECRET),
    auditKeepFor: daysOrEver(raw.PIMLICO_AUDIT_KEEP_DAYS),
    clockUrl: raw.PIMLICO_CLOCK_URL ?? null,
    replica: raw.PIMLICO_REPLICA,
    logLevel: raw.PIMLICO_LOG_LEVEL,
    jobConcurrency: raw.PIMLICO_JOB_CONCURRENCY,
    isFourEyesOn: raw.PIMLICO_FOUR_EYES,
    pausedOutside: raw.PIMLICO_PAUSED,
    rulebook: raw.PIMLICO_RULEBOOK ?? null,
    runbooks: raw.PIMLICO_RUNBOOKS ?? null,
    roleFiles: raw.PIMLICO_ROLE_FILES ?? null,
    taskTable: raw.PIMLICO_TASK_TABLE ?? null,
    roleNamePattern: raw.PIMLICO_ROLE_NAME_PATTERN ?? null,
    alarmWebhook: sealed(raw.PIMLICO_ALARM_WEBHOOK),
    alarmWebhookSecret: sealed(raw.PIMLICO_ALARM_WEBHOOK_SECRET),
    isPacingOn: raw.PIMLICO_PACING,
    areMetricsOn: raw.PIMLICO_METRICS,
    otlpUrl: raw.PIMLICO_OTLP_URL ?? null,
  };
}

/** The cloud's own, but for what is named. */
function addressesOf(raw: Raw) {
  const cloud = CLOUDS[raw.PIMLICO_CLOUD];
  return {
    cloud,
    loginUrl: raw.PIMLICO_LOGIN_URL ?? cloud.loginUrl,
    graphUrl: raw.PIMLICO_GRAPH_URL ?? cloud.graphUrl,
    armUrl: raw.PIMLICO_ARM_URL ?? cloud.armUrl,
    channelMetadataUrl: raw.PIMLICO_CHANNEL_METADATA_URL ?? cloud.channelMetadataUrl,
    serviceHosts: raw.PIMLICO_SERVICE_HOSTS ?? [...cloud.serviceHosts],
  };
}

function anchorsOf({ PIMLICO_AUDIT_ANCHORS: file, PIMLICO_DATA_DIR: folder }: Raw): string | null {
  return file === 'off' ? null : (file ?? path.join(folder, 'audit-anchors.ndjson'));
}

function secondsOrNever(seconds: number): Temporal.Duration | null {
  return seconds === 0 ? null : Temporal.Duration.from({ seconds });
}

/** In hours: a day is always 24 of them here. */
function daysOrEver(days: number): Temporal.Duration | null {
  return days === 0 ? null : Temporal.Duration.from({ hours: days * 24 });
}

/** On this machine a browser finds the bot by itself. `localhost` is the name that Entra takes without TLS. */
function ownUrl({ PIMLICO_HOST: host, PIMLICO_PORT: port }: Raw): string | null {
  return isLoopbackAddress(host) && port !== 0 ? new URL(`http://localhost:${port}`).origin : null;
}

/** Prints the settings as the table of the README, straight from the schema. */
export function settingsTable(): string {
  const rows = Object.entries(SHAPE).map(
    ([name, schema]) => `| \`${name}\` | ${defaultOf(name)} | ${schema.description ?? ''} |`,
  );
  return ['| Setting | Default | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Defaults that differ from machine to machine, in words. */
const IN_WORDS: Readonly<Record<string, string>> = {
  PIMLICO_REPLICA: 'host name and process id',
  PIMLICO_METRICS: '`off`',
  PIMLICO_FOUR_EYES: '`on`',
  PIMLICO_INSTALL: '`on`',
  PIMLICO_PAUSED: '`off`',
};

function defaultOf(name: string): string {
  const schema: z.ZodType | undefined = SHAPE[name as keyof typeof SHAPE];
  const words = IN_WORDS[name];
  if (words !== undefined || schema === undefined) {
    return words ?? '';
  }
  if (schema instanceof z.ZodDefault) {
    return `\`${String(schema.def.defaultValue)}\``;
  }
  return schema instanceof z.ZodOptional ? 'none' : 'required';
}
