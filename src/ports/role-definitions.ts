import type { Principal } from '../domain/administration.ts';
import type { Scope } from '../domain/assignment.ts';
import type { PermissionBlock, RoleDefinition } from '../domain/role-definition.ts';
import type { Actor } from './role-management.ts';

/** An assignment that stands in the way of deleting a role. */
export interface DefinitionUse {
  readonly principal: Principal;
  readonly kind: 'eligible' | 'active';
  readonly scope: Scope;
}

/**
 * Custom roles of Entra or of Azure, each call with the token of the actor. Every method throws `identity.sign_in_required`,
 * `identity.consent_missing`, `graph.*` for the wire (`graph.forbidden` when the actor may not), and what is named below.
 */
export interface RoleDefinitions {
  readonly kind: RoleDefinition['kind'];
  /** The custom roles that the actor can see, always from the tenant. */
  listCustom(actor: Actor): Promise<readonly RoleDefinition[]>;
  /** One definition, built-in or custom, by its id; null when there is none that the actor can see. */
  find(actor: Actor, id: string): Promise<RoleDefinition | null>;
  /**
   * Creates a role and answers what the tenant holds then. Azure takes the id of the definition, which must not be null; Entra
   * makes one and keeps a given one as the template's (pim-api §15.1). Never repeats by itself.
   * @throws role_definition.exists (name or id taken), role_definition.limit, role_definition.refused (fact `reason`: Microsoft's),
   *   role_definition.scope_forbidden (fact `scope`), activation.in_doubt when the answer was lost
   */
  create(actor: Actor, definition: RoleDefinition): Promise<RoleDefinition>;
  /**
   * Writes the definition over the one with its id, if that is still as `from`.
   * @throws role_definition.changed_meanwhile, what `create` throws
   */
  update(actor: Actor, change: { readonly from: RoleDefinition; readonly to: RoleDefinition }): Promise<RoleDefinition>;
  /** @throws role_definition.in_use, role_definition.changed_meanwhile, activation.in_doubt; nothing when it is gone already */
  remove(actor: Actor, definition: RoleDefinition): Promise<void>;
  /** Eligible and active assignments of the role, at every scope that the actor can see. */
  listUses(actor: Actor, definition: RoleDefinition): Promise<readonly DefinitionUse[]>;
}

/**
 * What somebody can reach, tried with their own token and by reading only. Both methods throw `identity.sign_in_required` and
 * `activation.step_up_required`; what Graph or Azure otherwise refuse to `read` is its answer.
 */
export interface AccessProbe {
  /**
   * The actor's active permission blocks at a scope of Azure (rbac.md §4.7). It knows nothing of eligible roles.
   * @throws graph.not_found when there is no such scope, graph.* for the wire
   */
  readPermissions(actor: Actor, scopeId: string): Promise<readonly PermissionBlock[]>;
  /** Tries to read one thing; never anything but GET. */
  read(actor: Actor, target: ProbeTarget): Promise<ProbeAnswer>;
}

export interface ProbeTarget {
  readonly service: 'azure' | 'graph';
  /** Begins with `/`; of Graph without the version and with its query, if any; of Azure without a query. */
  readonly path: string;
  /** Of Azure only. */
  readonly apiVersion: string | null;
}

/**
 * `not-consented`: the app may not even ask, so that nothing is known about the person. Directory objects of Graph refuse that in
 * the words in which they refuse the person: `forbidden` of a path outside of the consented scopes says nothing either.
 */
export type ProbeAnswer = 'readable' | 'forbidden' | 'missing' | 'not-consented' | 'unavailable';
