import assert from 'node:assert/strict';
import type { Bundle } from '../../../src/domain/administration.ts';
import type { RoleAtScope } from '../../../src/domain/assignment.ts';
import { roleDefinitionId } from '../../../src/domain/ids.ts';
import { type RoleSettings, SETTINGS_CHANGE_STATES } from '../../../src/domain/role-settings.ts';
import type { SettingsChange } from '../../../src/domain/settings-change.ts';
import type { ExportRecord } from '../../../src/ports/store.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture } from './fixture.ts';

const HOSTILE = `'; drop table pimlico.people; -- "€" \u202e👩‍💻\n\t<script>`;
const at = (text: string): Temporal.Instant => Temporal.Instant.from(`2026-11-23T${text}Z`);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const GROUP: RoleAtScope = {
  surface: 'group',
  roleDefinitionId: roleDefinitionId('member'),
  roleName: HOSTILE,
  scope: { id: '1c0e', name: 'Group membership' },
};
const AZURE: RoleAtScope = {
  surface: 'azure',
  roleDefinitionId: roleDefinitionId('/subscriptions/S1/providers/Microsoft.Authorization/roleDefinitions/AC-1'),
  roleName: 'Contributor',
  scope: { id: '/subscriptions/S1/resourceGroups/rg-web', name: 'rg-web' },
};

function aBundle(changes: Partial<Bundle> = {}): Bundle {
  return {
    name: 'payments',
    items: [{ role: GROUP, duration: Temporal.Duration.from('PT1H30M') }],
    savedAt: at('08:00:00'),
    ...changes,
  };
}

const SETTINGS: RoleSettings = {
  activation: {
    maximumDuration: 'PT4H',
    requires: ['Justification', 'Ticketing'],
    authenticationContext: 'c1',
    approval: {
      isRequired: true,
      isJustificationRequired: false,
      approvers: [{ kind: 'group', id: '2d1f', name: 'sg-app-approvers' }],
    },
  },
  eligibleAssignment: { isPermanentAllowed: true, maximumDuration: 'P365D', requires: [] },
  activeAssignment: { isPermanentAllowed: false, maximumDuration: 'P180D', requires: ['MultiFactorAuthentication'] },
  notifications: [
    {
      rule: 'Notification_Approver_EndUser_Assignment',
      level: 'Critical',
      isDefaultRecipientsEnabled: true,
      recipients: ['b@contoso.example', 'a@contoso.example'],
    },
  ],
};

function aChange(changes: Partial<SettingsChange> = {}): SettingsChange {
  return {
    id: 'c-1',
    role: AZURE,
    proposerId: ENGINEER,
    proposerName: 'Patti Fernandez',
    confirmerId: APPROVER,
    confirmerName: 'Lynne Robbins',
    before: SETTINGS,
    after: {
      ...SETTINGS,
      activation: { ...SETTINGS.activation, maximumDuration: 'PT2H', authenticationContext: null },
    },
    reason: HOSTILE,
    state: 'proposed',
    proposedAt: at('08:00:00'),
    expiresAt: at('09:00:00'),
    decidedAt: null,
    ...changes,
  };
}

