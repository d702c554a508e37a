import assert from 'node:assert/strict';
import type { EligibleAssignment, RoleAtScope } from '../../src/domain/assignment.ts';
import { isSameRole } from '../../src/domain/assignment.ts';
import type { PrincipalId } from '../../src/domain/ids.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { AccessError } from '../../src/errors.ts';
import type { ActivationOrder, Actor, RoleManagement } from '../../src/ports/role-management.ts';
import type { RoleReader, SurfaceReader, TenantReader } from '../../src/ports/tenant-reader.ts';

export const EVERYBODY = [
  'engineer',
  'contractor',
  'approver',
  'approver2',
  'oncall',
  'oncall2',
  'admin',
  'newcomer',
] as const;
export type Handle = (typeof EVERYBODY)[number];

/** A role and somebody who may activate it, by the names that `listEligible` gives. */
export interface Part {
  readonly holder: Handle;
  readonly roleName: string;
  readonly scopeName: string;
  /** The longest activation that its settings allow. */
  readonly maximumHours: number;
  /** A ticket, where the settings want one. */
  readonly ticket?: string;
}

/** Who plays what. Durations of an hour must be allowed everywhere; the newcomer is eligible for nothing. */
export interface Cast {
  /** Everything that the holder of `plain` is eligible for, sorted, each as `ROLE @ SCOPE`. */
  readonly listed: readonly string[];
  /** Takes a justification and nothing else. */
  readonly plain: Part;
  /** Takes a justification and the approval of one of these, whose own justification is wanted. */
  readonly approved: Part & { readonly approvers: readonly [Handle, ...Handle[]] };
  /** Is eligible for neither of the two and asked to decide nothing. */
  readonly stranger: Handle;
  /** A role that the holder of `plain` is not eligible for, without approval when they were. */
  readonly foreign: Part;
  /** Another role of the same holder as `plain`, where there is one that takes no sign-in. */
  readonly second: Part | null;
  /** One role at two scopes, where there is one. */
  readonly twin: { readonly one: Part; readonly other: Part } | null;
  /** Demands the authentication context `c1`; its holder's sign-in does not prove it. */
  readonly stepUp: Part | null;
  /** A scope below that of the role, where the surface can narrow. */
  readonly narrow: { readonly part: Part; readonly below: string } | null;
  /** A role that only membership of a group gives: `join` makes the holder a member. */
  readonly through: Part | null;
}

/** An assignment with an end that an administrator gives somebody, past the settings. */
export interface GivenAssignment {
  readonly to: Handle;
  readonly kind: 'eligible' | 'active';
  readonly role: RoleAtScope;
  readonly endsAt: Temporal.Instant;
}

/**
 * One tenant seeded as DESIGN §6 says, seen through one surface, with everybody signed in and a clock that only `advance` moves.
 *
 * A bench for another adapter: start the tenant, make the adapter with the tokens of the people, and sign `approved.holder` in
 * with whatever proof the settings of that role demand, the others without any. `assign` may go behind PIM's back
 * (`assignInSandbox`), `advance` must move the clock that the tenant judges by. The suite never asks which surface it is; it asks
 * `roles.capabilities`, and a null in the cast (`CASTS`) leaves out what the surface does not have.
 */
export interface RoleManagementBench {
  readonly roles: RoleManagement;
  /** Of one surface, or of all. */
  readonly reader: RoleReader &
    Pick<TenantReader, 'listActive'> & {
      listHeldByGroup(groupId: string): ReturnType<(SurfaceReader | TenantReader)['listHeldByGroup']>;
    };
  idOf(handle: Handle): PrincipalId;
  /** Gives the person a fresh sign-in, as their client does each hour. */
  signIn(handle: Handle): Promise<void>;
  /** Takes all tokens of the person away. */
  signOut(handle: Handle): Promise<void>;
  assign(given: GivenAssignment): Promise<void>;
  /** Makes the holder of `cast.through` a member of the group, as by an activation elsewhere; not called when that is null. */
  join(): Promise<void>;
  now(): Temporal.Instant;
  advance(duration: Temporal.DurationLike): Promise<void>;
  close(): Promise<void>;
}

export const MARKER = '6b1f0c52-94d7-4e0f-8a55-2d7c31e9b001';
export const OTHER_MARKER = '6b1f0c52-94d7-4e0f-8a55-2d7c31e9b002';

/** What the tests of the suite share. `bench` is the one of the running test. */
export class Stage {
  readonly cast: Cast;
  #bench: RoleManagementBench | null = null;

  constructor(cast: Cast) {
    this.cast = cast;
  }

  get bench(): RoleManagementBench {
    assert.ok(this.#bench, 'there is no bench outside a test');
    return this.#bench;
  }

  get roles(): RoleManagement {
    return this.bench.roles;
  }

  /** Opens a bench before each test of the enclosing block, and closes it after. */
  install(create: () => Promise<RoleManagementBench>): void {
    beforeEach(async () => {
      this.#bench = await create();
    });
    afterEach(async () => {
      await this.#bench?.close();
      this.#bench = null;
    });
  }

  as(handle: Handle): Actor {
    return { principalId: this.bench.idOf(handle) };
  }

  async eligible({ holder, roleName, scopeName }: Part): Promise<EligibleAssignment> {
    const rows = await this.roles.listEligible(this.as(holder));
    const row = rows.find((one) => one.roleName === roleName && one.scope.name === scopeName);
    assert.ok(row, `${holder} is eligible for ${roleName} on ${scopeName}`);
    return row;
  }

  order(role: RoleAtScope, overrides: Partial<ActivationOrder> = {}): ActivationOrder {
    return {
      role,
      startsAt: null,
      duration: Temporal.Duration.from('PT1H'),
      justification: 'INC-42 broken sign-in',
      ticket: null,
      marker: MARKER,
      ...overrides,
    };
  }

  /** Activates for an hour, with whatever the settings want. */
  async activate(part: Part, overrides: Partial<ActivationOrder> = {}) {
    const role = await this.eligible(part);
    const order = this.order(role, { ticket: part.ticket ?? null, ...overrides });
    return { role, request: await this.roles.activate(this.as(part.holder), order) };
  }

  /** Lets the lists catch up. */
  async settle(): Promise<void> {
    await this.bench.advance(this.roles.capabilities.listLag);
  }

  /** The person's running activation of the role, as the person's own list has it. */
  async findActive(handle: Handle, role: RoleAtScope) {
    const rows = await this.roles.listActive(this.as(handle));
    return rows.find((row) => row.assignmentType === 'activated' && isSameRole(row, role)) ?? null;
  }

  async rejects(work: Promise<unknown>, ...codes: readonly ErrorCode[]): Promise<AccessError> {
    const error: unknown = await work.then(
      () => assert.fail(`nothing was refused; expected ${codes.join(' or ')}`),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof AccessError)) {
      throw error;
    }
    assert.ok(codes.includes(error.code), `${error.code} instead of ${codes.join(' or ')}: ${error.message}`);
    return error;
  }
}
