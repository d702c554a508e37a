import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { CLOUDS } from '../../../bot/clouds.ts';
import { namesOf, settingsTable } from '../../../bot/settings.ts';
import { SETTINGS_ID, settingProblems, settings } from '../../support/settings.ts';

describe('loadConfig', () => {
  it('fills in what may be left out', () => {
    const { approverWaves, reconcileEvery, replica, ...config } = settings();
    assert.deepEqual([approverWaves.size, approverWaves.pause.toString()], [8, 'PT10M']);
    assert.equal(reconcileEvery?.toString(), 'PT60S');
    assert.deepEqual(
      { ...config, secrets: null, botAppSecret: 0, selfServiceAppSecret: 0, readerAppSecret: 0 },
      {
        tenantId: '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60',
        botAppId: '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60',
        botAppSecret: 0,
        selfServiceAppId: '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60',
        selfServiceAppSecret: 0,
        readerAppId: '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60',
        readerAppSecret: 0,
        adminAppId: null,
        adminAppSecret: null,
        managedIdentityClientId: null,
        otlpUrl: null,
        cloud: CLOUDS.public,
        loginUrl: 'https://login.microsoftonline.com',
        graphUrl: 'https://graph.microsoft.com',
        armUrl: 'https://management.azure.com',
        channelMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
        serviceHosts: [
          'smba.trafficmanager.net',
          'smba.onyx.prod.teams.trafficmanager.net',
          'smba.infra.gcc.teams.microsoft.com',
        ],
        port: 3978,
        host: '127.0.0.1',
        publicUrl: 'http://localhost:3978',
        approverContext: null,
        approverContextRoles: 'access-changing',
        timeZone: 'UTC',
        turnsAtATime: 64,
        turnsPerMinute: 60,
        databaseUrl: null,
        databaseAuth: 'password',
        dataDir: '.pimlico',
        clockUrl: null,
        logLevel: 'info',
        jobConcurrency: 8,
        locale: 'en-US',
        isFourEyesOn: true,
        pausedOutside: null,
        approverNames: 'names',
        rulebook: null,
        runbooks: null,
        roleFiles: null,
        taskTable: null,
        teamsAppId: '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60',
        roleNamePattern: null,
        auditAnchors: '.pimlico/audit-anchors.ndjson',
        auditAnchorWebhook: null,
        auditAnchorBlob: null,
        auditWebhook: null,
        auditWebhookSecret: null,
        auditKeepFor: null,
        alarmWebhook: null,
        alarmWebhookSecret: null,
        isInstallOn: true,
        isPacingOn: true,
        areMetricsOn: false,
        secrets: null,
      },
    );
    assert.match(replica, new RegExp(`:${process.pid}$`));
  });

  it('is frozen and shows no secret, not even the one in the database URL', () => {
    const config = settings({ PIMLICO_DATABASE_URL: 'postgres://pimlico:hush@db.example/pimlico' });
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.serviceHosts));
    assert.doesNotMatch(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`, /hush/);
    assert.equal(config.databaseUrl?.reveal(), 'postgres://pimlico:hush@db.example/pimlico');
  });

  it('names all problems at once', () => {
    const changes = {
      PIMLICO_TENANT_ID: undefined,
      PIMLICO_BOT_APP_ID: '',
      PIMLICO_READER_APP_SECRET: undefined,
      PIMLICO_JOB_CONCURENCY: '4',
      PIMLICO_JOB_CONCURRENCY: '0',
    };
    assert.deepEqual(settingProblems(changes).toSorted(), [
      'PIMLICO_BOT_APP_ID: must be a GUID',
      'PIMLICO_JOB_CONCURENCY: there is no such setting; did you mean PIMLICO_JOB_CONCURRENCY?',
      'PIMLICO_JOB_CONCURRENCY: must be from 1 to 64',
      'PIMLICO_READER_APP_SECRET: is missing, and there is no PIMLICO_MANAGED_IDENTITY_CLIENT_ID in its place',
      'PIMLICO_TENANT_ID: is missing',
    ]);
  });

  it('needs no secret where a managed identity stands in', () => {
    const config = settings({ PIMLICO_BOT_APP_SECRET: undefined, PIMLICO_MANAGED_IDENTITY_CLIENT_ID: SETTINGS_ID });
    assert.equal(config.botAppSecret, null);
  });

  for (const [name, value, problem] of [
    ['PIMLICO_TENANT_ID', '', 'must be a GUID'],
    ['PIMLICO_TENANT_ID', 'contoso.onmicrosoft.com', 'must be a GUID'],
    ['PIMLICO_BOT_APP_SECRET', '', 'must not be empty'],
    ['PIMLICO_PAUSED', 'yes', 'must be on, off or everything'],
    ['PIMLICO_APPROVER_NAMES', 'off', 'must be names, count or none'],
    [
      'PIMLICO_GRAPH_URL',
      'http://graph.example',
      'must be an https URL without credentials (http on this machine only)',
    ],
    [
      'PIMLICO_GRAPH_URL',
      'https://me:hush@graph.example',
      'must be an https URL without credentials (http on this machine only)',
    ],
    ['PIMLICO_LOGIN_URL', 'login.example', 'must be an https URL without credentials (http on this machine only)'],
    ['PIMLICO_CLOCK_URL', 'https://clock.example/clock', 'must be on this machine'],
    ['PIMLICO_CLOCK_URL', 'http://127.0.0.1.example/clock', 'must be on this machine'],
    ['PIMLICO_SERVICE_HOSTS', 'https://smba.trafficmanager.net', 'must be host names, separated by commas'],
    ['PIMLICO_SERVICE_HOSTS', '*.trafficmanager.net', 'must be host names, separated by commas'],
    ['PIMLICO_SERVICE_HOSTS', '', 'must be host names, separated by commas'],
    [
      'PIMLICO_PUBLIC_URL',
      'http://pimlico.example',
      'must be an https URL without credentials (http on this machine only)',
    ],
    ['PIMLICO_PUBLIC_URL', 'https://pimlico.example/bot', 'must be an origin: no path, no query'],
    ['PIMLICO_PUBLIC_URL', 'https://pimlico.example/?', 'must be an origin: no path, no query'],
    ['PIMLICO_PUBLIC_URL', 'https://pimlico.example#top', 'must be an origin: no path, no query'],
    ['PIMLICO_ADMIN_APP_SECRET', 'hush', 'is of no use without PIMLICO_ADMIN_APP_ID'],
    ['PIMLICO_APPROVER_CONTEXT', 'c0', 'must be the id of an authentication context, c1 to c99'],
    ['PIMLICO_APPROVER_CONTEXT', 'c100', 'must be the id of an authentication context, c1 to c99'],
    ['PIMLICO_APPROVER_CONTEXT', 'mfa', 'must be the id of an authentication context, c1 to c99'],
    ['PIMLICO_APPROVER_CONTEXT_ROLES', 'all', 'has no effect without PIMLICO_APPROVER_CONTEXT'],
    ['PIMLICO_TURNS_PER_MINUTE', '10001', 'must be from 0 to 10000'],
    ['PIMLICO_TURNS_PER_MINUTE', '-1', 'must be a whole number'],
    ['PIMLICO_PORT', '65536', 'must be from 0 to 65535'],
    ['PIMLICO_PORT', '80a', 'must be a whole number'],
    ['PIMLICO_DATABASE_URL', 'mysql://x', 'must be a postgres URL'],
    ['PIMLICO_ALARM_WEBHOOK_SECRET', 'a-key-of-24-characters-or-more', 'is of no use without PIMLICO_ALARM_WEBHOOK'],
    [
      'PIMLICO_AUDIT_WEBHOOK_SECRET',
      'a-key-of-24-characters-or-more',
      'is of no use without PIMLICO_AUDIT_WEBHOOK or PIMLICO_AUDIT_ANCHOR_WEBHOOK',
    ],
    ['PIMLICO_AUDIT_KEEP_DAYS', '-1', 'must be a whole number'],
    ['PIMLICO_AUDIT_KEEP_DAYS', '36501', 'must be from 0 to 36500'],
    ['PIMLICO_METRICS', 'yes', 'must be on or off'],
    ['PIMLICO_LOG_LEVEL', 'loud', 'must be error, warn, info or debug'],
    ['PIMLICO_ROLE_FILES', '', 'must not be empty'],
    ['PIMLICO_ROLE_NAME_PATTERN', 'C-.*', 'has no effect without PIMLICO_ROLE_FILES'],
    ['PIMLICO_REPLICA', 'a b', 'must be 1 to 100 letters, digits, dots, dashes or colons'],
  ] as const) {
    it(`refuses ${name}=${JSON.stringify(value)} and does not repeat it`, () => {
      assert.deepEqual(settingProblems({ [name]: value }), [`${name}: ${problem}`]);
    });
  }

  describe('the origin of the pages', () => {
    for (const [what, changes, publicUrl] of [
      ['what is set, without its slash', { PIMLICO_PUBLIC_URL: 'https://Pimlico.example/' }, 'https://pimlico.example'],
      ['plain http on this machine', { PIMLICO_PUBLIC_URL: 'http://127.0.0.1:8080' }, 'http://127.0.0.1:8080'],
      ['localhost on the port of the bot', { PIMLICO_PORT: '8080' }, 'http://localhost:8080'],
      ['localhost for the other loopback', { PIMLICO_HOST: '::1' }, 'http://localhost:3978'],
      ['the address that is listened on, where the port is free', { PIMLICO_PORT: '0' }, null],
      [
        'what is set where other machines reach the bot',
        { PIMLICO_HOST: '0.0.0.0', PIMLICO_PUBLIC_URL: 'https://pimlico.example' },
        'https://pimlico.example',
      ],
    ] as const) {
      it(`is ${what}`, () => {
        assert.equal(settings(changes).publicUrl, publicUrl);
      });
    }

    it('has to be said where other machines reach the bot', () => {
      assert.deepEqual(settingProblems({ PIMLICO_HOST: '0.0.0.0' }), [
        'PIMLICO_PUBLIC_URL: is missing, and the bot is to be reachable from other machines',
      ]);
    });
  });

  describe('the receiver of alarms', () => {
    const RECEIVER = { PIMLICO_ALARM_WEBHOOK: 'https://alarms.example/in?code=hush' };

    it('keeps its address and its key sealed', () => {
      const config = settings({ ...RECEIVER, PIMLICO_ALARM_WEBHOOK_SECRET: 'hush-hush-hush-hush-hush' });
      assert.equal(config.alarmWebhook?.reveal(), 'https://alarms.example/in?code=hush');
      assert.equal(config.alarmWebhookSecret?.reveal(), 'hush-hush-hush-hush-hush');
      assert.doesNotMatch(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`, /hush/);
    });

    it('needs its key', () => {
      assert.deepEqual(settingProblems(RECEIVER), [
        'PIMLICO_ALARM_WEBHOOK_SECRET: is missing, and PIMLICO_ALARM_WEBHOOK is set',
      ]);
    });

    it('is reached over TLS', () => {
      const key = { PIMLICO_ALARM_WEBHOOK_SECRET: 'hush-hush-hush-hush-hush' };
      assert.deepEqual(settingProblems({ PIMLICO_ALARM_WEBHOOK: 'http://alarms.example/in', ...key }), [
        'PIMLICO_ALARM_WEBHOOK: must be an https URL without credentials (http on this machine only)',
      ]);
      assert.deepEqual(settingProblems({ PIMLICO_ALARM_WEBHOOK: 'http://127.0.0.1:8080/in', ...key }), []);
    });

    for (const [what, secret] of [
      ['a short one', 'hush'],
      ['one that is not what it says', 'whsec_not base64 at all, but long enough'],
      ['one of too few bytes', 'whsec_aHVzaA=='],
    ] as const) {
      it(`takes no weak key: ${what}`, () => {
        assert.deepEqual(settingProblems({ ...RECEIVER, PIMLICO_ALARM_WEBHOOK_SECRET: secret }), [
          'PIMLICO_ALARM_WEBHOOK_SECRET: must have 24 characters at least, or be `whsec_` and the base64 of 24 to 64 bytes',
        ]);
      });
    }

    it('takes a key in bytes', () => {
      const secret = 'whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo';
      const config = settings({ ...RECEIVER, PIMLICO_ALARM_WEBHOOK_SECRET: secret });
      assert.equal(config.alarmWebhookSecret?.reveal(), secret);
    });
  });

  describe('the receivers of the audit trail', () => {
    const KEY = { PIMLICO_AUDIT_WEBHOOK_SECRET: 'hush-hush-hush-hush-hush' };

    for (const name of ['PIMLICO_AUDIT_WEBHOOK', 'PIMLICO_AUDIT_ANCHOR_WEBHOOK']) {
      it(`needs the key for ${name}, and TLS`, () => {
        assert.deepEqual(settingProblems({ [name]: 'https://siem.example/in' }), [
          `PIMLICO_AUDIT_WEBHOOK_SECRET: is missing, and ${name} is set`,
        ]);
        assert.deepEqual(settingProblems({ [name]: 'http://siem.example/in', ...KEY }), [
          `${name}: must be an https URL without credentials (http on this machine only)`,
        ]);
        assert.deepEqual(settingProblems({ [name]: 'https://siem.example/in', ...KEY }), []);
      });
    }

    it('keeps addresses and key sealed', () => {
      const urls = {
        PIMLICO_AUDIT_WEBHOOK: 'https://siem.example/in?code=hush',
        PIMLICO_AUDIT_ANCHOR_WEBHOOK: 'https://siem.example/anchors?code=hush',
      };
      const config = settings({ ...urls, ...KEY });
      assert.equal(config.auditWebhook?.reveal(), 'https://siem.example/in?code=hush');
      assert.equal(config.auditAnchorWebhook?.reveal(), 'https://siem.example/anchors?code=hush');
      assert.doesNotMatch(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`, /hush/);
    });

    it('takes a container that the managed identity writes to, and nothing else for one', () => {
      const PIMLICO_AUDIT_ANCHOR_BLOB = 'https://contoso.blob.core.windows.net/anchors/';
      const identity = { PIMLICO_MANAGED_IDENTITY_CLIENT_ID: SETTINGS_ID };
      assert.deepEqual(settingProblems({ PIMLICO_AUDIT_ANCHOR_BLOB }), [
        'PIMLICO_AUDIT_ANCHOR_BLOB: is written by the managed identity, and there is none',
      ]);
      const config = settings({ PIMLICO_AUDIT_ANCHOR_BLOB, ...identity });
      assert.equal(config.auditAnchorBlob, 'https://contoso.blob.core.windows.net/anchors');
      for (const other of ['https://contoso.blob.core.windows.net/', 'https://x.example/anchors?sig=hush']) {
        assert.deepEqual(settingProblems({ PIMLICO_AUDIT_ANCHOR_BLOB: other, ...identity }), [
          'PIMLICO_AUDIT_ANCHOR_BLOB: must be a container: no query',
        ]);
      }
    });

    it('keeps what tells of people for a number of days', () => {
      assert.equal(settings({ PIMLICO_AUDIT_KEEP_DAYS: '400' }).auditKeepFor?.toString(), 'PT9600H');
      assert.equal(settings({ PIMLICO_AUDIT_KEEP_DAYS: '0' }).auditKeepFor, null);
    });
  });

  describe('the admin app', () => {
    it('needs its secret, or the managed identity in its place', () => {
      assert.deepEqual(settingProblems({ PIMLICO_ADMIN_APP_ID: SETTINGS_ID }), [
        'PIMLICO_ADMIN_APP_SECRET: is missing, and there is no PIMLICO_MANAGED_IDENTITY_CLIENT_ID in its place',
      ]);
      const config = settings({ PIMLICO_ADMIN_APP_ID: SETTINGS_ID, PIMLICO_MANAGED_IDENTITY_CLIENT_ID: SETTINGS_ID });
      assert.deepEqual([config.adminAppId, config.adminAppSecret], ['5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60', null]);
    });

    it('keeps its secret sealed', () => {
      const config = settings({ PIMLICO_ADMIN_APP_ID: SETTINGS_ID, PIMLICO_ADMIN_APP_SECRET: 'hush' });
      assert.equal(config.adminAppSecret?.reveal(), 'hush');
      assert.doesNotMatch(inspect(config, { depth: 9 }), /hush/);
    });
  });

  describe('the context of approvers', () => {
    for (const [said, roles] of [
      [undefined, 'access-changing'],
      ['access-changing', 'access-changing'],
      ['all', 'all'],
      ['User Administrator, Global Reader', ['User Administrator', 'Global Reader']],
    ] as const) {
      it(`is for ${JSON.stringify(roles)} where ${said ?? 'nothing'} is said`, () => {
        const config = settings({ PIMLICO_APPROVER_CONTEXT: 'c99', PIMLICO_APPROVER_CONTEXT_ROLES: said });
        assert.deepEqual([config.approverContext, config.approverContextRoles], ['c99', roles]);
        assert.ok(Object.isFrozen(config.approverContextRoles));
      });
    }

    for (const said of ['', 'User Administrator,', ',']) {
      it(`refuses ${JSON.stringify(said)} as roles`, () => {
        assert.deepEqual(settingProblems({ PIMLICO_APPROVER_CONTEXT: 'c1', PIMLICO_APPROVER_CONTEXT_ROLES: said }), [
          'PIMLICO_APPROVER_CONTEXT_ROLES: must not have an empty name',
        ]);
      });
    }
  });

  describe('the pattern of names of roles', () => {
    const patternOf = (text: string) =>
      settings({ PIMLICO_ROLE_FILES: '/roles', PIMLICO_ROLE_NAME_PATTERN: text }).roleNamePattern;

    it('is for the whole name, also where it has alternatives', () => {
      const names = ['Contoso-A', 'Fabrikam-B', 'xContoso-A', 'Contoso-Ax', 'Fabrikam-Bx'];
      assert.deepEqual(
        names.filter((name) => patternOf('Contoso-A|Fabrikam-B')?.matches(name)),
        ['Contoso-A', 'Fabrikam-B'],
      );
    });

    it('has to be a regular expression', () => {
      const changes = { PIMLICO_ROLE_FILES: '/roles', PIMLICO_ROLE_NAME_PATTERN: 'Contoso-(' };
      assert.match(settingProblems(changes).join(), /^PIMLICO_ROLE_NAME_PATTERN: the pattern cannot be used: /);
    });
  });

  it('can be paused from outside, with break-glass packs or without', () => {
    const paused = ['off', 'on', 'everything'].map((text) => settings({ PIMLICO_PAUSED: text }).pausedOutside);
    assert.deepEqual(paused, [null, 'usual', 'everything']);
  });

  it('takes 0 turns a minute for no limit', () => {
    assert.equal(settings({ PIMLICO_TURNS_PER_MINUTE: '0' }).turnsPerMinute, 0);
  });

  it('takes plain http and other ports on this machine', () => {
    const config = settings({
      PIMLICO_LOGIN_URL: 'http://127.0.0.1:4001/',
      PIMLICO_CLOCK_URL: 'http://localhost:4002/clock',
      PIMLICO_SERVICE_HOSTS: '127.0.0.1:4003, SMBA.trafficmanager.net',
    });
    assert.deepEqual(
      [config.loginUrl, config.clockUrl, config.serviceHosts],
      ['http://127.0.0.1:4001', 'http://localhost:4002/clock', ['127.0.0.1:4003', 'smba.trafficmanager.net']],
    );
  });
});

describe('settingsTable', () => {
  it('has a row with a default and a meaning for every setting', () => {
    const rows = settingsTable().split('\n').slice(2);
    assert.equal(rows.length, namesOf().length);
    for (const row of rows) {
      assert.match(row, /^\| `PIMLICO_[A-Z_]+` \| [^|]+ \| [A-Z][^|]{10,} \|$/);
    }
  });

  it('is what nothing else reads: no other file of bot/ or src/ looks at the environment', () => {
    const source = readFileSync(new URL('../../../bot/config.ts', import.meta.url), 'utf8');
    assert.doesNotMatch(source, /process\.env/);
  });
});
