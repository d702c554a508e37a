import { readdir, readFile } from 'node:fs/promises';
import { AppManifestUtils, type TeamsManifest as SchemaManifest } from '@microsoft/app-manifest';

import type { AppDescription } from './build.ts';

/** The newest that is generally available, and the lowest with everything a manifest of ours says. */
export const NEWEST_SCHEMA = '1.30';
const LOWEST_MINOR = 16;

/** Where Microsoft's package keeps every published schema: nothing is fetched. */
const SCHEMAS = new URL('./json-schemas/teams/', import.meta.resolve('@microsoft/app-manifest'));

/** The versions that a package can be built for, the newest last. */
export async function schemaVersions(): Promise<readonly string[]> {
  const minors = (await readdir(SCHEMAS)).flatMap((name) => /^v1\.(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return minors
    .filter((minor) => minor >= LOWEST_MINOR)
    .toSorted((a, b) => a - b)
    .map((minor) => `1.${minor}`);
}

/** Judges manifest and language files by the schemas of their version, offline: every problem, none when they are valid. */
export async function schemaProblems({ manifest, languageFiles }: AppDescription): Promise<readonly string[]> {
  const folder = new URL(`./v${manifest.manifestVersion}/`, SCHEMAS);
  const [whole, localization] = await Promise.all(
    ['MicrosoftTeams.schema.json', 'MicrosoftTeams.Localization.schema.json'].map((name) =>
      readSchema(new URL(name, folder)),
    ),
  );
  const judge = async (name: string, document: object, schema: object | undefined): Promise<readonly string[]> => {
    // The types are of one version each; the schema that is given decides.
    const found = await AppManifestUtils.validateAgainstSchema(document as SchemaManifest, schema as never);
    return found.map((problem) => `${name}: ${problem.trim()}`);
  };
  const found = await Promise.all([
    judge('manifest.json', manifest, whole),
    ...Object.entries(languageFiles).map(([name, texts]) => judge(name, texts, localization)),
  ]);
  return found.flat();
}

async function readSchema(file: URL): Promise<object> {
  const text = await readFile(file, 'utf8');
  // Some begin with a byte order mark; older ones hold \\a, which is no escape of a pattern (microsoft-teams-app-schema#190),
  // and those of language files a bracket that only a lenient reader closes.
  const mended = text.replace(/^\uFEFF/, '').replaceAll(String.raw`\a`, String.raw`\x07`);
  return JSON.parse(mended.replaceAll(String.raw`\\b]\\.`, String.raw`\\b\\]\\.`)) as object;
}
