import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';

import type { TeamsManifest } from './build.ts';

const ICONS = new URL('./icons/', import.meta.url);
/** The earliest a zip can tell: the same input gives the same bytes. */
const LONG_AGO = new Date(1980, 0, 1);

/** Packs manifest and icons as Teams takes them: three files at the root of a zip, the same bytes for the same manifest. */
export async function packManifest(manifest: TeamsManifest): Promise<Uint8Array> {
  const [color, outline] = await Promise.all(
    [manifest.icons.color, manifest.icons.outline].map((name) => readFile(new URL(name, ICONS))),
  );
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const files = {
    'manifest.json': new TextEncoder().encode(text),
    [manifest.icons.color]: new Uint8Array(color ?? []),
    [manifest.icons.outline]: new Uint8Array(outline ?? []),
  };
  return zipSync(files, { mtime: LONG_AGO, level: 9 });
}
