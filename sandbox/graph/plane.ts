import type { Kind, PimRequest, Schedule, Subject } from '../pim/model.ts';
import type { Policy } from '../pim/policy.ts';
import type { AccessToken } from '../platform/types.ts';
import type { Body } from './body.ts';
import type { Filterable, Json } from './filter.ts';
import type { Row } from './list.ts';
import type { Call } from './route.ts';
import type { Graph } from './tools.ts';

export type View = 'instances' | 'schedules';

/** A read-only collection of who is or was given what. */
export interface Collection {
  readonly name: string;
  /** What stands in `Collection(…)` of the function's context. */
  readonly type: string;
  readonly filterable: Filterable;
}

/** A collection of what was asked of PIM. */
export interface RequestCollection {
  readonly name: string;
  readonly filterable: Filterable;
  /** What `filterByCurrentUser` knows here. */
  readonly options: readonly string[];
}

/** Permissions that open a call; each list begins with the least. */
export interface Permissions {
  readonly lists: Readonly<Record<Kind, readonly string[]>>;
  readonly requests: Readonly<Record<Kind, readonly string[]>>;
  readonly writes: Readonly<Record<Kind, readonly string[]>>;
  readonly removals: Readonly<Record<Kind, readonly string[]>>;
  readonly approvals: readonly string[];
  readonly decisions: readonly string[];
  readonly policies: readonly string[];
  readonly policyWrites: readonly string[];
}

/** How an approval is addressed: version of Graph, and what its parts are called in paths and in the body. */
export interface ApprovalPath {
  readonly version: 'v1.0' | 'beta';
  readonly segments: readonly string[];
  readonly property: 'stages' | 'steps';
}

/** In what one plane of PIM on Graph differs from the other: addresses, permissions, properties. */
export interface Plane {
  readonly surface: 'directory' | 'group';
  /** Address without version. */
  readonly base: string;
  readonly collections: Readonly<Record<Kind, Readonly<Record<View, Collection>>>>;
  readonly requests: Readonly<Record<Kind, RequestCollection>>;
  readonly permissions: Permissions;

  readonly approvals: {
    readonly name: string;
    readonly paths: readonly ApprovalPath[];
    readonly options: readonly string[];
    /** Whether the collection itself can be read. */
    readonly isListed: boolean;
  };
  readonly policies: PolicyPlane;

  /** Properties of a request's body that only this plane has; what they say; 501 for what is not simulated. */
  readonly properties: readonly string[];
  parseSubject(body: Body): Subject;
  /** Throws when this caller may not list what belongs to everybody, or asks for it in a way that Graph refuses. */
  checkList(graph: Graph, call: Call): void;
  /** Whether the caller may see what others hold of this subject. */
  maySeeOthers(graph: Graph, caller: AccessToken, subject: Subject): boolean;

  requestJson(request: PimRequest): Json;
  scheduleJson(schedule: Schedule, principalId: string): Json;
  instanceJson(schedule: Schedule, principalId: string): Json;
  links(graph: Graph, subject: Subject, principalId: string): Row['links'];
}

/** Role settings of one plane. */
export interface PolicyPlane {
  readonly scopeType: 'DirectoryRole' | 'Group';
  /** The settings there are for a scope; null: for any scope. */
  list(graph: Graph, scopeId: string | null): readonly Policy[];
  /** The id's part before the GUID. */
  prefix(graph: Graph, policy: Policy): string;
  guid(graph: Graph, policy: Policy): string;
  /** Whether an application may change settings. */
  readonly isAppAllowed: boolean;
  mayChange(graph: Graph, caller: AccessToken, subject: Subject): boolean;
}
