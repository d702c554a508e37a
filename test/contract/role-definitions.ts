import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RoleDefinition } from '../../src/domain/role-definition.ts';
import { asAccessError, type ErrorCode } from '../../src/errors.ts';
import type { RoleDefinitions } from '../../src/ports/role-definitions.ts';
import type { Actor } from '../../src/ports/role-management.ts';

/** One kind of roles in the seeded tenant. */
export interface DefinitionsCast {
  readonly kind: RoleDefinition['kind'];
  /** A new role under this name, without an id where `id` is null. */
  make(id: string | null, name: string): RoleDefinition;
  /** The same role with one permission more. */
  widen(role: RoleDefinition): RoleDefinition;
  readonly builtIn: { readonly id: string; readonly name: string };
  /** A custom role that somebody is eligible for. */
  readonly used: { readonly id: string; readonly name: string; readonly uses: readonly string[] };
}

export interface DefinitionsBench {
  readonly definitions: RoleDefinitions;
  readonly admin: Actor;
  close(): Promise<void>;
}

/** What every adapter of RoleDefinitions promises, for roles of Entra and of Azure alike. */
export function describeRoleDefinitionsContract(
  name: string,
  cast: DefinitionsCast,
  create: () => Promise<DefinitionsBench>,
): void {
  describe(name, () => {
    let bench: DefinitionsBench;
    let roles: RoleDefinitions;
    let admin: Actor;

    beforeEach(async () => {
      bench = await create();
      ({ definitions: roles, admin } = bench);
    });

    afterEach(() => bench.close());

    const made = async (words = 'A new role'): Promise<RoleDefinition> =>
      await roles.create(admin, cast.make(randomUUID(), words));

    const idOf = ({ id }: RoleDefinition): string => {
      assert.ok(id, 'the tenant gave the role an id');
      return id;
    };

    it('creates a role that is then found and listed as it was answered', async () => {
      const wanted = cast.make(randomUUID(), 'A new role');
      const role = await roles.create(admin, wanted);
      assert.deepEqual({ ...role, id: null }, { ...wanted, id: null });
      assert.deepEqual(await roles.find(admin, idOf(role)), role);
      const listed = await roles.listCustom(admin);
      assert.deepEqual(
        listed.filter(({ id }) => id === role.id),
        [role],
      );
    });

    it('refuses a name that is taken, in any case, and writes nothing', async () => {
      const first = await made();
      await refused(roles.create(admin, cast.make(randomUUID(), 'A NEW ROLE')), 'role_definition.exists');
      assert.deepEqual(await roles.find(admin, idOf(first)), first);
    });

    it('changes a role that is as it was', async () => {
      const from = await made();
      const to = { ...cast.widen(from), name: 'A newer role', description: 'Other words.' };
      const role = await roles.update(admin, { from, to });
      assert.deepEqual(role, to);
      assert.deepEqual(await roles.find(admin, idOf(from)), to);
    });

    it('writes nothing over a role that changed since', async () => {
      const from = await made();
      const now = await roles.update(admin, { from, to: { ...from, description: 'Changed elsewhere.' } });
      await refused(roles.update(admin, { from, to: cast.widen(from) }), 'role_definition.changed_meanwhile');
      await refused(roles.remove(admin, from), 'role_definition.changed_meanwhile');
      assert.deepEqual(await roles.find(admin, idOf(from)), now);
    });

    it('removes a role once, and says nothing when it is gone already', async () => {
      const role = await made();
      await roles.remove(admin, role);
      assert.equal(await roles.find(admin, idOf(role)), null);
      await roles.remove(admin, role);
      await refused(roles.update(admin, { from: role, to: role }), 'role_definition.changed_meanwhile');
    });

    it('does not remove a role that somebody has or is eligible for, and says who that is', async () => {
      const role = await roles.find(admin, cast.used.id);
      assert.ok(role);
      const uses = await roles.listUses(admin, role);
      assert.deepEqual(
        uses.map(({ kind, principal, scope }) => `${kind} ${principal.name} @ ${scope.name}`),
        cast.used.uses,
      );
      await refused(roles.remove(admin, role), 'role_definition.in_use');
      assert.ok(await roles.find(admin, cast.used.id));
    });

    it('finds built-in roles, but does not list them', async () => {
      const role = await roles.find(admin, cast.builtIn.id.toUpperCase());
      assert.deepEqual([role?.name, role?.isCustom], [cast.builtIn.name, false]);
      assert.ok((await roles.listCustom(admin)).every(({ isCustom }) => isCustom));
    });

    it('knows nothing of ids that no role has', async () => {
      assert.equal(await roles.find(admin, randomUUID()), null);
    });

    it('lists no uses of a role that nobody has', async () => {
      assert.deepEqual(await roles.listUses(admin, await made()), []);
    });
  });
}

async function refused(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.equal(asAccessError(error).code, code, String(error));
    return true;
  });
}
