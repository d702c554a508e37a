import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

import { buildManifest } from '../../../manifest/build.ts';
import { packManifest } from '../../../manifest/package.ts';

async function pack(): Promise<{ readonly zip: Uint8Array; readonly manifest: object }> {
  const manifest = buildManifest({
    appId: '1b0f4d5e-7a31-4c52-9d0e-2f6a8c9b7e10',
    botAppId: '6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401',
    selfServiceAppId: '6e1f0a2b-1002-4c3d-8e5f-70a1b2c3d402',
    host: 'pimlico.contoso.com',
    version: '1.0.0',
    developer: {
      name: 'Contoso',
      websiteUrl: 'https://contoso.com/',
      privacyUrl: 'https://contoso.com/privacy',
      termsOfUseUrl: 'https://contoso.com/terms',
    },
  });
  assert.ok(!('problems' in manifest));
  return { zip: await packManifest(manifest), manifest };
}

describe('packManifest', () => {
  it('puts manifest and icons at the root of the zip', async () => {
    const { zip, manifest } = await pack();
    const files = unzipSync(zip);
    assert.deepEqual(Object.keys(files), ['manifest.json', 'color.png', 'outline.png']);
    assert.deepEqual(JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString('utf8')), manifest);
    for (const name of ['color.png', 'outline.png']) {
      const icon = readFileSync(new URL(`../../../manifest/icons/${name}`, import.meta.url));
      assert.ok(icon.equals(files[name] ?? new Uint8Array()), name);
    }
  });

  it('gives the same bytes for the same manifest', async () => {
    const [first, second] = [await pack(), await pack()];
    assert.deepEqual(first.zip, second.zip);
  });
});
