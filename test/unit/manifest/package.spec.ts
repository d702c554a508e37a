import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

import { packManifest, readIcons } from '../../../manifest/package.ts';
import { anAppDescription } from '../../support/app-description.ts';

async function pack(): Promise<Uint8Array> {
  const icons = await readIcons();
  assert.ok(!('problems' in icons));
  return packManifest(await anAppDescription(), icons);
}

describe('packManifest', () => {
  it('puts manifest, language files and icons at the root of the zip', async () => {
    const files = unzipSync(await pack());
    const { manifest, languageFiles } = await anAppDescription();
    const read = (name: string): unknown => JSON.parse(Buffer.from(files[name] ?? []).toString('utf8'));
    assert.deepEqual(Object.keys(files), ['manifest.json', 'en.json', 'es.json', 'color.png', 'outline.png']);
    assert.deepEqual(read('manifest.json'), manifest);
    assert.deepEqual({ 'en.json': read('en.json'), 'es.json': read('es.json') }, languageFiles);
    for (const name of ['color.png', 'outline.png']) {
      const icon = readFileSync(new URL(`../../../manifest/icons/${name}`, import.meta.url));
      assert.ok(icon.equals(files[name] ?? new Uint8Array()), name);
    }
  });

  it('gives the same bytes for the same manifest', async () => {
    assert.deepEqual(await pack(), await pack());
  });
});
