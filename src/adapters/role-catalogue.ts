import { createHash } from 'node:crypto';
import type { DenyAssignment } from '../domain/deny-assignment.ts';
import type {
  AzureOperation,
  AzureRoleDefinition,
  DirectoryAction,
  DirectoryRoleDefinition,
  ScopeHierarchy,
} from '../domain/role-definition.ts';
import { asAccessError, type ErrorCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { KnowledgePart, RoleCatalogue, RoleKnowledge } from '../ports/role-catalogue.ts';
import type { ArmCatalogue } from './arm/catalogue.ts';
import type { GraphCatalogue } from './graph/catalogue.ts';
import type { Reading } from './readable-rows.ts';

export interface RoleCatalogueSettings {
  readonly azure: ArmCatalogue;
  readonly directory: GraphCatalogue;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
}

/** Keeps what the reader sees of roles, operations and scopes in the memory of this replica. */
export function createRoleCatalogue(settings: RoleCatalogueSettings): RoleCatalogue {
  return new KeptCatalogue(settings);
}

interface Values {
  readonly 'azure-roles': readonly AzureRoleDefinition[];
  readonly 'azure-operations': readonly AzureOperation[];
  readonly 'azure-hierarchy': ScopeHierarchy;
  readonly 'directory-roles': readonly DirectoryRoleDefinition[];
  readonly 'directory-actions': readonly DirectoryAction[];
}
type Shelves = { readonly [Part in KnowledgePart]: Shelf<Values[Part]> };

/** One part as it was last read. */
interface Shelf<T> {
  readonly value: T;
  /** Equal where the values are, in whatever order they came. */
  readonly print: string;
  /** Why the last reading was not all of it. */
  readonly code: ErrorCode | null;
  readonly dueAt: Temporal.Instant;
}

/** What Microsoft offers changes with its releases, and is many megabytes; what the tenant holds may change at any minute. */
const LIFE: Readonly<Record<KnowledgePart, Temporal.DurationLike>> = {
  'azure-roles': { minutes: 10 },
  'azure-operations': { hours: 6 },
  'azure-hierarchy': { minutes: 10 },
  'directory-roles': { minutes: 10 },
  'directory-actions': { hours: 6 },
};
/** A right that is missing is not there a minute later; an answer that was lost may be. */
const SOON: Temporal.DurationLike = { minutes: 1 };
const NEVER = Temporal.Instant.fromEpochMilliseconds(0);

const NOTHING: Shelves = {
  'azure-roles': nothing([]),
  'azure-operations': nothing([]),
  'azure-hierarchy': nothing({ parentOfGroup: new Map(), groupOfSubscription: new Map(), nameOf: new Map() }),
  'directory-roles': nothing([]),
  'directory-actions': nothing([]),
};

class KeptCatalogue implements RoleCatalogue {
  readonly #settings: RoleCatalogueSettings;
  #shelves = NOTHING;
  #known: RoleKnowledge | null = null;
  #contents: Contents | null = null;
  #reading: Promise<RoleKnowledge> | null = null;

  constructor(settings: RoleCatalogueSettings) {
    this.#settings = settings;
  }

  async current(): Promise<RoleKnowledge> {
    if (this.#known === null) {
      return await this.#refresh();
    }
    const due = Object.values(this.#shelves).filter((shelf) => this.#isDue(shelf));
    if (due.some(({ code }) => code !== null)) {
      // What could not be read long ago may be there by now: that it is missing is said only where it is.
      return await this.#refresh();
    }
    if (due.length > 0) {
      // Nobody waits for it, and it does not fail: what cannot be read is named in what it answers.
      void this.#refresh();
    }
    return this.#known;
  }

  forget(): void {
    const { 'azure-roles': azure, 'directory-roles': directory } = this.#shelves;
    this.#shelves = {
      ...this.#shelves,
      'azure-roles': { ...azure, dueAt: NEVER },
      'directory-roles': { ...directory, dueAt: NEVER },
    };
    this.#known = null;
    // What is being read now may be as old as what is forgotten.
    this.#reading = null;
  }

  async readDenials(scopeId: string): Promise<readonly DenyAssignment[]> {
    return await this.#settings.azure.readDenials(scopeId);
  }

  async #refresh(): Promise<RoleKnowledge> {
    this.#reading ??= this.#readDue(this.#shelves);
    return await this.#reading;
  }

  async #readDue(before: Shelves): Promise<RoleKnowledge> {
    const { azure, directory } = this.#settings;
    const [azureRoles, azureOperations, azureHierarchy, directoryRoles, directoryActions] = await Promise.all([
      this.#read('azure-roles', before, () => azure.readRoles()),
      this.#read('azure-operations', before, () => azure.readOperations()),
      this.#read('azure-hierarchy', before, () => azure.readHierarchy()),
      this.#read('directory-roles', before, () => directory.readRoles()),
      this.#read('directory-actions', before, () => directory.readActions()),
    ]);
    if (this.#shelves !== before) {
      return await this.current();
    }
    const shelves: Shelves = {
      'azure-roles': azureRoles,
      'azure-operations': azureOperations,
      'azure-hierarchy': azureHierarchy,
      'directory-roles': directoryRoles,
      'directory-actions': directoryActions,
    };
    this.#shelves = shelves;
    this.#reading = null;
    this.#known = this.#knowledge(shelves);
    return this.#known;
  }

  /** The part as it is now; where it could not be read, as it was, with the reason. */
  async #read<Part extends KnowledgePart>(
    part: Part,
    before: Shelves,
    read: () => Promise<Reading<Values[Part]>>,
  ): Promise<Shelf<Values[Part]>> {
    const shelf: Shelf<Values[Part]> = before[part];
    if (!this.#isDue(shelf)) {
      return shelf;
    }
    const { clock, log } = this.#settings;
    const dueAt = (code: ErrorCode | null): Temporal.Instant =>
      clock.now().add(code === null || code === 'graph.forbidden' ? LIFE[part] : SOON);
    try {
      const { value, code } = await read();
      if (code !== null) {
        log.warn('catalogue.part_incomplete', { part, code });
      }
      const print = printOf(value);
      return { value: print === shelf.print ? shelf.value : value, print, code, dueAt: dueAt(code) };
    } catch (error) {
      const { code, message } = asAccessError(error);
      log.warn('catalogue.part_unread', { part, code, message });
      return { ...shelf, code, dueAt: dueAt(code) };
    }
  }

  #knowledge(shelves: Shelves): RoleKnowledge {
    const unread = Object.entries(shelves).flatMap(([part, { code }]) =>
      code === null ? [] : [{ part: part as KnowledgePart, code }],
    );
    this.#contents = contentsOf(shelves, this.#contents);
    return { ...this.#contents, readAt: this.#settings.clock.now(), unread };
  }

  #isDue({ dueAt }: Pick<Shelf<unknown>, 'dueAt'>): boolean {
    return Temporal.Instant.compare(this.#settings.clock.now(), dueAt) >= 0;
  }
}

