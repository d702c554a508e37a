import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const dockerfile = read('Dockerfile');
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
/** Taken along where an operator has them: `rulebook.yam[l]`, whose brackets let it be missing. */
const optional = copied.filter((name) => name.includes('[')).map((name) => name.replace(/[[\]]/g, ''));
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };

const allowed = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));
/** What the program itself brings, a file for each name. */
const CHECKOUT = ['package.json', 'package-lock.json', 'LICENSE', 'bot/a.ts', 'cards/a.ts', 'cli/a.ts', 'src/a.ts'];

/** What an operator runs in the image. */
const COMMANDS = ['serve', 'migrate', 'outbox', 'audit', 'rulebook', 'runbooks', 'roles', 'explain'];

/** Everything that a file imports, and what that imports, by files; packages apart. Types are gone when it runs. */
function imports(entry: string) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) {
      continue;
    }
    files.add(file);
    const text = file.endsWith('.ts') ? read(file).replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '') : '';
    const found = [...text.matchAll(/^(?:import|export)(?! type)[^;]*?from '([^']+)'|\bimport\('([^']+)'\)/gms)];
    for (const name of found.map(([, fixed, late]) => fixed ?? late ?? '')) {
      if (name.startsWith('.')) {
        waiting.push(path.join(path.dirname(file), name));
      } else if (!isBuiltin(name)) {
        packages.add(
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        );
      }
    }
  }
  return { files: [...files], packages: [...packages] };
}

/**
 * The files of the image that come from a checkout with these files, as COPY makes them: of a folder what is in it. A COPY that finds
 * nothing ends the build, as older builders do.
 */
function imageOf(checkout: readonly string[]): readonly string[] {
  const seen = checkout.filter((file) => allowed.includes(file.split('/')[0] ?? ''));
  return [...dockerfile.matchAll(/^COPY (?!--from)(.+) \.\/(\S*)$/gm)].flatMap(([line, sources = '', target = '']) => {
    const made = sources.split(' ').flatMap((source) => {
      const pattern = new RegExp(`^${source.replaceAll('.', '\\.')}(?:/|$)`);
      return seen
        .filter((file) => pattern.test(file))
        .map((file) => path.join('/app', target, file.includes('/') ? file.replace(pattern, '') : file));
    });
    assert.notDeepEqual(made, [], line);
    return made;
  });
}

