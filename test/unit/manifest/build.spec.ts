import assert from 'node:assert/strict';
import { AppManifestUtils, type TeamsManifest as SchemaManifest } from '@microsoft/app-manifest';

import { buildManifest, type ManifestOptions, type TeamsManifest } from '../../../manifest/build.ts';

const OPTIONS: ManifestOptions = {
  appId: '1b0f4d5e-7a31-4c52-9d0e-2f6a8c9b7e10',
  botAppId: '6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401',
  selfServiceAppId: '6E1F0A2B-1002-4C3D-8E5F-70A1B2C3D402',
  host: 'pimlico.contoso.com',
  version: '1.2.0',
  developer: {
    name: 'Contoso Identity',
    websiteUrl: 'https://contoso.com/pimlico',
    privacyUrl: 'https://contoso.com/privacy',
    termsOfUseUrl: 'https://contoso.com/terms',
  },
};

function built(options: Partial<ManifestOptions> = {}): TeamsManifest {
  const manifest = buildManifest({ ...OPTIONS, ...options });
  assert.ok(!('problems' in manifest), JSON.stringify(manifest));
  return manifest;
}

const validate = (manifest: object): Promise<string[]> =>
  AppManifestUtils.validateAgainstSchema(manifest as unknown as SchemaManifest);

describe('buildManifest', () => {
  it("is valid under Microsoft's schema", async () => {
    assert.deepEqual(await validate(built()), []);
  });

  it('is judged by a schema that refuses what it does not know, so that the test above can fail', async () => {
    const bots = built().bots.map((bot) => ({ ...bot, supportsTelepathy: true }));
    assert.notDeepEqual(await validate({ ...built(), bots }), []);
    assert.notDeepEqual(await validate({ ...built(), accentColor: 'blue' }), []);
  });

  it('names bot, app and single sign-on', () => {
    const manifest = built();
    assert.equal(manifest.id, '1b0f4d5e-7a31-4c52-9d0e-2f6a8c9b7e10');
    assert.equal(manifest.version, '1.2.0');
    assert.equal(manifest.bots[0]?.botId, '6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401');
    assert.deepEqual(manifest.bots[0]?.scopes, ['personal', 'team', 'groupChat']);
    assert.deepEqual(manifest.webApplicationInfo, {
      id: '6e1f0a2b-1002-4c3d-8e5f-70a1b2c3d402',
      resource: 'api://botid-6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401',
    });
    assert.deepEqual(manifest.validDomains, ['pimlico.contoso.com', 'token.botframework.com']);
    assert.equal(manifest.developer.name, 'Contoso Identity');
  });

  it('offers each scope its commands once, within the limits of the schema', () => {
    const lists = built().bots[0]?.commandLists ?? [];
    const scopes = lists.flatMap((list) => list.scopes);
    assert.deepEqual(scopes.toSorted(), ['groupChat', 'personal', 'team']);
    for (const { commands } of lists) {
      assert.ok(commands.length >= 1 && commands.length <= 10, `${commands.length} commands`);
      const titles = commands.map(({ title }) => title);
      assert.equal(new Set(titles).size, titles.length);
      for (const { title, description } of commands) {
        assert.ok(title.length <= 32, title);
        assert.ok(description.length <= 128, description);
      }
    }
  });

  it('leaves no placeholder', () => {
    assert.doesNotMatch(JSON.stringify(built()), /\$\{|\{\{|<[a-z]|example\.com|undefined|00000000-0000/i);
  });

  it('tells every problem at once', () => {
    const manifest = buildManifest({
      appId: 'pimlico',
      botAppId: '00000000-0000-0000-0000-000000000000',
      selfServiceAppId: '',
      host: 'https://pimlico.contoso.com/',
      version: '1.0',
      developer: { name: ' ', websiteUrl: 'http://contoso.com', privacyUrl: 'privacy', termsOfUseUrl: 'ftp://x' },
    });
    assert.deepEqual(manifest, {
      problems: [
        'appId: must be a GUID',
        'botAppId: must be a GUID',
        'selfServiceAppId: must be a GUID',
        'host: must be a host name in lower case, without scheme, port and path',
        'version: must be three numbers such as 1.0.0',
        'developer.name: must not be empty',
        'developer.websiteUrl: must be an https URL',
        'developer.privacyUrl: must be an https URL',
        'developer.termsOfUseUrl: must be an https URL',
      ],
    });
  });

  for (const host of ['localhost', '127.0.0.1', 'pimlico.contoso.com:443', 'Pimlico.contoso.com', '-a.com', 'a..com']) {
    it(`refuses the host ${host}`, () => {
      const manifest = buildManifest({ ...OPTIONS, host });
      assert.ok('problems' in manifest);
      assert.equal(manifest.problems.length, 1);
    });
  }

  it('refuses a name of the developer that Teams would cut', () => {
    const manifest = buildManifest({ ...OPTIONS, developer: { ...OPTIONS.developer, name: 'x'.repeat(33) } });
    assert.deepEqual(manifest, { problems: ['developer.name: must have at most 32 characters'] });
  });
});
