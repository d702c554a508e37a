import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { loadConfig } from '../../../bot/config.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const paper = readFileSync(path.join(ROOT, 'docs/install.md'), 'utf8');

interface Block {
  /** Where its commands are run; null when nobody said. */
  readonly where: string | null;
  readonly code: string;
}

const blocks: readonly Block[] = [...paper.matchAll(/(?:<!-- run: (\w+) -->\n)?```sh\n([\s\S]*?)```/g)].map(
  ([, where, code = '']) => ({ where: where ?? null, code }),
);
const linesOf = (where: string): readonly string[] =>
  blocks.filter((block) => block.where === where).flatMap(({ code }) => code.trim().split('\n'));

describe('docs/install.md', () => {
  const PACKAGE = path.join(ROOT, 'pimlico.zip');
  const wasThere = existsSync(PACKAGE);

  after(() => {
    if (!wasThere) {
      rmSync(PACKAGE, { force: true });
    }
  });

  it('says of every command where it is run', () => {
    assert.ok(blocks.length >= 12);
    assert.deepEqual([...new Set(blocks.map(({ where }) => where))].toSorted(), ['engine', 'here', 'setup', 'tenant']);
  });

  it('has every command in a block that says so', () => {
    assert.doesNotMatch(paper, /^```(?!sh\n|\n)\w+/m);
    assert.deepEqual(linesOf('setup'), ['npm ci']);
  });

  for (const line of linesOf('here')) {
    it(`has a command that works here: ${line}`, function () {
      this.timeout(90_000);
      const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };
      const { status, stderr } = spawnSync('bash', ['-ec', line], { cwd: ROOT, env, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }

  it('has commands for a tenant that a shell can read, with options that the script has', () => {
    const help = spawnSync(process.execPath, ['infra/identities.ts', '--help'], { cwd: ROOT, encoding: 'utf8' }).stdout;
    for (const line of linesOf('tenant')) {
      assert.equal(spawnSync('bash', ['-nc', line]).status, 0, line);
      const own = /infra\/identities\.ts (\w+) (.*)$/.exec(line);
      for (const option of own?.[2]?.match(/--[\w-]+/g) ?? []) {
        assert.ok(help.includes(option), `${option} of ${line}`);
      }
      assert.ok(own === null || help.includes(`identities.ts ${own[1]}`), line);
    }
  });

  it('runs the image without azd as the Dockerfile means it, with settings that the bot takes, and says that nobody did', () => {
    const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
    const [build = '', run = ''] = linesOf('engine');
    for (const line of linesOf('engine')) {
      assert.equal(spawnSync('bash', ['-nc', line]).status, 0, line);
    }
    assert.equal(build, 'docker build --tag pimlico .');
    assert.match(run, /^docker run .* --env-file \S+ pimlico$/);
    assert.match(run, / --read-only /);
    const [, port = ''] = /^EXPOSE (\d+)$/m.exec(dockerfile) ?? [];
    assert.ok(run.includes(` --publish 127.0.0.1:${port}:${port} `));
    const [, folder = ''] = /^VOLUME \["(.*)"\]$/m.exec(dockerfile) ?? [];
    assert.ok(run.includes(` --volume pimlico-data:${folder} `));
    assert.match(paper, /written but not run here/);
    const [, file = ''] = /```\n(PIMLICO_TENANT_ID=[\s\S]*?)```/.exec(paper) ?? [];
    const env = file
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/).slice(0, 2));
    const config = loadConfig({ PIMLICO_HOST: '0.0.0.0', ...Object.fromEntries(env) }, (secret) => secret);
    assert.equal(config.publicUrl, 'https://pimlico.contoso.com');
    assert.deepEqual([config.databaseAuth, config.dataDir], ['password', '.pimlico']);
  });

  it('names every setting that the hooks and the templates read from the environment of azd', () => {
    const read = (name: string): string => readFileSync(path.join(ROOT, 'infra', name), 'utf8');
    const files = ['hooks/preprovision.sh', 'hooks/postprovision.sh', 'main.parameters.json'].map(read).join('\n');
    const asked = new Set(files.match(/(?<=\$\{?)(?:PIMLICO|AZURE)_\w+/g));
    assert.ok(asked.size > 10);
    // Said by azd itself, the templates or infra/identities.ts.
    const made = /^(?:AZURE_ENV_NAME|PIMLICO_(?:BOT|SELF_SERVICE)_APP_ID)$/;
    const isMade = (name: string): boolean => made.test(name) || read('main.bicep').includes(`\noutput ${name} `);
    assert.deepEqual(
      [...asked].filter((name) => !isMade(name) && !paper.includes(`azd env set ${name} `)),
      [],
    );
  });

  it('takes the role on Azure from the reader before it deletes the role, and both before the managed identity goes', () => {
    const steps = [/ remove --yes /, /^az role assignment delete /, /^az role definition delete /, /^azd down /];
    const lines = linesOf('tenant');
    const places = steps.map((step) => lines.findIndex((line) => step.test(line)));
    assert.equal(places.includes(-1), false);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });

  it('names only outputs, files and settings that there are', () => {
    const templates = readFileSync(path.join(ROOT, 'infra/main.bicep'), 'utf8');
    for (const [, name = ''] of paper.matchAll(/azd env get-value\s+(PIMLICO_\w+)/g)) {
      assert.match(templates, new RegExp(`^output ${name} `, 'm'));
    }
    for (const [, target = ''] of paper.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(path.join(ROOT, 'docs', target)), target);
    }
  });
});
