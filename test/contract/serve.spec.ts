import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ID = '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60';

/** A process with these settings and no others, until it has ended by itself. */
function serve(settings: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/serve.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...settings },
    timeout: 60_000,
  });
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return { status, stdout, stderr, failures: lines.filter(({ event }) => event === 'start.failed') };
}

describe('npm run serve, when it cannot start', function () {
  this.timeout(90_000);

  it('writes a line of level error about settings that are wrong, beside the text, and exits with 2', () => {
    const { status, stdout, stderr, failures } = serve({ PIMLICO_PORTT: '1' });
    assert.equal(status, 2);
    assert.match(stderr, /^The bot cannot start:\n/);
    assert.match(stderr, /PIMLICO_PORTT/);
    assert.deepEqual(
      failures.map(({ level, code }) => [level, code]),
      [['error', 'config.invalid']],
    );
    assert.match(String(failures[0]?.message), /PIMLICO_PORTT/);
    assert.ok(stdout.includes('"level":"error"'), 'as the alert of the templates looks for it');
  });

  it('writes one about a database that does not answer, without its password, and exits with 1', () => {
    const { status, stdout, stderr, failures } = serve({
      PIMLICO_TENANT_ID: ID,
      PIMLICO_BOT_APP_ID: ID,
      PIMLICO_SELF_SERVICE_APP_ID: ID,
      PIMLICO_READER_APP_ID: ID,
      PIMLICO_MANAGED_IDENTITY_CLIENT_ID: ID,
      PIMLICO_PUBLIC_URL: 'https://pimlico.contoso.com',
      PIMLICO_DATABASE_URL: 'postgres://pimlico:hunter2hunter2@127.0.0.1:1/pimlico',
    });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^The bot cannot start: /);
    assert.deepEqual(
      failures.map(({ level, code }) => [level, code]),
      [['error', 'internal.database_unavailable']],
    );
    assert.doesNotMatch(stdout + stderr, /hunter2/);
  });
});