/** Runs a hook of azd with a Node and an azd in their places; the one writes down what it is given. */
function runHook(hook: string, env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pimlico-hook-'));
  try {
    const bin = path.join(folder, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'node'), '#!/bin/sh\necho "$@" >>calls\n', { mode: 0o755 });
    writeFileSync(path.join(bin, 'azd'), '#!/bin/sh\n', { mode: 0o755 });
    const { status, stderr } = spawnSync('sh', [path.join(ROOT, `infra/hooks/${hook}.sh`)], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        AZURE_ENV_NAME: 'production',
        AZURE_TENANT_ID: 'tenant',
        PIMLICO_OWN_DOMAIN: 'pimlico.contoso.com',
        PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID: 'identity',
        PIMLICO_BOT_APP_ID: 'bot',
        PIMLICO_SELF_SERVICE_APP_ID: 'self-service',
        PIMLICO_OUTBOUND_ADDRESS: '192.0.2.1',
        ...env,
      },
    });
    const calls = path.join(folder, 'calls');
    return { status, stderr, calls: existsSync(calls) ? readFileSync(calls, 'utf8').split('\n') : [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a hook gives to `identities.ts apply`. */
function optionsOfApply(hook: string, env: Readonly<Record<string, string>>): readonly string[] {
  const { status, stderr, calls } = runHook(hook, env);
  assert.equal(status, 0, stderr);
  const apply = calls.find((call) => call.startsWith('infra/identities.ts apply ')) ?? '';
  assert.ok(apply.includes('--managed-identity identity'), calls.join('\n'));
  return apply.split(' ');
}

describe('the image', () => {
  for (const command of COMMANDS) {
    it(`holds every file and package that ${command} imports`, () => {
      const { files, packages } = imports(`cli/${command}.ts`);
      assert.ok(files.length > 5);
      assert.deepEqual(
        files.filter((file) => !copied.includes(file.split('/')[0] ?? '')),
        [],
      );
      assert.deepEqual(
        packages.filter((name) => !Object.hasOwn(dependencies, name)),
        [],
      );
    });
  }

  it('sees nothing of the checkout but what it copies', () => {
    assert.match(read('.dockerignore'), /^(?:#.*\n)*\*\n(?:!\S+\n)+$/);
    assert.deepEqual(allowed.toSorted(), [...new Set(copied.map((name) => name.replace(/[[\]]/g, '')))].toSorted());
    assert.deepEqual(optional, ['rulebook.yaml', 'site']);
    for (const name of copied.filter((one) => !one.includes('['))) {
      assert.ok(existsSync(path.join(ROOT, name)), name);
    }
  });

  it("takes an operator's own files along: a folder for all of them, or the rulebook alone", () => {
    const own = ['site/rulebook.yaml', 'site/rotas/payments.rota.yaml', 'site/runbooks.yaml', 'site/role-files/a.json'];
    const made = imageOf([...CHECKOUT, 'rulebook.yaml', ...own, '.env', 'infra/main.bicep']);
    for (const file of [...own, 'rulebook.yaml', 'bot/a.ts', 'package.json']) {
      assert.ok(made.includes(`/app/${file}`), file);
    }
    assert.deepEqual(
      made.filter((file) => /env|infra/.test(file)),
      [],
    );
  });

  it('is built without them, too', () => {
    assert.ok(imageOf(CHECKOUT).includes('/app/src/a.ts'));
  });

  it('has the files that the papers name to the bot, where the papers say to put them', () => {
    const papers = ['docs/install.md', 'docs/on-call.md'].map(read).join('\n');
    const named = [...papers.matchAll(/\/app\/([\w./-]+\w)/g)].map(([, name = '']) => name);
    assert.deepEqual([...new Set(named)].toSorted(), [
      'rulebook.yaml',
      'site',
      'site/role-files',
      'site/rulebook.yaml',
      'site/runbooks.yaml',
      'site/tasks.yaml',
    ]);
    for (const name of named.filter((one) => one !== 'site')) {
      assert.ok(imageOf([...CHECKOUT, name]).includes(`/app/${name}`), name);
      assert.ok(papers.includes(`\`${name}`), name);
    }
  });

  it('runs as a user without rights, has a home for it, and owns no file of the program', () => {
    assert.match(dockerfile, /^USER 10001:10001$/m);
    assert.match(dockerfile, /HOME=\/data/);
    assert.doesNotMatch(dockerfile, /--chown|chmod/);
    assert.ok(dockerfile.indexOf('USER') > dockerfile.lastIndexOf('COPY'));
  });

  it('has no development dependency, asks itself how it is, and is stopped in order', () => {
    assert.match(dockerfile, /npm ci --omit=dev/);
    assert.match(dockerfile, /^HEALTHCHECK .*\n.*\/healthz/m);
    assert.match(dockerfile, /^STOPSIGNAL SIGTERM$/m);
    assert.match(dockerfile, /^CMD \["node", "cli\/serve\.ts"\]$/m);
    assert.equal(dockerfile.match(/^FROM /gm)?.length, 2);
  });

  it('fetches nothing but packages of the lock, and the library that Node is linked with', () => {
    const library = 'apt-get update \\\n && apt-get install -y --no-install-recommends libatomic1 \\\n';
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    assert.ok(last.includes(`RUN ${library} && rm -rf /var/lib/apt/lists/*\n`));
    assert.doesNotMatch(
      dockerfile.replace(library, '').replace('/var/lib/apt/', ''),
      /curl|wget|apt|ADD |npx|npm install/,
    );
  });

  it('is not built when its Node cannot start as the user who runs it', () => {
    const check = dockerfile.indexOf('\nRUN ["node", "--version"]\n');
    assert.ok(
      check > dockerfile.indexOf('\nUSER ') && dockerfile.indexOf('\nUSER ') > dockerfile.lastIndexOf('\nCOPY '),
    );
    assert.match(dockerfile, /PATH=\/app\/node_modules\/\.bin:\$PATH/);
  });
});

describe('azure.yaml', () => {
  const azure = parse(read('azure.yaml')) as {
    readonly infra: { readonly path: string; readonly module: string };
    readonly services: { readonly bot: { readonly docker: { readonly path: string } } };
    readonly hooks: Readonly<Record<string, { readonly run: string }>>;
  };

  it('names templates, image and hooks that are there', () => {
    assert.ok(existsSync(path.join(ROOT, azure.infra.path, `${azure.infra.module}.bicep`)));
    assert.ok(existsSync(path.join(ROOT, azure.services.bot.docker.path)));
    assert.deepEqual(Object.keys(azure.hooks), ['preprovision', 'postprovision']);
    for (const { run } of Object.values(azure.hooks)) {
      assert.ok((statSync(path.join(ROOT, run)).mode & 0o111) !== 0, `${run} can be run`);
    }
  });

  it('has hooks that give the commands options which they have, and read outputs that there are', () => {
    const hooks = Object.values(azure.hooks).map(({ run }) => read(run));
    const helps = {
      'infra/identities.ts': read('infra/identities/run.ts'),
      'cli/manifest.ts': read('cli/manifest.ts'),
    };
    let checked = 0;
    for (const [command, help] of Object.entries(helps)) {
      for (const call of hooks.flatMap((text) => text.match(new RegExp(`${command}(?:.*\\\\\\n)*.*`, 'g')) ?? [])) {
        for (const option of call.match(/--[a-z-]+/g) ?? []) {
          assert.ok(help.includes(`  ${option} `), `${option} of ${command}`);
          checked += 1;
        }
      }
    }
    assert.ok(checked >= 14, `${checked} options`);
    const main = read('infra/main.bicep');
    for (const name of ['PIMLICO_MANAGED_IDENTITY_PRINCIPAL_ID', 'PIMLICO_OUTBOUND_ADDRESS']) {
      assert.ok(hooks.some((text) => text.includes(`$${name}`)) && main.includes(`output ${name} `), name);
    }
  });

  for (const hook of ['preprovision', 'postprovision']) {
    it(`leaves the admin app out of ${hook} where the environment says so, and only there`, () => {
      assert.deepEqual(optionsOfApply(hook, { PIMLICO_WITHOUT_ADMIN: 'yes' }).includes('--without-admin'), true);
      assert.deepEqual(optionsOfApply(hook, {}).includes('--without-admin'), false);
      assert.deepEqual(optionsOfApply(hook, { PIMLICO_WITHOUT_ADMIN: '' }).includes('--without-admin'), false);
    });

    it(`asks in ${hook} for the surfaces that the environment names, and for all without`, () => {
      assert.ok(optionsOfApply(hook, { PIMLICO_SURFACES: 'entra,groups' }).includes('--surfaces'));
      assert.ok(!optionsOfApply(hook, {}).includes('--surfaces'));
    });
  }

  for (const name of ['production', 'Production', 'prod-eu-1', 'p', 'x'.repeat(20)]) {
    it(`takes an environment called ${name}`, () => {
      const { status, stderr } = runHook('preprovision', { AZURE_ENV_NAME: name });
      assert.equal(status, 0, stderr);
    });
  }

  for (const name of ['', 'prod_eu', 'prod.eu', 'prod(eu)', '-prod', 'prod-', 'prod--eu', 'x'.repeat(21)]) {
    it(`refuses an environment called "${name}" before anything is made, and says what a name may be`, () => {
      const { status, stderr, calls } = runHook('preprovision', { AZURE_ENV_NAME: name });
      assert.notEqual(status, 0);
      assert.match(stderr, /letters, digits and single hyphens.*at most 20/);
      assert.deepEqual(calls, []);
    });
  }

  it('asks for an azd that reads lists from its environment', () => {
    assert.match(read('azure.yaml'), /^requiredVersions:\n {2}azd: '>= 1\.23\.4'$/m);
  });

  it('is the service that the container app carries the name of', () => {
    assert.match(read('infra/modules/app.bicep'), /'azd-service-name': 'bot'/);
  });
});
