import assert from 'node:assert/strict';
import type { Reading } from '../../../src/adapters/readable-rows.ts';
import { createRoleCatalogue, type RoleCatalogueSettings } from '../../../src/adapters/role-catalogue.ts';
import type { AzureRoleDefinition, DirectoryRoleDefinition } from '../../../src/domain/role-definition.ts';
import { AccessError, type ErrorCode } from '../../../src/errors.ts';
import type { RoleCatalogue } from '../../../src/ports/role-catalogue.ts';
import { createFakeClock, type FakeClock } from '../../support/fakes/clock.ts';

const azureRole = (name: string): AzureRoleDefinition => ({
  kind: 'azure',
  id: name,
  name,
  description: '',
  isCustom: false,
  assignableScopes: ['/'],
  permissions: [],
});

const directoryRole = (name: string): DirectoryRoleDefinition => ({
  kind: 'directory',
  id: name,
  name,
  description: '',
  isCustom: false,
  isEnabled: true,
  isPrivileged: null,
  inheritsFrom: [],
  permissions: [],
});

type Part = 'roles' | 'operations' | 'hierarchy' | 'directoryRoles' | 'actions';

describe('KeptCatalogue', () => {
  let clock: FakeClock;
  let catalogue: RoleCatalogue;
  let asked: Part[];
  let roles: readonly AzureRoleDefinition[];
  let failing: Map<Part, ErrorCode>;
  let incomplete: ErrorCode | null;
  let held: Promise<void>;

  const answer = async <T>(part: Part, value: () => T): Promise<Reading<T>> => {
    asked.push(part);
    const now = value();
    await held;
    const code = failing.get(part);
    if (code !== undefined) {
      throw new AccessError(code, 'no');
    }
    return { value: now, code: part === 'roles' ? incomplete : null };
  };

  const names = async (): Promise<readonly string[]> => (await catalogue.current()).roles.map(({ name }) => name);
  /** Lets what runs in the background come to its end. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    clock = createFakeClock();
    asked = [];
    roles = [azureRole('a')];
    failing = new Map();
    incomplete = null;
    held = Promise.resolve();
    const settings: RoleCatalogueSettings = {
      clock,
      log: { warn: () => undefined },
      azure: {
        readRoles: () => answer('roles', () => roles),
        readOperations: () => answer('operations', () => []),
        readHierarchy: () =>
          answer('hierarchy', () => ({ parentOfGroup: new Map([['mg', null]]), groupOfSubscription: new Map() })),
        readDenials: async () => [],
      },
      directory: {
        readRoles: () => answer('directoryRoles', () => [directoryRole('d')]),
        readActions: () => answer('actions', () => []),
      },
    };
    catalogue = createRoleCatalogue(settings);
  });

  it('reads everything once for all who ask at first', async () => {
    const [one, other] = await Promise.all([catalogue.current(), catalogue.current()]);
    assert.equal(one, other);
    assert.deepEqual(asked, ['roles', 'operations', 'hierarchy', 'directoryRoles', 'actions']);
    assert.deepEqual(
      one.roles.map(({ name }) => name),
      ['a', 'd'],
    );
    assert.deepEqual(one.unread, []);
  });

  it('answers what it knows at once after ten minutes, and reads behind that, once', async () => {
    await catalogue.current();
    roles = [azureRole('b')];
    clock.advance({ minutes: 9, seconds: 59 });
    assert.deepEqual(await names(), ['a', 'd']);
    await settle();
    assert.equal(asked.length, 5);
    clock.advance({ seconds: 1 });
    let release = (): void => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    assert.deepEqual(await Promise.all([names(), names()]), [
      ['a', 'd'],
      ['a', 'd'],
    ]);
    assert.deepEqual(asked.slice(5), ['roles', 'hierarchy', 'directoryRoles']);
    release();
    await settle();
    assert.deepEqual(await names(), ['b', 'd']);
  });

  it('reads operations and actions again after six hours', async () => {
    await catalogue.current();
    clock.advance({ hours: 6 });
    await catalogue.current();
    assert.deepEqual(asked.slice(5), ['roles', 'operations', 'hierarchy', 'directoryRoles', 'actions']);
  });

  it('keeps number and objects while nothing changes, in whatever order rows come', async () => {
    roles = [azureRole('a'), azureRole('b')];
    const first = await catalogue.current();
    roles = [azureRole('b'), azureRole('a')];
    clock.advance({ minutes: 10 });
    await catalogue.current();
    await settle();
    const second = await catalogue.current();
    assert.equal(second.version, first.version);
    assert.equal(second.roles, first.roles);
    assert.equal(second.hierarchy, first.hierarchy);
    assert.equal(second.readAt.toString(), clock.now().toString());
  });

  it('gives another number when one string of one role changed', async () => {
    const first = await catalogue.current();
    const block = {
      actions: ['*/read'],
      notActions: [],
      dataActions: [],
      notDataActions: [],
      condition: null,
      conditionVersion: null,
    };
    roles = [{ ...azureRole('a'), permissions: [block] }];
    clock.advance({ minutes: 10 });
    await catalogue.current();
    await settle();
    const second = await catalogue.current();
    assert.equal(second.version, first.version + 1);
    assert.equal(second.operations, first.operations);
  });

  it('names a part that cannot be read and keeps what was known of it', async () => {
    await catalogue.current();
    failing.set('roles', 'graph.unavailable');
    roles = [azureRole('b')];
    clock.advance({ minutes: 10 });
    await catalogue.current();
    await settle();
    const known = await catalogue.current();
    assert.deepEqual(known.unread, [{ part: 'azure-roles', code: 'graph.unavailable' }]);
    assert.deepEqual(
      known.roles.map(({ name }) => name),
      ['a', 'd'],
    );
  });

  it('says that it may not read roles, which is not that there are none', async () => {
    failing.set('roles', 'graph.forbidden');
    const known = await catalogue.current();
    assert.deepEqual(known.unread, [{ part: 'azure-roles', code: 'graph.forbidden' }]);
  });

  it('asks again after a minute for what was lost, and after ten for what is forbidden', async () => {
    failing.set('roles', 'graph.unavailable').set('directoryRoles', 'graph.forbidden');
    await catalogue.current();
    clock.advance({ minutes: 1 });
    await catalogue.current();
    await settle();
    assert.deepEqual(asked.slice(5), ['roles']);
  });

  it('looks once more before it says that a part is missing, when it is time to', async () => {
    failing.set('roles', 'graph.forbidden');
    await catalogue.current();
    failing.clear();
    clock.advance({ minutes: 10 });
    const { unread } = await catalogue.current();
    assert.deepEqual(unread, []);
    assert.deepEqual(await names(), ['a', 'd']);
  });

  it('takes what could be read of a part, and names it', async () => {
    incomplete = 'graph.unexpected_answer';
    const known = await catalogue.current();
    assert.deepEqual(known.unread, [{ part: 'azure-roles', code: 'graph.unexpected_answer' }]);
    assert.equal(known.roles.length, 2);
  });

  it('reads roles again, and waits, after a definition was written', async () => {
    await catalogue.current();
    roles = [azureRole('new')];
    catalogue.forget();
    assert.deepEqual(await names(), ['new', 'd']);
    assert.deepEqual(asked.slice(5), ['roles', 'directoryRoles']);
  });

  it('does not take an answer that was asked for before the writing', async () => {
    let release = (): void => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    const before = names();
    await settle();
    roles = [azureRole('new')];
    catalogue.forget();
    const after = names();
    release();
    assert.deepEqual(await after, ['new', 'd']);
    assert.deepEqual(await before, ['new', 'd']);
  });
});
