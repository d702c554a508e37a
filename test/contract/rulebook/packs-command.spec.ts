import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../../bot/config.ts';
import { runRulebook } from '../../../cli/rulebook/run.ts';
import { type RunningSandbox, startSandbox } from '../../../sandbox/start.ts';
import { postgresConversations } from '../../../src/adapters/postgres/conversations.ts';
import { poolDatabase } from '../../../src/adapters/postgres/database.ts';
import { conversationId, principalId } from '../../../src/domain/ids.ts';
import type { ConversationRecord } from '../../../src/ports/store.ts';
import { runCommand } from '../../support/command.ts';
import { commandEnvironment } from '../../support/command-environment.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';
import { RG_PAYMENTS } from '../sandbox/arm-calls.ts';

const SANDBOX = readFileSync(path.join(import.meta.dirname, '../../../rulebooks/sandbox.yaml'), 'utf8');
const PAYMENTS_ONCALL = '2a91b3c4-0003-4d5e-8f60-a1b2c3d4e5f3';
const OTHER_LEADS = '2a91b3c4-0002-4d5e-8f60-a1b2c3d4e5ff';
const SECURITY = '19:9a4e7b13c85d4f0296e1b7d3c2f60a8b@thread.tacv2';
const NO_DATABASE =
  'warning: alarms: whether the bot is in the channels was not looked up: the database tells (PIMLICO_DATABASE_URL), and it is not named';
const TIER0_LONGER =
  'warning: breakGlass › tier0: member of the group sg-breakglass-tier0 can be activated for 1 h: the pack’s window is 30 min, and the portal gives the same people more.';

/** A text instead of another one, which must be there. */
type Change = readonly [from: string, to: string];

