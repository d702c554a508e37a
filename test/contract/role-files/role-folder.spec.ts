import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRoleFolder } from '../../../src/adapters/role-files/role-folder.ts';
import type { RoleFiles } from '../../../src/ports/role-files.ts';

function open(roleFiles: string): RoleFiles {
  const files = openRoleFolder({ roleFiles, roleNamePattern: null });
  assert.ok(files !== null);
  return files;
}

describe('a folder of role files', () => {
  let home: string;
  let folder: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'pimlico-role-files-'));
    folder = path.join(home, 'roles');
    await mkdir(path.join(folder, 'azure'), { recursive: true });
  });
  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });

  const put = async (name: string, content: string | Uint8Array = '{}') => {
    await writeFile(path.join(folder, name), content);
  };
  const paths = async () => (await open(folder).read()).files.map((file) => file.path);
  const problems = async () => (await open(folder).read()).problems.map((one) => `${one.path}: ${one.text}`);

  it('gives its JSON files and those of folders in it, in the order of their paths', async () => {
    await put('b.json');
    await put('azure/c.JSON');
    await put('a.json');
    assert.deepEqual(await paths(), ['a.json', 'azure/c.JSON', 'b.json']);
  });

  it('gives the bytes as they are', async () => {
    await put('utf-16.json', new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]));
    const { files } = await open(folder).read();
    assert.deepEqual([...(files[0]?.bytes ?? [])], [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]);
  });

  it('leaves other files alone, and names that begin with a dot', async () => {
    await put('notes.md');
    await put('.draft.json');
    await mkdir(path.join(folder, '..data'));
    await put('..data/a.json');
    assert.deepEqual(await paths(), []);
  });

  it('is none where none is configured, and has the pattern of names where one is', () => {
    assert.equal(openRoleFolder({ roleFiles: null, roleNamePattern: null }), null);
    const roleNamePattern = { text: 'C-.*', matches: () => true };
    assert.equal(openRoleFolder({ roleFiles: folder, roleNamePattern })?.namePattern, roleNamePattern);
  });

  it('is read anew each time', async () => {
    const files = open(folder);
    assert.deepEqual((await files.read()).files, []);
    await put('late.json');
    assert.equal((await files.read()).files.length, 1);
  });

  it('follows a link within it, as mounted volumes have them', async () => {
    await mkdir(path.join(folder, '..data'));
    await put('..data/a.json', '{"a":1}');
    await symlink(path.join('..data', 'a.json'), path.join(folder, 'a.json'));
    const { files } = await open(folder).read();
    assert.deepEqual(
      files.map((file) => [file.path, Buffer.from(file.bytes).toString()]),
      [['a.json', '{"a":1}']],
    );
  });

  it('does not follow a link that leads out of it', async () => {
    await writeFile(path.join(home, 'secret.json'), '{}');
    await symlink(path.join('..', 'secret.json'), path.join(folder, 'a.json'));
    await mkdir(path.join(home, 'roles-2'));
    await writeFile(path.join(home, 'roles-2', 'b.json'), '{}');
    await symlink(path.join(home, 'roles-2', 'b.json'), path.join(folder, 'b.json'));
    await symlink(path.join(home, 'roles-2'), path.join(folder, 'more'));
    assert.deepEqual(await paths(), []);
    assert.deepEqual(await problems(), [
      'a.json: It is a link that leads out of the folder.',
      'b.json: It is a link that leads out of the folder.',
    ]);
  });

  it('names a file that is too large, one that is no file, and a link to nowhere', async () => {
    await put('large.json', new Uint8Array(2_000_001));
    await mkdir(path.join(folder, 'inner'));
    await symlink('inner', path.join(folder, 'link.json'));
    await symlink('nowhere', path.join(folder, 'lost.json'));
    assert.deepEqual(await problems(), [
      'large.json: It has 2000001 bytes, and 2000000 are the most.',
      'link.json: It is not a file.',
      'lost.json: It cannot be read (ENOENT).',
    ]);
  });

  it('is unreadable when it is not there, holds too many files or too much', async () => {
    await assert.rejects(open(path.join(home, 'nowhere')).read(), {
      code: 'role_files.unreadable',
      facts: { reason: 'ENOENT' },
    });
    await Promise.all(Array.from({ length: 11 }, (_, n) => put(`l${n}.json`, new Uint8Array(1_900_000))));
    await assert.rejects(open(folder).read(), {
      facts: { reason: 'its role files have more than 20 MB together' },
    });
    await Promise.all(Array.from({ length: 990 }, (_, n) => put(`${n}.json`)));
    await assert.rejects(open(folder).read(), {
      facts: { reason: 'it holds 1001 role files, and 1000 are the most' },
    });
  });

  it('is unreadable when folders are too deep', async () => {
    await mkdir(path.join(folder, ...'abcdefghi'.split('')), { recursive: true });
    await assert.rejects(open(folder).read(), { code: 'role_files.unreadable' });
  });
});
