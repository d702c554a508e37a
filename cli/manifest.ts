import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { buildManifest, type ManifestOptions } from '../manifest/build.ts';
import { packManifest } from '../manifest/package.ts';

const HELP = `Usage: npm run -s manifest -- --out FILE.zip --bot-app-id GUID --self-service-app-id GUID --host HOST [options]

Builds the Teams app package: a zip to upload in the Teams admin center.

  --out FILE                 where to write the zip; without it the manifest is printed
  --bot-app-id GUID          app registration of the bot (PIMLICO_BOT_APP_ID)
  --self-service-app-id GUID app registration of single sign-on (PIMLICO_SELF_SERVICE_APP_ID)
  --host HOST                public host name of the bot, such as pimlico.contoso.com
  --app-id GUID              id of the app in Teams (default: the bot's); must stay the same from version to version
  --app-version X.Y.Z        must rise with each update (default 1.0.0)
  --developer NAME           who runs it, as people see it (default: the host name)
  --website URL              default https://HOST/
  --privacy URL              privacy statement (default https://HOST/privacy)
  --terms URL                terms of use (default https://HOST/terms)
  --validate                 also check the manifest against Microsoft's schema, offline
  --help                     this text

Exits 0, or 1 with every problem at once.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      'bot-app-id': { type: 'string' },
      'self-service-app-id': { type: 'string' },
      host: { type: 'string' },
      'app-id': { type: 'string' },
      'app-version': { type: 'string' },
      developer: { type: 'string' },
      website: { type: 'string' },
      privacy: { type: 'string' },
      terms: { type: 'string' },
      validate: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const host = values.host ?? '';
  const options: ManifestOptions = {
    appId: values['app-id'] ?? values['bot-app-id'] ?? '',
    botAppId: values['bot-app-id'] ?? '',
    selfServiceAppId: values['self-service-app-id'] ?? '',
    host,
    version: values['app-version'] ?? '1.0.0',
    developer: {
      name: values.developer ?? (host.slice(0, 32) || '-'),
      websiteUrl: values.website ?? `https://${host || 'missing.invalid'}/`,
      privacyUrl: values.privacy ?? `https://${host || 'missing.invalid'}/privacy`,
      termsOfUseUrl: values.terms ?? `https://${host || 'missing.invalid'}/terms`,
    },
  };
  return await build(options, { out: values.out ?? null, isValidated: values.validate ?? false });
}

async function build(
  options: ManifestOptions,
  { out, isValidated }: { out: string | null; isValidated: boolean },
): Promise<number> {
  const manifest = buildManifest(options);
  const problems = 'problems' in manifest ? manifest.problems.map(inOptions) : [];
  if ('problems' in manifest || problems.length > 0) {
    return refuse(problems);
  }
  if (isValidated) {
    // Loaded only here: production installs have no development dependencies.
    const { AppManifestUtils } = await import('@microsoft/app-manifest');
    const found = await AppManifestUtils.validateAgainstSchema(
      manifest as unknown as Parameters<typeof AppManifestUtils.validateAgainstSchema>[0],
    );
    if (found.length > 0) {
      return refuse(found);
    }
    process.stderr.write(`The manifest is valid under Microsoft's schema ${manifest.manifestVersion}.\n`);
  }
  if (out === null) {
    process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
    return 0;
  }
  await writeFile(out, await packManifest(manifest));
  process.stdout.write(`${out}: Pimlico ${manifest.version} for bot ${manifest.bots[0]?.botId} at ${options.host}\n`);
  return 0;
}

/** Tells a problem by the name of the command line's option. */
function inOptions(problem: string): string {
  const flags: Readonly<Record<string, string>> = {
    appId: '--app-id',
    botAppId: '--bot-app-id',
    selfServiceAppId: '--self-service-app-id',
    host: '--host',
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
  process.stderr.write(`The manifest cannot be built:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.stderr.write(`${(thrown as Error).message}\n`);
  process.exitCode = 1;
}