describe('npm run rulebook check --tenant, of packs', () => {
  let sandbox: RunningSandbox;
  let folder = '';
  before(async () => {
    sandbox = await startSandbox({ now: Temporal.Instant.from('2026-11-23T08:00:00Z') });
    trustCertificateAuthority(sandbox.caPem);
    folder = mkdtempSync(path.join(tmpdir(), 'pimlico-packs-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  const changed = (...changes: readonly Change[]): string =>
    changes.reduce((text, [from, to]) => {
      assert.ok(text.includes(from), from);
      return text.replace(from, to);
    }, SANDBOX);

  async function check(text: string, env: Environment = {}, ...more: readonly string[]) {
    const file = path.join(folder, 'rulebook.yaml');
    writeFileSync(file, text);
    const args = ['check', file, '--tenant', ...more];
    const { code, out, err } = await runCommand(runRulebook, args, { ...commandEnvironment(sandbox), ...env });
    return { code, err, lines: out.replaceAll(`${file}: `, '').trim().split('\n') };
  }

  /** Everything that is found but for the two warnings that the sandbox's own rulebook has. */
  async function found(text: string) {
    const { code, lines, err } = await check(text);
    assert.equal(err, '');
    return { code, told: lines.filter((line) => line !== NO_DATABASE && line !== TIER0_LONGER) };
  }

  function withMembers(groupId: string, ...handles: readonly string[]): () => void {
    const members = sandbox.world.tenant.groups.get(groupId)?.memberIds ?? [];
    const before = [...members];
    members.splice(0, Infinity, ...handles.map((handle) => sandbox.people[handle]?.id ?? ''));
    return () => void members.splice(0, Infinity, ...before);
  }

  it('finds the sandbox’s rulebook fine, with warnings, and exits 0', async () => {
    const { code, lines } = await check(SANDBOX);
    assert.equal(code, 0);
    assert.deepEqual(lines.slice(0, 2), [TIER0_LONGER, NO_DATABASE]);
    assert.match(
      lines[2] ?? '',
      /^fine\. Version [0-9a-f]{12}; rules of separation of duties: 1; break-glass packs: 2\.$/,
    );
  });

  it('tells warnings apart from problems as JSON', async () => {
    const { code, lines } = await check(changed(['window: 1h', 'window: 2h']), {}, '--json');
    assert.equal(code, 1);
    const [problem, warning] = lines.map((line): Record<string, unknown> => JSON.parse(line));
    assert.deepEqual(
      [problem?.level, problem?.path, warning?.level, warning?.path],
      [undefined, 'breakGlass › payments', 'warning', 'breakGlass › tier0'],
    );
  });

  const PAYMENTS = 'breakGlass › payments: member of the group sg-breakglass-payments';
  const TIER0 = 'breakGlass › tier0: member of the group sg-breakglass-tier0';
  const OTHERS: Change = ['    entraGroup: sg-oncall-leads\n', '    entraGroup: sg-app-approvers\n'];
  const one: Change = ['    secondPerson: true\n', ''];
  const wrong: readonly (readonly [title: string, changes: readonly Change[], told: readonly string[]])[] = [
    [
      'a group that is not there',
      [['group: sg-breakglass-payments', 'group: sg-nowhere']],
      ['breakGlass › payments: the tenant has no member of the group sg-nowhere'],
    ],
    [
      'an Azure role that is not there',
      [['group: sg-breakglass-payments', `azureRole: Contributor\n        on: ${RG_PAYMENTS}-2`]],
      [`breakGlass › payments: the tenant has no Azure role Contributor on ${RG_PAYMENTS}-2`],
    ],
    [
      'approval before one person',
      [one],
      [
        `${TIER0} demands approval: the pack is for one person (secondPerson: false), who would have to wait for an approver.`,
      ],
    ],
    [
      'no approval after two people',
      [['    window: 1h\n', '    window: 1h\n    secondPerson: true\n']],
      [
        `${PAYMENTS} demands no approval: the pack is for two people (secondPerson: true), and one alone could activate it in the portal.`,
      ],
    ],
    [
      'approvers and eligible people who are not on call',
      [OTHERS],
      [
        `${PAYMENTS} has no eligible on-call member: nobody of the on-call source leads is eligible for it, so nobody could activate it.`,
        `${TIER0} can be approved by Lynne Robbins, Isaiah Langer: they can never be on call by the on-call source leads.`,
        `${TIER0} can be approved by nobody of the on-call source leads: nobody approves what they ask for themselves.`,
        `${TIER0} has no eligible on-call member: nobody of the on-call source leads is eligible for it, so nobody could activate it.`,
      ],
    ],
    [
      'no step-up, and says that the portal gives longer',
      [['group: sg-breakglass-payments', 'group: sg-payments-oncall']],
      [
        'breakGlass › payments: member of the group sg-payments-oncall is not protected by step-up: its settings ask for neither an authentication context nor MFA, so a stolen session could pull it.',
        'warning: breakGlass › payments: member of the group sg-payments-oncall can be activated for 4 h: the pack’s window is 1 h, and the portal gives the same people more.',
      ],
    ],
    [
      'a window that PIM refuses',
      [['window: 1h', 'window: 61m']],
      [`${PAYMENTS} is activated for 1 h at most: the pack’s window is 1 h 1 min, and PIM would refuse that.`],
    ],
    [
      'a ticket that the pack does not ask for',
      [['needs:\n', 'needs:\n      incident: false\n']],
      [
        `${PAYMENTS} demands a ticket: the pack does not ask for the number of an incident (needs.incident), so PIM would refuse every pull.`,
      ],
    ],
    [
      'one role by two names',
      [
        [
          '      - group: sg-breakglass-payments\n',
          '      - group: sg-breakglass-payments\n      - group: 2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5f4\n',
        ],
      ],
      [`${PAYMENTS} is named twice: two names in the pack mean the same role, and it can be activated once.`],
    ],
    [
      'people whom the tenant does not have',
      [
        ['people: [pattif@contoso.onmicrosoft.com]', 'people: [nobody@contoso.onmicrosoft.com]'],
        ['owner: pattif@', 'owner: somebody@'],
        [
          'people: [pattif@contoso.onmicrosoft.com]\nemergencyAccounts: [emergency1@',
          'people: [18f7dce9-80a2-41d3-94e7-08c9daebfc09]\nemergencyAccounts: [emergency@',
        ],
      ],
      [
        'breakGlass › payments › alarm.people: the tenant has no nobody@contoso.onmicrosoft.com, or the account is disabled',
        'breakGlass › payments › owner: the tenant has no somebody@contoso.onmicrosoft.com, or the account is disabled',
        'alarms › people: the tenant has no 18f7dce9-80a2-41d3-94e7-08c9daebfc09, or the account is disabled',
        'emergencyAccounts: the tenant has no emergency@contoso.onmicrosoft.com, or the account is disabled',
      ],
    ],
  ];
  for (const [title, changes, told] of wrong) {
    it(`refuses ${title}`, async () => {
      assert.deepEqual(await found(changed(...changes)), { code: 1, told });
    });
  }

  it('refuses a name that two groups have', async () => {
    const { groups } = sandbox.world.tenant;
    const payments = [...groups.values()].find(({ displayName }) => displayName === 'sg-breakglass-payments');
    assert.ok(payments);
    const id = '2a91b3c4-0004-4d5e-8f60-a1b2c3d4e5ff';
    groups.set(id, { ...payments, id });
    try {
      const { told } = await found(SANDBOX);
      const text = 'the tenant has 2 of the name member of the group sg-breakglass-payments: name it by its id';
      assert.deepEqual(told, [`breakGlass › payments: ${text}`]);
    } finally {
      groups.delete(id);
    }
  });

  it('refuses a role whose approvers are a group that is not there any more', async () => {
    const { groups } = sandbox.world.tenant;
    const leads = [...groups.values()].find(({ displayName }) => displayName === 'sg-oncall-leads');
    assert.ok(leads);
    groups.delete(leads.id);
    groups.set(OTHER_LEADS, { ...leads, id: OTHER_LEADS });
    try {
      const { code, told } = await found(SANDBOX);
      assert.equal(code, 1);
      assert.match(
        told.join('\n'),
        /^breakGlass › tier0: PIM has no settings for member of the group sg-breakglass-tier0, or they name a group that is not there: /m,
      );
    } finally {
      groups.delete(OTHER_LEADS);
      groups.set(leads.id, leads);
    }
  });

  it('refuses an on-call group that is not there, and one that is empty, once for all packs', async () => {
    const gone = await found(changed(['entraGroup: sg-oncall-leads', 'entraGroup: sg-nowhere']));
    assert.deepEqual(gone, { code: 1, told: ['onCall › leads: the tenant has no group sg-nowhere, or several'] });
    const empty = await found(changed(['entraGroup: sg-oncall-leads', 'entraGroup: sg-payments-oncall']));
    assert.deepEqual(empty, { code: 1, told: ['onCall › leads: nobody is on call'] });
  });

  it('refuses people whose account is disabled, as told, as on call and as approvers', async () => {
    const { disabledAccounts } = sandbox.world.tenant;
    disabledAccounts.add(sandbox.people.oncall2?.id ?? '');
    disabledAccounts.add(sandbox.people.admin?.id ?? '');
    try {
      const { code, told } = await found(SANDBOX);
      assert.equal(code, 1);
      assert.ok(
        told.includes(
          'breakGlass › payments › owner: the tenant has no pattif@contoso.onmicrosoft.com, or the account is disabled',
        ),
      );
      assert.ok(
        told.includes(
          'warning: breakGlass › payments: on-call source leads has only Lynne Robbins who is eligible for all of payments: without them nobody could pull it.',
        ),
      );
      assert.ok(
        told.includes(
          `${TIER0} can be approved by Lynne Robbins alone of the on-call source leads: nobody approves what they ask for themselves.`,
        ),
      );
    } finally {
      disabledAccounts.clear();
    }
  });

  it('counts who is eligible through a group, and Entra and Azure roles like groups', async () => {
    const text = changed([
      '      - group: sg-breakglass-payments\n',
      `      - azureRole: Contributor\n        on: ${RG_PAYMENTS}\n      - entraRole: Privileged Role Administrator\n`,
    ]);
    const azure = `breakGlass › payments: Contributor on rg-payments`;
    const nobody = `${azure} has no eligible on-call member: nobody of the on-call source leads is eligible for it, so nobody could activate it.`;
    const { told } = await found(text);
    assert.ok(told.includes(nobody), told.join('\n'));
    const restore = withMembers(PAYMENTS_ONCALL, 'oncall', 'oncall2');
    try {
      const { told: now } = await found(text);
      assert.ok(!now.includes(nobody), now.join('\n'));
      const only =
        'warning: breakGlass › payments: on-call source leads has only Lynne Robbins who is eligible for all of payments: without them nobody could pull it.';
      assert.ok(now.includes(only), now.join('\n'));
      assert.ok(!now.some((line) => line.includes('Privileged Role Administrator')), now.join('\n'));
    } finally {
      restore();
    }
  });

  it('does not call missing what it could not look up', async () => {
    const fault = { name: 'error', service: 'graph', status: 403, code: 'Authorization_RequestDenied' } as const;
    for (const match of [
      'transitiveMembers',
      'eligibilityScheduleInstances',
      'roleManagementPolicyAssignments',
      '/users/',
    ]) {
      sandbox.faults.add({ ...fault, match });
      try {
        const { code, err, lines } = await check(SANDBOX);
        assert.deepEqual([code, lines], [2, ['']], match);
        assert.match(err, /^graph\.forbidden: /, match);
      } finally {
        sandbox.faults.clear();
      }
    }
  });

  describe('with rotas', () => {
    const ROTA: Change = ['    entraGroup: sg-oncall-leads\n', '    rota: rotas/leads.yaml\n'];
    const rota = (...people: readonly string[]): string => `version: 1
timeZone: Europe/Madrid
rotations:
  - name: primary
    starts: 2026-01-05T09:00
    every: 1 week
    people: [${people.map((who) => `${who}@contoso.onmicrosoft.com`).join(', ')}]
`;
    const write = (text: string): void => {
      mkdirSync(path.join(folder, 'rotas'), { recursive: true });
      writeFileSync(path.join(folder, 'rotas/leads.yaml'), text);
    };

    it('judges by everybody of a rota, whoever has the shift now', async () => {
      write(rota('lynner', 'isaiahl'));
      const { code, told } = await found(changed(ROTA));
      assert.deepEqual([code, told.length], [0, 1], told.join('\n'));
      write(rota('lynner'));
      const { told: less } = await found(changed(ROTA));
      const outside = `${TIER0} can be approved by Isaiah Langer: they can never be on call by the on-call source leads.`;
      assert.ok(less.includes(outside), less.join('\n'));
    });

    it('refuses a person of a rota whom the tenant does not have', async () => {
      write(rota('lynner', 'isaiahl', 'nobody'));
      assert.deepEqual(await found(changed(ROTA)), {
        code: 1,
        told: ['onCall › leads: the tenant has no nobody@contoso.onmicrosoft.com, or the account is disabled'],
      });
    });

    it('refuses a rota that is wrong or away, with its lines, before it asks the tenant', async () => {
      write(rota('lynner').replace('1 week', 'now and then'));
      const { code, told } = await found(changed(ROTA));
      assert.equal(code, 1);
      assert.match(told.join('\n'), /^onCall › leads: rotas\/leads\.yaml: line 6: rotations\.0\.every: [^\n]+$/);
      rmSync(path.join(folder, 'rotas/leads.yaml'));
      assert.deepEqual(await found(changed(ROTA)), {
        code: 1,
        told: ['onCall › leads: rotas/leads.yaml: cannot be read (ENOENT)'],
      });
    });
  });

  describe('with a database', () => {
    let database: FreshDatabase;
    before(async () => {
      database = await freshDatabase();
    });
    after(() => database.drop());
    afterEach(() => database.empty());

    async function toldAbout(conversation: Partial<ConversationRecord> | null): Promise<readonly string[]> {
      if (conversation !== null) {
        const base = {
          id: conversationId(SECURITY),
          kind: 'channel',
          principalId: null,
          serviceUrl: 'x',
          deadReason: null,
        };
        await postgresConversations(poolDatabase(database.pool)).save({
          ...base,
          ...conversation,
        } as ConversationRecord);
      }
      const { lines } = await check(SANDBOX, { PIMLICO_DATABASE_URL: database.url });
      return lines.filter((line) => line !== TIER0_LONGER && !line.startsWith('fine.'));
    }
    const unreachable = [
      'breakGlass › payments › alarm.channel',
      'breakGlass › tier0 › alarm.channel',
      'alarms › channel',
    ].map(
      (at) =>
        `${at}: the bot is not in the channel ${SECURITY}, or was not spoken to there: its alarm would reach nobody`,
    );

    it('finds a channel fine that the bot was spoken to in', async () => {
      assert.deepEqual(await toldAbout({}), []);
    });

    it('refuses a channel that the bot does not know, is out of, or that is no channel', async () => {
      assert.deepEqual(await toldAbout(null), unreachable);
      assert.deepEqual(await toldAbout({ deadReason: 'removed' }), unreachable);
      const kind = { kind: 'personal', principalId: principalId(sandbox.people.admin?.id ?? '') } as const;
      assert.deepEqual(await toldAbout(kind), unreachable);
    });

    it('does not call unreachable what it could not look up', async () => {
      const url = database.url.replace(/:\d+\//, ':1/');
      const { code, err, lines } = await check(SANDBOX, { PIMLICO_DATABASE_URL: url });
      assert.deepEqual([code, lines], [2, ['']]);
      assert.match(err, /^internal\.database_unavailable: /);
    });
  });
});
