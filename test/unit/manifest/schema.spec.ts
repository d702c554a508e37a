import assert from 'node:assert/strict';

import { NEWEST_SCHEMA, schemaProblems, schemaVersions } from '../../../manifest/schema.ts';
import { anAppDescription } from '../../support/app-description.ts';

describe('schemaProblems', () => {
  it("finds manifest and language files valid under every one of Microsoft's schemas on offer", async () => {
    const versions = await schemaVersions();
    assert.equal(versions[0], '1.16');
    for (const schemaVersion of versions) {
      assert.deepEqual(await schemaProblems(await anAppDescription({ schemaVersion })), [], schemaVersion);
    }
  });

  it('judges by the newest schema that the package brings', async () => {
    assert.equal((await schemaVersions()).at(-1), NEWEST_SCHEMA);
  });

  it('refuses a manifest that says what its schema does not know', async () => {
    const description = await anAppDescription();
    const bots = description.manifest.bots.map((bot) => ({ ...bot, supportsTelepathy: true }));
    const manifest = { ...description.manifest, bots, accentColor: 'blue' };
    const problems = await schemaProblems({ ...description, manifest });
    assert.equal(problems.length, 2, problems.join('\n'));
    assert.match(problems.join('\n'), /^manifest\.json: \/bots\/0 .*supportsTelepathy/m);
  });

  it('refuses a language file with a text that is too long, and one that names what there is not', async () => {
    const description = await anAppDescription();
    const es = { ...description.languageFiles['es.json'], 'description.short': 'x'.repeat(81), 'name.long': 'x' };
    const languageFiles = { ...description.languageFiles, 'es.json': es };
    const problems = await schemaProblems({ ...description, languageFiles });
    assert.equal(problems.length, 2, problems.join('\n'));
    assert.ok(problems.every((problem) => problem.startsWith('es.json: ')));
  });
});