/** What is known, without when and what of it is missing. */
type Contents = Omit<RoleKnowledge, 'readAt' | 'unread'>;

/** What did not change stays the same object, under the same number. */
function contentsOf(shelves: Shelves, last: Contents | null): Contents {
  const operations = shelves['azure-operations'].value;
  const directoryActions = shelves['directory-actions'].value;
  const hierarchy = shelves['azure-hierarchy'].value;
  const roles = [...shelves['azure-roles'].value, ...shelves['directory-roles'].value];
  const areRolesSame = roles.length === last?.roles.length && roles.every((role, index) => role === last.roles[index]);
  if (
    areRolesSame &&
    operations === last.operations &&
    directoryActions === last.directoryActions &&
    hierarchy === last.hierarchy
  ) {
    return last;
  }
  return {
    version: (last?.version ?? 0) + 1,
    roles: areRolesSame ? last.roles : roles,
    operations,
    directoryActions,
    hierarchy,
  };
}

function nothing<T>(value: T): Shelf<T> {
  return { value, print: printOf(value), code: null, dueAt: NEVER };
}

/** A digest that does not depend on the order in which rows came. */
function printOf(value: unknown): string {
  const rows: readonly unknown[] = Array.isArray(value) ? value : [value];
  const digest = createHash('sha256');
  for (const row of rows.map((one) => JSON.stringify(one, mapsAsPairs)).toSorted()) {
    digest.update(row).update('\n');
  }
  return digest.digest('hex');
}

function mapsAsPairs(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value].toSorted() : value;
}
