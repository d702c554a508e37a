import type { RoleDefinition } from '../../../src/domain/role-definition.ts';
import { AccessError } from '../../../src/errors.ts';
import type { DefinitionUse, RoleDefinitions } from '../../../src/ports/role-definitions.ts';
import type { Actor } from '../../../src/ports/role-management.ts';

/** The custom roles of one kind in memory. Whether somebody may write them is for tests to say, with `failures`. */
export class FakeRoleDefinitions implements RoleDefinitions {
  readonly kind: RoleDefinition['kind'];
  /** By id, built-in roles too. */
  readonly held: Map<string, RoleDefinition>;
  /** By id. */
  readonly uses = new Map<string, readonly DefinitionUse[]>();
  /** What the next calls fail with, one after another. */
  readonly failures: AccessError[] = [];
  /** What was written, as `create NAME`. */
  readonly written: string[] = [];

  constructor(kind: RoleDefinition['kind'], roles: readonly RoleDefinition[]) {
    this.kind = kind;
    this.held = new Map(roles.filter((role) => role.kind === kind).map((role) => [role.id ?? '', role]));
  }

  async listCustom(_actor: Actor): Promise<readonly RoleDefinition[]> {
    this.#mayFail();
    return [...this.held.values()].filter(({ isCustom }) => isCustom);
  }

  async find(_actor: Actor, id: string): Promise<RoleDefinition | null> {
    this.#mayFail();
    return this.held.get(id.toLowerCase()) ?? null;
  }

  async create(_actor: Actor, definition: RoleDefinition): Promise<RoleDefinition> {
    this.#mayFail();
    const names = [...this.held.values()].map(({ name }) => name.toLowerCase());
    if (names.includes(definition.name.toLowerCase()) || this.held.has(definition.id ?? '')) {
      throw new AccessError('role_definition.exists', 'the name or the id is taken');
    }
    return this.#keep('create', {
      ...definition,
      id: definition.id ?? `00000000-0000-4000-9000-${this.#nextNumber()}`,
    });
  }

  async update(
    _actor: Actor,
    { from, to }: { readonly from: RoleDefinition; readonly to: RoleDefinition },
  ): Promise<RoleDefinition> {
    this.#mayFail();
    this.#demandUnchanged(from);
    return this.#keep('update', { ...to, id: from.id });
  }

  async remove(_actor: Actor, definition: RoleDefinition): Promise<void> {
    this.#mayFail();
    const id = definition.id ?? '';
    if (!this.held.has(id)) {
      return;
    }
    this.#demandUnchanged(definition);
    if ((this.uses.get(id) ?? []).length > 0) {
      throw new AccessError('role_definition.in_use', 'somebody has it');
    }
    this.held.delete(id);
    this.written.push(`remove ${definition.name}`);
  }

  async listUses(_actor: Actor, definition: RoleDefinition): Promise<readonly DefinitionUse[]> {
    this.#mayFail();
    return this.uses.get(definition.id ?? '') ?? [];
  }

  #keep(verb: string, role: RoleDefinition): RoleDefinition {
    this.held.set(role.id ?? '', role);
    this.written.push(`${verb} ${role.name}`);
    return role;
  }

  #demandUnchanged(from: RoleDefinition): void {
    if (JSON.stringify(this.held.get(from.id ?? '')) !== JSON.stringify(from)) {
      throw new AccessError('role_definition.changed_meanwhile', 'the tenant holds another definition by now');
    }
  }

  #nextNumber(): string {
    return String(this.held.size).padStart(12, '0');
  }

  #mayFail(): void {
    const failure = this.failures.shift();
    if (failure !== undefined) {
      throw failure;
    }
  }
}
