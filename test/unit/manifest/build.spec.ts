import assert from 'node:assert/strict';
import { buildManifest } from '../../../manifest/build.ts';
import commands from '../../../manifest/commands.json' with { type: 'json' };
import { readManifestLanguages } from '../../../manifest/languages.ts';
import { LANGUAGES } from '../../../src/domain/languages.ts';
import { parse } from '../../../src/language/parse.ts';
import { anAppDescription, MANIFEST_OPTIONS } from '../../support/app-description.ts';

describe('buildManifest', () => {
  it('names bot, app and single sign-on', async () => {
    const { manifest } = await anAppDescription();
    assert.equal(manifest.id, '1b0f4d5e-7a31-4c52-9d0e-2f6a8c9b7e10');
    assert.equal(manifest.version, '1.2.0');
    assert.equal(manifest.manifestVersion, '1.30');
    assert.equal(manifest.bots[0]?.botId, '6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401');
    assert.deepEqual(manifest.bots[0]?.scopes, ['personal', 'team', 'groupChat']);
    assert.deepEqual(manifest.webApplicationInfo, {
      id: '6e1f0a2b-1002-4c3d-8e5f-70a1b2c3d402',
      resource: 'api://botid-6e1f0a2b-1001-4c3d-8e5f-70a1b2c3d401',
    });
    assert.deepEqual(manifest.validDomains, ['pimlico.contoso.com', 'token.botframework.com']);
    assert.equal(manifest.developer.name, 'Contoso Identity');
  });

  it('offers each scope a list of its own, with commands once, within the limits of the oldest schema', async () => {
    const lists = (await anAppDescription({ schemaVersion: '1.16' })).manifest.bots[0]?.commandLists ?? [];
    assert.deepEqual(
      lists.map((list) => list.scopes),
      [['personal'], ['team'], ['groupChat']],
    );
    for (const { commands: offered } of lists) {
      assert.ok(offered.length >= 1 && offered.length <= 10, `${offered.length} commands`);
      const titles = offered.map(({ title }) => title);
      assert.equal(new Set(titles).size, titles.length);
      for (const { title, description = '' } of offered) {
        assert.ok(title.length <= 32, title);
        assert.ok(description.length > 0 && description.length <= 128, description);
      }
    }
  });

  it('offers twelve commands in the personal chat where the schema has room for them', async () => {
    const { manifest } = await anAppDescription();
    assert.deepEqual(
      manifest.bots[0]?.commandLists[0]?.commands.map(({ title }) => title),
      [
        'activate',
        'my roles',
        'active',
        'deactivate',
        'continue',
        'approvals',
        'pending',
        'which role lets me',
        'runbook',
        'breakglass',
        'timezone',
        'help',
      ],
    );
  });

  it('says nothing of private and shared channels: the bot cannot serve them', async () => {
    const { manifest } = await anAppDescription();
    assert.ok(!('supportsChannelFeatures' in manifest) && !('supportedChannelTypes' in manifest));
  });

  it('leaves no placeholder', async () => {
    assert.doesNotMatch(
      JSON.stringify(await anAppDescription()),
      /\$\{|\{\{|<[a-z]|example\.com|undefined|00000000-0000/i,
    );
  });

  it('has a file for each language, with every description at the place it has in the manifest', async () => {
    const { manifest, languageFiles } = await anAppDescription();
    assert.deepEqual(manifest.localizationInfo, {
      defaultLanguageTag: 'en',
      defaultLanguageFile: 'en.json',
      additionalLanguages: [{ languageTag: 'es', file: 'es.json' }],
    });
    assert.deepEqual(Object.keys(languageFiles), ['en.json', 'es.json']);
    for (const file of Object.values(languageFiles)) {
      const texts = file as Record<string, string>;
      for (const [listIndex, list] of (manifest.bots[0]?.commandLists ?? []).entries()) {
        for (const index of list.commands.keys()) {
          assert.ok(
            texts[`bots[0].commandLists[${listIndex}].commands[${index}].description`],
            `${listIndex}.${index}`,
          );
        }
      }
    }
    const spanish = languageFiles['es.json'] as Record<string, string>;
    assert.equal(spanish['bots[0].commandLists[0].commands[1].description'], 'Lo que puedes activar');
    assert.equal(spanish['description.short'], 'Activa, aprueba y devuelve roles con privilegios desde el chat.');
  });

  it('leaves titles untranslated, as they are what is sent to the bot', async () => {
    const { languageFiles } = await anAppDescription();
    assert.doesNotMatch(JSON.stringify(languageFiles), /\.title"/);
  });

  it('refuses a language that lacks a description, and names it', async () => {
    const languages = new Map(await readManifestLanguages());
    const spanish = languages.get('es');
    assert.ok(spanish);
    const { help: _, ...rest } = spanish.commands;
    languages.set('es', { ...spanish, commands: rest });
    assert.deepEqual(buildManifest(MANIFEST_OPTIONS, languages), { problems: ['languages/es.json: has no "help"'] });
  });

  it('tells every problem at once', async () => {
    const manifest = buildManifest(
      {
        ...MANIFEST_OPTIONS,
        appId: 'pimlico',
        botAppId: '00000000-0000-0000-0000-000000000000',
        selfServiceAppId: '',
        domain: 'https://pimlico.contoso.com/',
        version: '1.0',
        developer: { name: ' ', websiteUrl: 'http://contoso.com', privacyUrl: 'privacy', termsOfUseUrl: 'ftp://x' },
      },
      await readManifestLanguages(),
    );
    assert.deepEqual(manifest, {
      problems: [
        'appId: must be a GUID',
        'botAppId: must be a GUID',
        'selfServiceAppId: must be a GUID',
        'domain: must be the bare host name: leave out the scheme in front (https://)',
        'version: must be three numbers such as 1.0.0',
        'developer.name: must not be empty',
        'developer.websiteUrl: must be an https URL',
        'developer.privacyUrl: must be an https URL',
        'developer.termsOfUseUrl: must be an https URL',
      ],
    });
  });

  it('refuses a name of the developer that Teams would cut', async () => {
    const developer = { ...MANIFEST_OPTIONS.developer, name: 'x'.repeat(33) };
    const manifest = buildManifest({ ...MANIFEST_OPTIONS, developer }, await readManifestLanguages());
    assert.deepEqual(manifest, { problems: ['developer.name: must have at most 32 characters'] });
  });
});

describe('the languages of the manifest', () => {
  it('are those of the message catalogue', async () => {
    assert.deepEqual([...(await readManifestLanguages()).keys()], [...LANGUAGES]);
  });
});

describe('the commands of the manifest', () => {
  it('are all understood as they are offered', () => {
    const context = { now: Temporal.Instant.from('2026-11-21T10:00:00Z'), timeZone: 'UTC', locale: 'en-GB' };
    const titles = new Set(Object.values(commands).flatMap((list) => list.map(({ title }) => title)));
    for (const title of titles) {
      assert.notEqual(parse(title, context).command, 'unknown', title);
    }
  });
});
