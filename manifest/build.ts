import { z } from 'zod';

import commands from './commands.json' with { type: 'json' };
import { domainProblem } from './domain.ts';
import { DEFAULT_LANGUAGE, type ManifestLanguages, type ManifestTexts } from './languages.ts';

/** What differs between installations. */
export interface ManifestOptions {
  /** Id of the app in Teams; any GUID that stays the same from version to version. */
  readonly appId: string;
  /** App registration of the bot. */
  readonly botAppId: string;
  /** App registration that single sign-on is for. */
  readonly selfServiceAppId: string;
  /** Public host name of the bot, without scheme, port and path. */
  readonly domain: string;
  /** Must rise with every update that is uploaded. */
  readonly version: string;
  /** Version of Microsoft's schema, such as 1.30; from 1.16 on, the first with everything needed. */
  readonly schemaVersion: string;
  /** Host of the Bot Framework's token service in this cloud: Teams opens sign-in windows on it. */
  readonly tokenHost: string;
  readonly developer: {
    readonly name: string;
    readonly websiteUrl: string;
    readonly privacyUrl: string;
    readonly termsOfUseUrl: string;
  };
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NIL = '00000000-0000-0000-0000-000000000000';

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
  domain: z.string().superRefine((text, context) => {
    const message = domainProblem(text);
    if (message !== null) {
      context.addIssue({ code: 'custom', message });
    }
  }),
  version: z
    .string()
    .regex(/^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/, 'must be three numbers such as 1.0.0'),
  schemaVersion: z.string(),
  tokenHost: z.string(),
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

/** A manifest and the language files that it names, by the names they have in the package. */
export interface AppDescription {
  readonly manifest: TeamsManifest;
  readonly languageFiles: Readonly<Record<string, object>>;
}

/** Builds the manifest of the Teams app with its language files, or tells every problem of the options at once. */
export function buildManifest(
  options: ManifestOptions,
  languages: ManifestLanguages,
): AppDescription | ManifestProblems {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
  }
  const lists = commandLists(parsed.data.schemaVersion);
  const problems = missingDescriptions(lists, languages);
  const texts = languages.get(DEFAULT_LANGUAGE);
  if (problems.length > 0 || texts === undefined) {
    return { problems };
  }
  const tags = [...languages.keys()].filter((tag) => tag !== DEFAULT_LANGUAGE);
  const entries = [...languages].map(
    ([tag, words]) => [`${tag}.json`, languageFile(lists, words, parsed.data)] as const,
  );
  return {
    manifest: toManifest(parsed.data, { texts, lists, tags }),
    languageFiles: Object.fromEntries(entries),
  };
}

/** The manifest as it is written; its schema is Microsoft's. */
export type TeamsManifest = ReturnType<typeof toManifest>;

type Scope = keyof typeof commands;
interface CommandList {
  readonly scope: Scope;
  readonly commands: readonly { readonly title: string; readonly about: string }[];
}

const SCOPES = ['personal', 'team', 'groupChat'] as const satisfies readonly Scope[];

/** One list for each scope, as the schema asks; up to 1.23 a list has 10 places, later 12 (teams-platform §5.1). */
function commandLists(schemaVersion: string): readonly CommandList[] {
  const isRoomy = minor(schemaVersion) >= 24;
  return SCOPES.map((scope) => ({
    scope,
    commands: commands[scope].filter((command) => isRoomy || !('isSpare' in command)),
  }));
}

function minor(schemaVersion: string): number {
  return Number(schemaVersion.split('.')[1]);
}

function missingDescriptions(lists: readonly CommandList[], languages: ManifestLanguages): readonly string[] {
  const abouts = new Set(lists.flatMap((list) => list.commands.map(({ about }) => about)));
  return [...languages].flatMap(([tag, { commands: texts }]) =>
    [...abouts]
      .filter((about) => !Object.hasOwn(texts, about))
      .map((about) => `languages/${tag}.json: has no "${about}"`),
  );
}

/** Titles are what is put into the message, so they are the same in every language: only descriptions are translated. */
function languageFile(lists: readonly CommandList[], texts: ManifestTexts, { schemaVersion }: ManifestOptions): object {
  const descriptions = lists.flatMap((list, listIndex) =>
    list.commands.map(({ about }, index) => [
      `bots[0].commandLists[${listIndex}].commands[${index}].description`,
      texts.commands[about],
    ]),
  );
  return {
    $schema: `${SCHEMAS}/v${schemaVersion}/MicrosoftTeams.Localization.schema.json`,
    'name.short': texts.name.short,
    'name.full': texts.name.full,
    'description.short': texts.description.short,
    'description.full': texts.description.full,
    ...Object.fromEntries(descriptions),
  };
}

const SCHEMAS = 'https://developer.microsoft.com/en-us/json-schemas/teams';

function toManifest(
  options: ManifestOptions,
  words: { readonly texts: ManifestTexts; readonly lists: readonly CommandList[]; readonly tags: readonly string[] },
) {
  const { appId, botAppId, selfServiceAppId, domain, version, schemaVersion, tokenHost, developer } = options;
  const { texts, lists, tags } = words;
  return {
    $schema: `${SCHEMAS}/v${schemaVersion}/MicrosoftTeams.schema.json`,
    manifestVersion: schemaVersion,
    version,
    id: appId,
    localizationInfo: {
      defaultLanguageTag: DEFAULT_LANGUAGE,
      // The schema knows it from 1.19 on; before, the manifest alone speaks the default language.
      ...(minor(schemaVersion) >= 19 ? { defaultLanguageFile: `${DEFAULT_LANGUAGE}.json` } : {}),
      additionalLanguages: tags.map((languageTag) => ({ languageTag, file: `${languageTag}.json` })),
    },
    developer: { ...developer },
    name: texts.name,
    description: texts.description,
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#2B4C9B',
    bots: [
      {
        botId: botAppId,
        scopes: [...SCOPES],
        isNotificationOnly: false,
        supportsFiles: false,
        commandLists: lists.map((list) => ({
          scopes: [list.scope],
          commands: list.commands.map(({ title, about }) => ({ title, description: texts.commands[about] })),
        })),
      },
    ],
    // No supportsChannelFeatures and no supportedChannelTypes: bots cannot post in private channels, and shared ones hold
    // people of other tenants, whom Pimlico refuses.
    defaultInstallScope: 'personal',
    defaultGroupCapability: { team: 'bot', groupchat: 'bot' },
    // An administrator lets people have it: the app leads to privileged roles.
    defaultBlockUntilAdminAction: true,
    permissions: ['identity', 'messageTeamMembers'],
    validDomains: [domain, tokenHost],
    webApplicationInfo: { id: selfServiceAppId, resource: `api://botid-${botAppId}` },
  };
}