describe('Bundles, SettingsChanges and Exports in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  describe('bundles', () => {
    const here = () => on.here.store.now.bundles;
    const there = () => on.there.store.now.bundles;

    it('gives back a bundle as it was saved, under its name in any case', async () => {
      const bundle = aBundle({
        name: 'Pagos Ñandú',
        items: [
          { role: GROUP, duration: Temporal.Duration.from('PT1H') },
          { role: AZURE, duration: Temporal.Duration.from('PT30M') },
        ],
      });
      await here().save(ENGINEER, bundle);
      for (const name of ['Pagos Ñandú', ' PAGOS ÑANDÚ ', 'pagos n\u0303andu\u0301']) {
        assert.deepEqual(plain(await there().find(ENGINEER, name)), plain(bundle), name);
      }
      const found = await there().find(ENGINEER, 'pagos ñandú');
      assert.ok(found?.savedAt instanceof Temporal.Instant && found.items[0]?.duration instanceof Temporal.Duration);
      assert.equal(await here().find(ENGINEER, 'pagos'), null);
    });

    it('replaces one of the same name, and keeps the bundles of two people apart', async () => {
      await here().save(ENGINEER, aBundle());
      await here().save(APPROVER, aBundle({ items: [] }));
      await there().save(ENGINEER, aBundle({ name: 'PAYMENTS', items: [], savedAt: at('09:00:00') }));
      await here().save(ENGINEER, aBundle({ name: 'handover' }));
      const list = await here().list(ENGINEER);
      assert.deepEqual(
        list.map(({ name, items }) => [name, items.length]),
        [
          ['handover', 1],
          ['PAYMENTS', 0],
        ],
      );
      assert.equal((await here().find(APPROVER, 'payments'))?.name, 'payments');
      assert.deepEqual(
        await here()
          .list(APPROVER)
          .then((own) => own.length),
        1,
      );
    });

    it('keeps what a role is, and nothing else that came with it', async () => {
      const eligible = { ...AZURE, principalId: ENGINEER, endsAt: null };
      await here().save(ENGINEER, aBundle({ items: [{ role: eligible, duration: Temporal.Duration.from('PT1H') }] }));
      assert.deepEqual((await here().find(ENGINEER, 'payments'))?.items[0]?.role, AZURE);
    });

    it('removes a bundle once', async () => {
      await here().save(ENGINEER, aBundle());
      assert.equal(await here().remove(APPROVER, 'payments'), false);
      assert.equal(await here().remove(ENGINEER, 'PayMents'), true);
      assert.equal(await here().remove(ENGINEER, 'payments'), false);
      assert.deepEqual(await here().list(ENGINEER), []);
    });

    it('refuses to read items that it does not know, and repeats nothing of them', async () => {
      await here().save(ENGINEER, aBundle());
      const strangers = [
        [{}],
        { role: AZURE },
        [{ role: AZURE, duration: 'secret-word' }],
        [{ role: null, duration: 'PT1H' }],
      ];
      for (const stranger of strangers) {
        await on.pool.query('update pimlico.bundles set items = $1::jsonb', [JSON.stringify(stranger)]);
        await assert.rejects(here().find(ENGINEER, 'payments'), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'internal.unexpected');
          assert.doesNotMatch(error.message, /secret-word/);
          return true;
        });
      }
    });
  });

  describe('settings changes', () => {
    const here = () => on.here.store.now.settingsChanges;
    const there = () => on.there.store.now.settingsChanges;

    it('gives back a change as it was proposed, its settings in the same order of keys', async () => {
      const bare = aChange({
        id: 'c-2',
        confirmerId: null,
        confirmerName: null,
        decidedAt: at('08:01:00'),
        state: 'done',
      });
      for (const change of [aChange(), bare]) {
        await here().insert(change);
        const found = await there().find(change.id);
        assert.deepEqual(plain(found), plain(change));
        assert.equal(JSON.stringify(found?.before), JSON.stringify(change.before));
        assert.ok(found?.proposedAt instanceof Temporal.Instant);
      }
      assert.equal(await here().find('c-3'), null);
    });

    it('takes every state that the program knows, and no other', async () => {
      await here().insert(aChange());
      for (const state of SETTINGS_CHANGE_STATES) {
        assert.equal((await here().change('c-1', SETTINGS_CHANGE_STATES, { state, decidedAt: null }))?.state, state);
      }
      const stranger = { state: 'forgotten', decidedAt: null } as unknown as { state: 'done'; decidedAt: null };
      await assert.rejects(here().change('c-1', SETTINGS_CHANGE_STATES, stranger), { code: 'internal.unexpected' });
    });

    it('changes it only from an expected state', async () => {
      await here().insert(aChange());
      const decidedAt = at('08:30:00');
      assert.equal(await here().change('c-1', ['writing'], { state: 'done', decidedAt }), null);
      assert.equal(await here().change('c-2', ['proposed'], { state: 'done', decidedAt }), null);
      const changed = await here().change('c-1', ['proposed', 'writing'], { state: 'declined', decidedAt });
      assert.deepEqual([changed?.state, changed?.decidedAt?.toString()], ['declined', '2026-11-23T08:30:00Z']);
      assert.deepEqual(plain(changed?.after), plain(aChange().after));
      assert.equal((await there().find('c-1'))?.state, 'declined');
    });

    it('lets one of several simultaneous decisions win', async () => {
      await here().insert(aChange());
      const decidedAt = at('08:30:00');
      const results = await Promise.all([
        here().change('c-1', ['proposed'], { state: 'writing', decidedAt }),
        there().change('c-1', ['proposed'], { state: 'writing', decidedAt }),
        here().change('c-1', ['proposed'], { state: 'declined', decidedAt }),
        there().change('c-1', ['proposed'], { state: 'expired', decidedAt }),
      ]);
      assert.equal(results.filter((result) => result !== null).length, 1);
    });

    it('refuses to read settings that it does not know', async () => {
      await here().insert(aChange());
      await on.pool.query(`update pimlico.settings_changes set settings_after = settings_after - 'notifications'`);
      await assert.rejects(here().find('c-1'), { code: 'internal.unexpected', message: /notifications/ });
    });
  });

  describe('exports', () => {
    const here = () => on.here.store.now.exports;
    const there = () => on.there.store.now.exports;
    const anExport = (changes: Partial<ExportRecord> = {}): ExportRecord => ({
      secretHash: 'a'.repeat(64),
      ownerId: ENGINEER,
      fileName: 'assignments-rg-payments',
      csv: `role;who\r\n${HOSTILE}`,
      ndjson: `{"role":"Contributor"}\n`,
      expiresAt: on.clock.now().add({ minutes: 10 }),
      ...changes,
    });

    it('gives a list back as it was kept, until it expires', async () => {
      const kept = anExport();
      await here().insert(kept);
      assert.deepEqual(plain(await there().find(kept.secretHash)), plain(kept));
      assert.equal(await there().find('b'.repeat(64)), null);
      on.clock.advance({ minutes: 9, seconds: 59 });
      assert.equal((await there().find(kept.secretHash))?.fileName, 'assignments-rg-payments');
      on.clock.advance({ seconds: 1 });
      assert.equal(await there().find(kept.secretHash), null);
    });

    it('removes what has expired when the next one comes', async () => {
      await here().insert(anExport());
      await here().insert(anExport({ secretHash: 'b'.repeat(64), expiresAt: at('08:20:00') }));
      on.clock.advance({ minutes: 10 });
      await there().insert(anExport({ secretHash: 'c'.repeat(64) }));
      const { rows } = await on.pool.query<{ first: string }>(
        'select left(secret_hash, 1) as first from pimlico.exports order by 1',
      );
      assert.deepEqual(
        rows.map(({ first }) => first),
        ['b', 'c'],
      );
    });

    it('refuses files of more than 20 MB together, and says how large they are', async () => {
      const half = 10 * 1024 * 1024;
      // Two bytes each in UTF-8.
      const csv = 'é'.repeat(half / 2);
      await assert.rejects(here().insert(anExport({ csv, ndjson: 'x'.repeat(half + 1) })), {
        name: 'AccessError',
        message: /20971521 bytes.*20971520/,
      });
      assert.equal(await here().find('a'.repeat(64)), null);
      await here().insert(anExport({ csv, ndjson: 'x'.repeat(half) }));
      assert.equal((await here().find('a'.repeat(64)))?.csv.length, half / 2);
    });
  });
});
