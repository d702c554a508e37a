import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';

const FOLDER = new URL('./languages/', import.meta.url);
/** The manifest itself is in this one. */
export const DEFAULT_LANGUAGE = 'en';

const textsSchema = z.strictObject({
  name: z.strictObject({ short: z.string(), full: z.string() }),
  description: z.strictObject({ short: z.string(), full: z.string() }),
  commands: z.record(z.string(), z.string()),
});

/** What people read of the app in one language; commands by the names that `commands.json` gives their descriptions. */
export type ManifestTexts = z.infer<typeof textsSchema>;

/** The texts of each language by its tag, the default one first. */
export type ManifestLanguages = ReadonlyMap<string, ManifestTexts>;

/** Reads `languages/TAG.json`, one file for each language. @throws for a file that has not the form */
export async function readManifestLanguages(): Promise<ManifestLanguages> {
  const tags = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  const others = tags.filter((tag) => tag !== DEFAULT_LANGUAGE).toSorted();
  const read = async (tag: string) =>
    [tag, textsSchema.parse(JSON.parse(await readFile(new URL(`${tag}.json`, FOLDER), 'utf8')))] as const;
  return new Map(await Promise.all([DEFAULT_LANGUAGE, ...others].map(read)));
}
