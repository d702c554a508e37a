import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

import { drawColorIcon, drawOutlineIcon } from '../../manifest/draw-icons.ts';
import { paintPng } from '../../manifest/png.ts';

const CLI = fileURLToPath(new URL('../../cli/manifest.ts', import.meta.url));
const ID = '00000000-0000-0000-0000-000000000011';
const ENOUGH = ['--app-id', ID, '--domain', 'bot.contoso.example'];

describe('npm run manifest', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function manifest(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', cwd: folder });
    return { status, stdout, stderr };
  }

  it('builds a package from an app id and a domain alone, and hints at the ids that it took to be the same', () => {
    const { status, stderr } = manifest(...ENOUGH, '--out', 'pimlico.zip');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /--bot-app-id and --self-service-app-id: taken to be 0{8}-.*11 too/);
    assert.match(stderr, /valid under Microsoft's schema 1\.30/);
    const files = unzipSync(readFileSync(join(folder, 'pimlico.zip')));
    assert.deepEqual(Object.keys(files), ['manifest.json', 'en.json', 'es.json', 'color.png', 'outline.png']);
    const packed = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString('utf8'));
    assert.deepEqual([packed.id, packed.bots[0].botId, packed.webApplicationInfo.id], [ID, ID, ID]);
    assert.equal(packed.webApplicationInfo.resource, `api://botid-${ID}`);
    const sides = ['color.png', 'outline.png'].map((name) => Buffer.from(files[name] ?? []).readUInt32BE(16));
    assert.deepEqual(sides, [192, 32]);
  });

  it('names the token service of the cloud', () => {
    const { stdout } = manifest(...ENOUGH, '--cloud', 'gcch');
    assert.deepEqual(JSON.parse(stdout).validDomains, ['bot.contoso.example', 'tokengcch.botframework.azure.us']);
  });

  it('builds for an older schema, and has no hint when every id is given', () => {
    const ids = ['--bot-app-id', ID.replace('11', '12'), '--self-service-app-id', ID.replace('11', '13')];
    const { stdout, stderr } = manifest(...ENOUGH, ...ids, '--schema-version', '1.16');
    assert.equal(JSON.parse(stdout).manifestVersion, '1.16');
    assert.equal(stderr, "Manifest and language files are valid under Microsoft's schema 1.16.\n");
  });

  it('takes icons of the right size from a folder of one’s own', () => {
    writeFileSync(join(folder, 'color.png'), drawColorIcon());
    writeFileSync(join(folder, 'outline.png'), drawOutlineIcon());
    assert.equal(manifest(...ENOUGH, '--icons', folder, '--out', 'own.zip').status, 0);
  });

  it('refuses icons of the wrong size, and what is no picture, by name', () => {
    const white = paintPng(33, () => [1, 1, 1, 1]);
    writeFileSync(join(folder, 'color.png'), 'GIF89a');
    writeFileSync(join(folder, 'outline.png'), white);
    const { status, stderr } = manifest(...ENOUGH, '--icons', folder, '--out', 'own.zip');
    assert.equal(status, 1);
    assert.match(stderr, /--icons color\.png: is no PNG picture/);
    assert.match(stderr, /--icons outline\.png: is 33 × 33 pixels, and must be 32 × 32/);
    assert.ok(!existsSync(join(folder, 'own.zip')));
  });

  it('says that icons are not there', () => {
    const { status, stderr } = manifest(...ENOUGH, '--icons', join(folder, 'nowhere'));
    assert.equal(status, 1);
    assert.match(stderr, /--icons color\.png: cannot be read/);
  });

  const BAD: readonly (readonly [what: string, args: readonly string[], told: RegExp])[] = [
    ['a domain with a scheme', ['--domain', 'https://bot.contoso.example'], /--domain must .*scheme/],
    ['a domain with a port', ['--domain', 'bot.contoso.example:443'], /--domain must .*port/],
    ['a domain with a path', ['--domain', 'bot.contoso.example/api'], /--domain must .*path/],
    ['a domain in upper case', ['--domain', 'BOT.contoso.example'], /--domain must .*lower case/],
    ['an IP address', ['--domain', '10.0.0.1'], /--domain must .*IP address/],
    ['no domain', ['--domain', ''], /--domain is missing/],
    ['an app id that is no GUID', ['--app-id', 'pimlico'], /--app-id must be a GUID/],
    ['a bot id that is no GUID', ['--bot-app-id', '{1}'], /--bot-app-id must be a GUID/],
    ['a self-service id that is no GUID', ['--self-service-app-id', 'x'], /--self-service-app-id must be a GUID/],
    ['a schema that there is not', ['--schema-version', '1.31'], /--schema-version must be one of 1\.16, .*1\.30/],
    ['a cloud that there is not', ['--cloud', 'mars'], /--cloud must be one of public, gcch, dod, china/],
    ['an option that there is not', ['--host', 'bot.contoso.example'], /Unknown option '--host'/],
  ];
  for (const [what, args, told] of BAD) {
    it(`refuses ${what} with exit code 1, and writes nothing`, () => {
      const { status, stdout, stderr } = manifest(...ENOUGH, ...args, '--out', 'pimlico.zip');
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, told);
      assert.ok(!existsSync(join(folder, 'pimlico.zip')));
    });
  }

  it('says that the folder of the output is missing, or that it is one', () => {
    const missing = manifest(...ENOUGH, '--out', 'nowhere/pimlico.zip');
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /--out nowhere\/pimlico\.zip cannot be written: its folder does not exist/);
    mkdirSync(join(folder, 'there'));
    assert.match(manifest(...ENOUGH, '--out', 'there').stderr, /--out there cannot be written: it is a folder/);
  });
});
