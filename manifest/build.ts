import { z } from 'zod';

import commands from './commands.json' with { type: 'json' };

/** What differs between installations. */
export interface ManifestOptions {
  /** Id of the app in Teams; any GUID that stays the same from version to version. */
  readonly appId: string;
  /** App registration of the bot. */
  readonly botAppId: string;
  /** App registration that single sign-on is for. */
  readonly selfServiceAppId: string;
  /** Public host name of the bot, without scheme. */
  readonly host: string;
  /** Must rise with every update that is uploaded. */
  readonly version: string;
  readonly developer: {
    readonly name: string;
    readonly websiteUrl: string;
    readonly privacyUrl: string;
    readonly termsOfUseUrl: string;
  };
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NIL = '00000000-0000-0000-0000-000000000000';
const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

const guid = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => GUID.test(text) && text !== NIL, 'must be a GUID');

const httpsUrl = z
  .string()
  .max(2048, 'must have at most 2048 characters')
  .refine((text) => URL.canParse(text) && new URL(text).protocol === 'https:', 'must be an https URL');

const optionsSchema = z.strictObject({
  appId: guid,
  botAppId: guid,
  selfServiceAppId: guid,
  host: z.string().regex(HOST, 'must be a host name in lower case, without scheme, port and path'),
  version: z
    .string()
    .regex(/^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/, 'must be three numbers such as 1.0.0'),
  developer: z.strictObject({
    name: z.string().trim().min(1, 'must not be empty').max(32, 'must have at most 32 characters'),
    websiteUrl: httpsUrl,
    privacyUrl: httpsUrl,
    termsOfUseUrl: httpsUrl,
  }),
});

/** Why the options make no manifest: every problem, each with the option's name. */
export interface ManifestProblems {
  readonly problems: readonly string[];
}

/**
 * Builds the manifest of the Teams app, or tells every problem of the options at once.
 *
 * Schema 1.16 is the lowest that has everything needed (`defaultInstallScope`, `defaultBlockUntilAdminAction`, bots in
 * all three scopes): validators of tenants and clouds lag behind the newest one.
 */
export function buildManifest(options: ManifestOptions): TeamsManifest | ManifestProblems {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
  }
  return toManifest(parsed.data);
}

/** The manifest as it is written; its schema is Microsoft's. */
export type TeamsManifest = ReturnType<typeof toManifest>;

function toManifest(options: ManifestOptions) {
  const { appId, botAppId, selfServiceAppId, host, version, developer } = options;
  const { personal, shared } = commands;
  return {
    $schema: 'https://developer.microsoft.com/en-us/json-schemas/teams/v1.16/MicrosoftTeams.schema.json',
    manifestVersion: '1.16',
    version,
    id: appId,
    developer: { ...developer },
    name: { short: 'Pimlico', full: 'Pimlico for Privileged Identity Management' },
    description: {
      short: 'Activate, approve and give back privileged roles in chat.',
      full: [
        'Ask for a role in a sentence, and Pimlico turns it into a request to Microsoft Privileged Identity Management.',
        'Approvers decide on a card, everybody concerned is told, and a reminder comes before the access ends.',
        'Everything is done with your own identity and under the settings of your tenant.',
      ].join(' '),
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#2B4C9B',
    bots: [
      {
        botId: botAppId,
        scopes: ['personal', 'team', 'groupChat'],
        isNotificationOnly: false,
        supportsFiles: false,
        commandLists: [
          { scopes: ['personal'], commands: personal },
          { scopes: ['team', 'groupChat'], commands: shared },
        ],
      },
    ],
    defaultInstallScope: 'personal',
    defaultGroupCapability: { team: 'bot', groupchat: 'bot' },
    // An administrator lets people have it: the app leads to privileged roles.
    defaultBlockUntilAdminAction: true,
    permissions: ['identity', 'messageTeamMembers'],
    validDomains: [host, 'token.botframework.com'],
    webApplicationInfo: { id: selfServiceAppId, resource: `api://botid-${botAppId}` },
  };
}
