import assert from 'node:assert/strict';

import { type AppDescription, buildManifest, type ManifestOptions } from '../../manifest/build.ts';
import { readManifestLanguages } from '../../manifest/languages.ts';

/** What an operator gives for a package. */
export const MANIFEST_OPTIONS: ManifestOptions = {
  appId: '1b0f4d5e-7a31-4c52-9d0e-2f6a8c9b7e10',
  botAppId: '6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401',
  selfServiceAppId: '6E1F0A2B-1002-4C3D-8E5F-70A1B2C3D402',
  domain: 'pimlico.contoso.com',
  version: '1.2.0',
  schemaVersion: '1.30',
  tokenHost: 'token.botframework.com',
  developer: {
    name: 'Contoso Identity',
    websiteUrl: 'https://contoso.com/pimlico',
    privacyUrl: 'https://contoso.com/privacy',
    termsOfUseUrl: 'https://contoso.com/terms',
  },
};

/** A manifest with its language files that is expected to be built. */
export async function anAppDescription(options: Partial<ManifestOptions> = {}): Promise<AppDescription> {
  const built = buildManifest({ ...MANIFEST_OPTIONS, ...options }, await readManifestLanguages());
  assert.ok(!('problems' in built), JSON.stringify(built));
  return built;
}
