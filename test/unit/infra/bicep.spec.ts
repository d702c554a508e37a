import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { loadConfig } from '../../../bot/config.ts';
import { namesOf } from '../../../bot/settings.ts';
import { parseBicep, readBicep, usesOf } from '../../support/bicep.ts';

const INFRA = fileURLToPath(new URL('../../../infra/', import.meta.url));
const MAIN = path.join(INFRA, 'main.bicep');
const files = [MAIN, ...readdirSync(path.join(INFRA, 'modules')).map((name) => path.join(INFRA, 'modules', name))];
const module = (name: string) => readBicep(path.join(INFRA, 'modules', `${name}.bicep`)).code;

describe('the Bicep templates', () => {
  for (const file of files) {
    const name = path.relative(INFRA, file);

    it(`close what they open: ${name}`, () => {
      assert.deepEqual(readBicep(file).problems, []);
    });

    it(`use every parameter and variable: ${name}`, () => {
      const bicep = readBicep(file);
      const idle = [...bicep.params.keys(), ...bicep.vars].filter((one) => usesOf(bicep, one) === 0);
      assert.deepEqual(idle, []);
    });

    it(`name a version of each resource's API: ${name}`, () => {
      for (const { type, version } of readBicep(file).resources) {
        assert.match(version, /^20\d\d-\d\d-\d\d(-preview)?$/, type);
      }
    });

    it(`take and give no secret: ${name}`, () => {
      const { params, outputs, code } = readBicep(file);
      assert.deepEqual(
        [...params].filter(([param, { isSecure }]) => isSecure || /secret|password|key/i.test(param)),
        [],
      );
      assert.deepEqual(
        [...outputs].filter(([output, value]) => /secret|password|key|list[A-Z]/i.test(output + value)),
        [],
      );
      assert.doesNotMatch(code, /listKeys|listCredentials|administratorLoginPassword|secretRef|sharedKey/);
    });
  }

  it('give each module exactly the parameters that it has', () => {
    const { modules } = readBicep(MAIN);
    assert.deepEqual(
      modules.map(({ symbol }) => symbol),
      ['identity', 'logs', 'network', 'database', 'registry', 'app', 'bot'],
    );
    for (const { symbol, file, params } of modules) {
      assert.ok(existsSync(file), symbol);
      assert.deepEqual(params.toSorted(), [...readBicep(file).params.keys()].toSorted(), symbol);
    }
  });

  it('read only outputs that the modules have', () => {
    const { modules, code } = readBicep(MAIN);
    const outputs = new Map(modules.map(({ symbol, file }) => [symbol, readBicep(file).outputs] as const));
    const read = [...code.matchAll(/(\w+)\.outputs\.(\w+)/g)];
    assert.ok(read.length > 15);
    for (const [, symbol = '', output = ''] of read) {
      assert.ok(outputs.get(symbol)?.has(output), `${symbol}.outputs.${output}`);
    }
  });

  it('are given their parameters from the environment of azd, and every one that has no default', () => {
    const given = JSON.parse(readFileSync(path.join(INFRA, 'main.parameters.json'), 'utf8')).parameters;
    const { params } = readBicep(MAIN);
    assert.deepEqual(
      Object.keys(given).filter((name) => !params.has(name)),
      [],
    );
    const required = [...params].filter(([, { hasDefault }]) => !hasDefault).map(([name]) => name);
    assert.deepEqual(
      required.filter((name) => !Object.hasOwn(given, name)),
      [],
    );
  });

  it('have every parameter settable in the environment of azd, where a run finds it again, with one default', () => {
    const given = JSON.parse(readFileSync(path.join(INFRA, 'main.parameters.json'), 'utf8')).parameters;
    const { params, code } = readBicep(MAIN);
    assert.deepEqual(Object.keys(given).toSorted(), [...params.keys()].toSorted());
    const set = Object.fromEntries(
      [...code.matchAll(/^param (\w+) \w+ = '?(.*?)'?$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    assert.equal(set.databaseSku, 'Standard_B2s');
    for (const [name, value] of Object.entries(set)) {
      assert.equal(/^\$\{\w+=(.*)\}$/.exec(given[name].value)?.[1], value, name);
    }
  });

  it('make names in lower case only, which PostgreSQL and Container Apps ask for', () => {
    const { code } = readBicep(MAIN);
    const uses = code.split('\n').filter((line) => /environmentName/.test(line) && !line.startsWith('param '));
    assert.deepEqual(uses, [
      "var tags = { 'azd-env-name': environmentName }",
      'var suffix = take(uniqueString(subscription().id, toLower(environmentName), location), 6)',
      `var prefix = 'pimlico-\${toLower(environmentName)}'`,
    ]);
    for (const file of files) {
      assert.doesNotMatch(readBicep(file).code, /^ {0,4}name: '[a-z]*[A-Z].*\$\{prefix\}/m, file);
    }
  });

  it('set the bot up with settings that it takes, and without a secret', () => {
    const set = [...module('app').matchAll(/name: '(PIMLICO_\w+)', value: (\S+) \}/g)];
    assert.ok(set.length >= 13);
    assert.deepEqual(
      set.map(([, name = '']) => name).filter((name) => !namesOf().includes(name)),
      [],
    );
    const id = '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60';
    const values: Readonly<Record<string, string>> = {
      cloud: 'public',
      databaseUrl: 'postgres://id-pimlico@db.example:5432/pimlico?sslmode=verify-full',
      'string(port)': '3978',
      "'https://${host}'": 'https://pimlico.contoso.com',
    };
    const env = set.map(([, name = '', value = '']) => {
      const text = value.trim();
      return [name, values[text] ?? (text.startsWith("'") ? text.slice(1, -1) : id)] as const;
    });
    const config = loadConfig(Object.fromEntries(env), (secret) => secret);
    assert.deepEqual(
      [config.databaseAuth, config.readerAppId, config.host, config.botAppSecret],
      ['entra', id, '0.0.0.0', null],
    );
  });

  it("keep an operator's own settings, as the last of the bot's", () => {
    const given = JSON.parse(readFileSync(path.join(INFRA, 'main.parameters.json'), 'utf8')).parameters;
    assert.deepEqual(given.extraEnv, { value: `\${PIMLICO_EXTRA_ENV=[]}` });
    assert.deepEqual(given.teamsAppId, { value: `\${PIMLICO_TEAMS_APP_ID=}` });
    assert.match(readBicep(MAIN).code, /^param extraEnv array = \[\]$/m);
    assert.match(readBicep(MAIN).code, /^ {4}extraEnv: extraEnv\n/m);
    assert.match(readBicep(MAIN).code, /^ {4}teamsAppId: teamsAppId\n/m);
    const app = module('app');
    assert.match(
      app,
      /empty\(teamsAppId\) \? \[\] : \[\{ name: 'PIMLICO_TEAMS_APP_ID', value: teamsAppId \}\],\s+extraEnv\s+\)/,
    );
  });

  it('keep the host name with its certificate once both are known', () => {
    const given = JSON.parse(readFileSync(path.join(INFRA, 'main.parameters.json'), 'utf8')).parameters;
    assert.deepEqual(given.certificateId, { value: `\${PIMLICO_CERTIFICATE_ID=}` });
    assert.match(readBicep(MAIN).code, /^ {4}domain: domain\n {4}certificateId: certificateId\n/m);
    const ingress = /ingress: \{([\s\S]*?)\n {6}\}/.exec(module('app'))?.[1] ?? '';
    assert.match(
      ingress,
      /customDomains: empty\(domain\) \|\| empty\(certificateId\)\s+\? \[\]\s+: \[\{ name: domain, bindingType: 'SniEnabled', certificateId: certificateId \}\]/,
    );
  });

  it('have a database with connections for all replicas of two versions', () => {
    // User connections by size: learn.microsoft.com/azure/postgresql/flexible-server/concepts-limits, "Maximum connections".
    const limits: Readonly<Record<string, number>> = { Standard_B1ms: 35, Standard_B2s: 414, Standard_B2ms: 844 };
    const { code } = readBicep(MAIN);
    const [, sku = ''] = /^param databaseSku string = '(\w+)'$/m.exec(code) ?? [];
    const replicas = Number(/^param maxReplicas int = (\d+)$/m.exec(code)?.[1]);
    const scale = readFileSync(path.join(INFRA, '../docs/scale.md'), 'utf8');
    const each = Number(/A replica holds (\d+) connections/.exec(scale)?.[1]);
    assert.ok((limits[sku] ?? 0) >= each * replicas * 2, `${sku} for 2 × ${replicas} replicas of ${each} connections`);
    assert.ok(scale.includes(`\`${sku}\`, the templates' default`));
  });

  it('keep a replica warm, behind TLS, and ask it how it is', () => {
    const app = module('app');
    assert.match(readFileSync(MAIN, 'utf8'), /@minValue\(1\)\n(?:@.*\n)*param minReplicas int = 1/);
    assert.match(app, /allowInsecure: false/);
    assert.match(app, /targetPort: port/);
    assert.match(app, /type: 'Liveness'\s+httpGet: \{ path: '\/healthz'/);
    assert.match(app, /type: 'Readiness'\s+httpGet: \{ path: '\/readyz'/);
    assert.match(app, /terminationGracePeriodSeconds: 15/);
  });

  it('give a start the time that its migrations may take, within what Container Apps allow for probes', () => {
    const migrate = readFileSync(path.join(INFRA, '../src/adapters/postgres/migrate.ts'), 'utf8');
    const [tries = 0, pauseMs = 0, lockMs = 0] = ['MOST_TRIES', 'LONGEST_PAUSE_MS', 'LOCK_TIMEOUT_MS'].map((name) =>
      Number(new RegExp(`^const ${name} = ([\\d_]+);`, 'm').exec(migrate)?.[1]?.replace('_', '')),
    );
    const longest = (tries * (pauseMs + lockMs)) / 1_000;
    assert.equal(longest, 720);
    const probes = [...module('app').matchAll(/type: '(\w+)'\n\s+httpGet: .*\n((?:\s+\w+: \d+\n)+)/g)];
    const most: Readonly<Record<string, number>> = {
      initialDelaySeconds: 60,
      periodSeconds: 240,
      timeoutSeconds: 240,
      failureThreshold: 10,
    };
    for (const [, type = '', numbers = ''] of probes) {
      const given = Object.fromEntries(
        [...numbers.matchAll(/(\w+): (\d+)/g)].map(([, name = '', value]) => [name, Number(value)]),
      );
      assert.deepEqual(
        Object.entries(given).filter(([name, value]) => value > (most[name] ?? 0)),
        [],
        type,
      );
      const { initialDelaySeconds = 0, periodSeconds = 0, failureThreshold = 0 } = given;
      assert.ok(type !== 'Startup' || initialDelaySeconds + periodSeconds * (failureThreshold - 1) >= longest);
    }
    assert.equal(probes.length, 3);
    const dockerfile = readFileSync(path.join(INFRA, '../Dockerfile'), 'utf8');
    assert.ok(Number(/--start-period=(\d+)s/.exec(dockerfile)?.[1]) >= longest);
  });

  it('let nobody into the database with a password or from outside, and pull images by identity', () => {
    const database = module('database');
    assert.match(database, /passwordAuth: 'Disabled'/);
    assert.match(database, /activeDirectoryAuth: 'Enabled'/);
    assert.match(database, /publicNetworkAccess: 'Disabled'/);
    assert.match(module('registry'), /adminUserEnabled: false/);
    assert.match(module('app'), /registries: \[\{ server: registryServer, identity: identityId \}\]/);
  });

  it('send everything out by one address, and say which', () => {
    const network = module('network');
    assert.match(network, /publicIPAllocationMethod: 'Static'/);
    assert.match(network, /name: 'app'\s+properties: \{\s+addressPrefix: '[^']+'\s+natGateway: \{ id: gateway\.id \}/);
    assert.ok(readBicep(MAIN).outputs.has('PIMLICO_OUTBOUND_ADDRESS'));
  });

  it('tell an address of errors in the log, where there is one', () => {
    const given = JSON.parse(readFileSync(path.join(INFRA, 'main.parameters.json'), 'utf8')).parameters;
    assert.deepEqual(given.alertEmail, { value: `\${PIMLICO_ALERT_EMAIL=}` });
    assert.match(readBicep(MAIN).code, /^ {4}alertEmail: alertEmail\n/m);
    const app = module('app');
    assert.match(app, /resource told '[^']+' = if \(!empty\(alertEmail\)\) \{/);
    assert.match(app, /emailReceivers: \[\{ name: 'operators', emailAddress: alertEmail,/);
    assert.match(app, /actions: \{ actionGroups: empty\(alertEmail\) \? \[\] : \[told\.id\] \}/);
    assert.match(readFileSync(path.join(INFRA, '../docs/install.md'), 'utf8'), /azd env set PIMLICO_ALERT_EMAIL /);
  });

  it('make the alert before the table of the log is there', () => {
    assert.match(module('app'), /skipQueryValidation: true\n {4}scopes: \[workspace\.id\]/);
  });

  it('register the bot as an app of this tenant alone', () => {
    const bot = module('bot');
    assert.match(bot, /msaAppType: 'SingleTenant'/);
    assert.match(bot, /msaAppTenantId: tenant\(\)\.tenantId/);
    assert.match(bot, /endpoint: 'https:\/\/\$\{host\}\/api\/messages'/);
  });
});

describe('the reader of Bicep', () => {
  const parsed = (text: string) => parseBicep(text, '/nowhere/main.bicep');

  it('sees brackets and texts that do not end', () => {
    assert.deepEqual(parsed("var a = [\n  'b'\n").problems, ['[ is not closed']);
    assert.deepEqual(parsed("var a = { b: 'c }\n").problems, ['line 1: a text does not end']);
    assert.deepEqual(parsed('var a = (1]\n').problems, ['line 1: ] closes nothing']);
  });

  it('sees what is declared and never used, also where it is put into a text', () => {
    const bicep = parsed(`param used string\nparam idle string = ''\nvar a = 'x\${used}' // idle\n`);
    assert.deepEqual([usesOf(bicep, 'used'), usesOf(bicep, 'idle')], [1, 0]);
    assert.deepEqual([bicep.params.get('used')?.hasDefault, bicep.params.get('idle')?.hasDefault], [false, true]);
  });

  it('sees secure parameters', () => {
    assert.equal(parsed('@secure()\nparam a string\n').params.get('a')?.isSecure, true);
  });
});
