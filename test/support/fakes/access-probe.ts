import type { PermissionBlock } from '../../../src/domain/role-definition.ts';
import type { AccessError } from '../../../src/errors.ts';
import type { AccessProbe, ProbeAnswer, ProbeTarget } from '../../../src/ports/role-definitions.ts';
import type { Actor } from '../../../src/ports/role-management.ts';

/** Lets tests say what can be reached. Nothing can, until they do. */
export class FakeAccessProbe implements AccessProbe {
  /** What was tried, as `SERVICE PATH`. */
  readonly tried: string[] = [];
  /** By the path. */
  readonly answers = new Map<string, ProbeAnswer>();
  /** By the scope's id in small letters. */
  readonly permissions = new Map<string, readonly PermissionBlock[]>();
  /** What every call fails with. */
  failure: AccessError | null = null;

  async readPermissions(_actor: Actor, scopeId: string): Promise<readonly PermissionBlock[]> {
    this.#mayFail();
    return this.permissions.get(scopeId.toLowerCase()) ?? [];
  }

  async read(_actor: Actor, { service, path }: ProbeTarget): Promise<ProbeAnswer> {
    this.tried.push(`${service} ${path}`);
    this.#mayFail();
    return this.answers.get(path) ?? 'forbidden';
  }

  #mayFail(): void {
    if (this.failure !== null) {
      throw this.failure;
    }
  }
}
