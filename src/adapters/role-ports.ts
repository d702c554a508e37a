import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { RoleAdministration, TenantDirectory } from '../ports/role-administration.ts';
import type { RoleCatalogue } from '../ports/role-catalogue.ts';
import type { AccessProbe, RoleDefinitions } from '../ports/role-definitions.ts';
import type { RoleManagement } from '../ports/role-management.ts';
import { noTelemetry, type Telemetry } from '../ports/telemetry.ts';
import type { TenantFeed } from '../ports/tenant-feed.ts';
import type { TenantReader } from '../ports/tenant-reader.ts';
import { createAccessProbe } from './access-probe.ts';
import { createArmAdministration } from './arm/administration.ts';
import { createArmCatalogue } from './arm/catalogue.ts';
import { createArmRoleManagement } from './arm/role-management.ts';
import { createArmReader } from './arm/surface-reader.ts';
import { createGraphAdministration } from './graph/administration.ts';
import { createTenantDirectory } from './graph/administration-directory.ts';
import { createTenantFeed } from './graph/audit-feed.ts';
import { createGraphCatalogue } from './graph/catalogue.ts';
import { createGraphPeople } from './graph/people.ts';
import { createGraphRoleManagement, createGroupRoleManagement } from './graph/role-management.ts';
import { createDirectoryReader, createGroupReader } from './graph/surface-reader.ts';
import type { ArmTokenSource, BearerTokens, TokenSource } from './identity/token-source.ts';
import type { PlanePace } from './pace/pace.ts';
import { createRoleCatalogue } from './role-catalogue.ts';
import { createArmRoleDefinitions } from './role-definitions/arm-definitions.ts';
import { createGraphRoleDefinitions } from './role-definitions/graph-definitions.ts';
import { createTenantReader } from './tenant-reader.ts';

export interface RolePortsSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly telemetry?: Telemetry;
  readonly graphUrl: string;
  readonly armUrl: string;
  /** People's delegated tokens. */
  readonly tokens: TokenSource & ArmTokenSource;
  /** The reader's own tokens, one kind for each service. */
  readonly readerTokens: { readonly graph: BearerTokens; readonly arm: BearerTokens };
  /** What is known of throttling by each service, shared with other replicas. */
  readonly paces: { readonly graph: PlanePace; readonly arm: PlanePace };
}

/** Everything that Microsoft keeps of roles, as the use-cases ask for it. */
export interface RolePorts {
  readonly parts: readonly RoleManagement[];
  readonly administration: readonly RoleAdministration[];
  readonly directory: TenantDirectory;
  readonly reader: TenantReader;
  readonly feed: TenantFeed;
  readonly catalogue: RoleCatalogue;
  readonly probe: AccessProbe;
  readonly definitions: readonly RoleDefinitions[];
}

/** Puts the adapters of the three surfaces together. */
export function createRolePorts(settings: RolePortsSettings): RolePorts {
  const { clock, log, graphUrl, armUrl, tokens, readerTokens, paces, telemetry = noTelemetry } = settings;
  const [person, reader] = [telemetry.callsOf('person'), telemetry.callsOf('reader')];
  const graph = { clock, log, graphUrl, tokens, watch: person, pace: paces.graph.people };
  const arm = { clock, log, armUrl, tokens, watch: person, pace: paces.arm.people };
  const armReader = { clock, log, armUrl, tokens: readerTokens.arm, watch: reader, pace: paces.arm.background };
  const graphReader = { clock, log, graphUrl, tokens: readerTokens.graph, watch: reader, pace: paces.graph.background };
  return {
    parts: [createGraphRoleManagement(graph), createGroupRoleManagement(graph), createArmRoleManagement(arm)],
    administration: [
      createGraphAdministration({ ...graph, surface: 'directory' }),
      createGraphAdministration({ ...graph, surface: 'group' }),
      createArmAdministration(arm),
    ],
    directory: createTenantDirectory(graph),
    feed: createTenantFeed(graphReader),
    probe: createAccessProbe({ graph, arm }),
    definitions: [createGraphRoleDefinitions(graph), createArmRoleDefinitions(arm)],
    catalogue: createRoleCatalogue({
      clock,
      log,
      azure: createArmCatalogue(armReader),
      directory: createGraphCatalogue(graphReader),
    }),
    reader: createTenantReader({
      clock,
      log,
      people: createGraphPeople(graphReader),
      readers: [createDirectoryReader(graphReader), createGroupReader(graphReader), createArmReader(armReader)],
    }),
  };
}
