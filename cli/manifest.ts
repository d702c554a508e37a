import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { CLOUD_NAMES, cloudOrPublic, isCloudName } from '../bot/clouds.ts';
import { type AppDescription, buildManifest, type ManifestOptions } from '../manifest/build.ts';
import { readManifestLanguages } from '../manifest/languages.ts';

const HELP = `Usage: npm run manifest -- --app-id GUID --domain HOST --out FILE.zip [options]

Builds the Teams app package: a zip to upload in the Teams admin center. Manifest and language files are always checked
against Microsoft's schemas first, offline, and the icons for their sizes.

  --app-id GUID              id of the app in Teams; must stay the same from version to version
  --domain HOST              public host name of the bot, such as pimlico.contoso.com
  --out FILE                 where to write the zip; without it the manifest is printed
  --bot-app-id GUID          app registration of the bot, PIMLICO_BOT_APP_ID (default: the app's id)
  --self-service-app-id GUID app registration of single sign-on, PIMLICO_SELF_SERVICE_APP_ID (default: the app's id)
  --app-version X.Y.Z        must rise with each update (default 1.0.0)
  --cloud NAME               public, gcch, dod or china, as PIMLICO_CLOUD (default public)
  --schema-version 1.N       version of Microsoft's schema (default the newest; 1.16 at least, where a cloud lags behind)
  --icons FOLDER             color.png, 192 × 192 pixels, and outline.png, 32 × 32, in place of Pimlico's own
  --developer NAME           who runs it, as people see it (default: the host name)
  --website URL              default https://HOST/
  --privacy URL              privacy statement (default https://HOST/privacy)
  --terms URL                terms of use (default https://HOST/terms)
  --help                     this text

Exits 0, or 1 with every problem at once and nothing written.`;

/** What the command line gave, as texts. */
type Given = Readonly<Record<string, string | undefined>>;

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      out: text,
      'app-id': text,
      'bot-app-id': text,
      'self-service-app-id': text,
      domain: text,
      'app-version': text,
      cloud: text,
      'schema-version': text,
      icons: text,
      developer: text,
      website: text,
      privacy: text,
      terms: text,
      help: { type: 'boolean' },
    },
  });
  const { help, ...given } = values;
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const problem = cloudProblem(given);
  return problem === null ? await build(given) : refuse([problem]);
}

function cloudProblem({ cloud = 'public' }: Given): string | null {
  return isCloudName(cloud) ? null : `--cloud must be one of ${CLOUD_NAMES.join(', ')}`;
}

function optionsOf(given: Given, newestSchema: string): ManifestOptions {
  const { domain = '', cloud = 'public' } = given;
  const appId = given['app-id'] ?? given['bot-app-id'] ?? '';
  const site = `https://${domain || 'missing.invalid'}`;
  return {
    appId,
    botAppId: given['bot-app-id'] ?? appId,
    selfServiceAppId: given['self-service-app-id'] ?? appId,
    domain,
    version: given['app-version'] ?? '1.0.0',
    schemaVersion: given['schema-version'] ?? newestSchema,
    tokenHost: cloudOrPublic(cloud).tokenHost,
    developer: {
      name: given.developer ?? (domain.slice(0, 32) || '-'),
      websiteUrl: given.website ?? `${site}/`,
      privacyUrl: given.privacy ?? `${site}/privacy`,
      termsOfUseUrl: given.terms ?? `${site}/terms`,
    },
  };
}

/** Loaded only here: an installation for production has neither Microsoft's schemas nor the packer. */
async function loadTools() {
  try {
    return { ...(await import('../manifest/schema.ts')), ...(await import('../manifest/package.ts')) };
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') {
      return null;
    }
    throw thrown;
  }
}

async function build(given: Given): Promise<number> {
  const tools = await loadTools();
  if (tools === null) {
    return refuse([
      "Microsoft's schemas are not installed here: run it in a checkout after npm ci, without --omit=dev",
    ]);
  }
  const versions = await tools.schemaVersions();
  const options = optionsOf(given, tools.NEWEST_SCHEMA);
  const built = buildManifest(options, await readManifestLanguages());
  const icons = await tools.readIcons(given.icons);
  const isKnownSchema = versions.includes(options.schemaVersion);
  const problems = [
    ...('problems' in built ? built.problems.map(inOptions) : []),
    ...('problems' in icons ? icons.problems.map((problem) => `--icons ${problem}`) : []),
    ...(isKnownSchema ? [] : [`--schema-version must be one of ${versions.join(', ')}`]),
  ];
  if ('problems' in built || 'problems' in icons || problems.length > 0) {
    return refuse([...new Set(problems)]);
  }
  const found = await tools.schemaProblems(built);
  if (found.length > 0) {
    return refuse(found);
  }
  hint(given, options);
  return await write(built, tools.packManifest(built, icons), given.out);
}

/** One id for everything is right where one app registration is everything, and hard to see where it is not. */
function hint(given: Given, { appId }: ManifestOptions): void {
  const assumed = ['bot-app-id', 'self-service-app-id'].filter((name) => given[name] === undefined);
  if (assumed.length > 0) {
    const names = assumed.map((name) => `--${name}`).join(' and ');
    process.stderr.write(`${names}: taken to be ${appId} too; say so if the app registration is another one.\n`);
  }
}

async function write(built: AppDescription, zip: Uint8Array, out: string | undefined): Promise<number> {
  const { manifest } = built;
  process.stderr.write(`Manifest and language files are valid under Microsoft's schema ${manifest.manifestVersion}.\n`);
  if (out === undefined) {
    process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
    return 0;
  }
  try {
    await writeFile(out, zip);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'its folder does not exist' : code === 'EISDIR' ? 'it is a folder' : String(code);
    return refuse([`--out ${out} cannot be written: ${why}`]);
  }
  const [domain] = manifest.validDomains;
  process.stdout.write(`${out}: Pimlico ${manifest.version} for bot ${manifest.bots[0]?.botId} at ${domain}\n`);
  return 0;
}

/** Tells a problem by the name of the command line's option. */
function inOptions(problem: string): string {
  const flags: Readonly<Record<string, string>> = {
    appId: '--app-id',
    botAppId: '--bot-app-id',
    selfServiceAppId: '--self-service-app-id',
    domain: '--domain',
    version: '--app-version',
    'developer.name': '--developer',
    'developer.websiteUrl': '--website',
    'developer.privacyUrl': '--privacy',
    'developer.termsOfUseUrl': '--terms',
  };
  const [name = '', ...rest] = problem.split(': ');
  return `${flags[name] ?? name} ${rest.join(': ')}`;
}

function refuse(problems: readonly string[]): number {
  process.stderr.write(`The app package cannot be built:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`${(thrown as Error).message}\n`);
  process.exitCode = 1;
}
