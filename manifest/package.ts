import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';

import type { AppDescription } from './build.ts';
import { readPngSize } from './png.ts';

const ICONS = new URL('./icons/', import.meta.url);
/** The earliest a zip can tell: the same input gives the same bytes. */
const LONG_AGO = new Date(1980, 0, 1);

/** Sides in pixels: Teams refuses other sizes at the upload, and no schema tells before. */
const SIZES = { 'color.png': 192, 'outline.png': 32 } as const;

export type IconName = keyof typeof SIZES;
export type Icons = Readonly<Record<IconName, Uint8Array>>;

/** Reads both icons, from a folder of one's own where that is named, or tells what is wrong with each. */
export async function readIcons(folder?: string): Promise<Icons | { readonly problems: readonly string[] }> {
  const from = folder === undefined ? ICONS : pathToFileURL(`${folder}/`);
  const problems: string[] = [];
  const icons: Partial<Record<IconName, Uint8Array>> = {};
  for (const [name, side] of Object.entries(SIZES) as [IconName, number][]) {
    const bytes = await readFile(new URL(name, from)).catch(() => null);
    const size = bytes === null ? null : readPngSize(bytes);
    if (bytes === null) {
      problems.push(`${name}: cannot be read`);
    } else if (size === null) {
      problems.push(`${name}: is no PNG picture`);
    } else if (size.width !== side || size.height !== side) {
      problems.push(`${name}: is ${size.width} × ${size.height} pixels, and must be ${side} × ${side}`);
    } else {
      icons[name] = new Uint8Array(bytes);
    }
  }
  return problems.length > 0 ? { problems } : (icons as Icons);
}

/** Packs manifest, icons and language files as Teams takes them: at the root of a zip, the same bytes for the same input. */
export function packManifest({ manifest, languageFiles }: AppDescription, icons: Icons): Uint8Array {
  const documents = { 'manifest.json': manifest, ...languageFiles };
  const texts = Object.entries(documents).map(
    ([name, document]) => [name, new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`)] as const,
  );
  return zipSync({ ...Object.fromEntries(texts), ...icons }, { mtime: LONG_AGO, level: 9 });
}
