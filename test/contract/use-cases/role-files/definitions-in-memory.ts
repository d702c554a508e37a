import type { RoleDefinition } from '../../../../src/domain/role-definition.ts';
import type { AccessError } from '../../../../src/errors.ts';
import type { DefinitionUse } from '../../../../src/ports/role-definitions.ts';
import type { Actor } from '../../../../src/ports/role-management.ts';
import { FakeRoleDefinitions } from '../../../support/fakes/role-definitions.ts';

type Method = 'listCustom' | 'find' | 'create' | 'update' | 'remove' | 'listUses';

/** Custom roles of one kind in memory, of which a test says which call fails, or loses its answer. */
export class DefinitionsInMemory extends FakeRoleDefinitions {
  readonly #planned: { readonly method: Method; readonly error: AccessError; readonly isAfter: boolean }[] = [];

  /** Fails the next call of the method; `afterEffect`: only its answer is lost. */
  failNext(method: Method, error: AccessError, { afterEffect: isAfter = false } = {}): void {
    this.#planned.push({ method, error, isAfter });
  }

  override async listCustom(actor: Actor): Promise<readonly RoleDefinition[]> {
    return await this.#answer('listCustom', () => super.listCustom(actor));
  }

  override async find(actor: Actor, id: string): Promise<RoleDefinition | null> {
    return await this.#answer('find', () => super.find(actor, id));
  }

  override async create(actor: Actor, definition: RoleDefinition): Promise<RoleDefinition> {
    return await this.#answer('create', () => super.create(actor, definition));
  }

  override async update(
    actor: Actor,
    change: { readonly from: RoleDefinition; readonly to: RoleDefinition },
  ): Promise<RoleDefinition> {
    return await this.#answer('update', () => super.update(actor, change));
  }

  override async remove(actor: Actor, definition: RoleDefinition): Promise<void> {
    await this.#answer('remove', () => super.remove(actor, definition));
  }

  override async listUses(actor: Actor, definition: RoleDefinition): Promise<readonly DefinitionUse[]> {
    return await this.#answer('listUses', () => super.listUses(actor, definition));
  }

  async #answer<T>(method: Method, work: () => Promise<T>): Promise<T> {
    const index = this.#planned.findIndex((one) => one.method === method);
    const [failure] = index < 0 ? [] : this.#planned.splice(index, 1);
    if (failure?.isAfter === false) {
      throw failure.error;
    }
    const answer = await work();
    if (failure !== undefined) {
      throw failure.error;
    }
    return answer;
  }
}
