import type { Config } from '../../bot/config.ts';
import { createArmAdministration } from '../../src/adapters/arm/administration.ts';
import { createArmCatalogue } from '../../src/adapters/arm/catalogue.ts';
import { createArmReader } from '../../src/adapters/arm/surface-reader.ts';
import { createSystemClock } from '../../src/adapters/clock/system-clock.ts';
import { createGraphAdministration } from '../../src/adapters/graph/administration.ts';
import { createTenantFeed } from '../../src/adapters/graph/audit-feed.ts';
import { createGraphCatalogue } from '../../src/adapters/graph/catalogue.ts';
import { createGraphPeople } from '../../src/adapters/graph/people.ts';
import { createDirectoryReader, createGroupReader } from '../../src/adapters/graph/surface-reader.ts';
import { createIdentities } from '../../src/adapters/identity/identities.ts';
import type { Secret } from '../../src/adapters/identity/secret.ts';
import type { ArmTokenSource, BearerTokens, TokenSource } from '../../src/adapters/identity/token-source.ts';
import { createRoleCatalogue } from '../../src/adapters/role-catalogue.ts';
import { createTenantReader } from '../../src/adapters/tenant-reader.ts';
import type { RoleAtScope } from '../../src/domain/assignment.ts';
import { principalId } from '../../src/domain/ids.ts';
import type { HeldSettings } from '../../src/domain/role-settings.ts';
import { asAccessError } from '../../src/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { RoleAdministration } from '../../src/ports/role-administration.ts';
import type { RoleCatalogue } from '../../src/ports/role-catalogue.ts';
import { noTelemetry } from '../../src/ports/telemetry.ts';
import type { TenantFeed } from '../../src/ports/tenant-feed.ts';
import type { TenantReader } from '../../src/ports/tenant-reader.ts';

/** What the command line sees of a tenant, as the reader: an application's own token, read only. */
export interface Tenant {
  /** Roles of exactly this name on every part of PIM that the reader can see, and why a part could not be searched. */
  findRoles(words: string, scope: string | null): Promise<FoundRoles>;
  readSettings(role: RoleAtScope): Promise<HeldSettings>;
  /** Settings, people and eligible assignments. */
  readonly reader: TenantReader;
  /** Role definitions and operations. */
  readonly catalogue: RoleCatalogue;
}

export interface FoundRoles {
  readonly roles: readonly RoleAtScope[];
  readonly unread: readonly string[];
}

/** Nobody in particular: the tokens are the reader's, whoever is named. */
const READER = { principalId: principalId('00000000-0000-0000-0000-000000000000') };

export function openTenant(config: Config<Secret>): Tenant {
  const clock = createSystemClock();
  const log = { warn: () => {} };
  const own = readerTokens(config);
  const graph = { graphUrl: config.graphUrl, clock, log, tokens: asPerson(own.graph) };
  const arm = { armUrl: config.armUrl, clock, log, tokens: asPerson(own.arm) };
  const parts: readonly RoleAdministration[] = [
    createGraphAdministration({ ...graph, surface: 'directory' }),
    createGraphAdministration({ ...graph, surface: 'group' }),
    createArmAdministration(arm),
  ];
  const partOf = ({ surface }: RoleAtScope): RoleAdministration =>
    parts.find((part) => part.surface === surface) as RoleAdministration;
  const asReader = { ...graph, tokens: own.graph };
  return {
    catalogue: createRoleCatalogue({
      clock,
      log,
      azure: createArmCatalogue({ ...arm, tokens: own.arm }),
      directory: createGraphCatalogue(asReader),
    }),
    reader: createTenantReader({
      clock,
      log,
      people: createGraphPeople(asReader),
      readers: [
        createDirectoryReader(asReader),
        createGroupReader(asReader),
        createArmReader({ ...arm, tokens: own.arm }),
      ],
    }),
    readSettings: async (role) => await partOf(role).readSettings(READER, role),
    async findRoles(words, scope) {
      const settled = await Promise.allSettled(parts.map((part) => part.findRoles(READER, words, scope)));
      return {
        roles: settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
        unread: settled.flatMap((one) => (one.status === 'rejected' ? [asAccessError(one.reason).message] : [])),
      };
    },
  };
}

/** PIM's log, as the reader sees it. */
export function openFeed(config: Config<Secret>, { clock, log }: { clock: Pick<Clock, 'now'>; log: Log }): TenantFeed {
  return createTenantFeed({ graphUrl: config.graphUrl, clock, log, tokens: readerTokens(config).graph });
}

function asPerson(tokens: BearerTokens): TokenSource & ArmTokenSource {
  return {
    graphToken: () => tokens.token(),
    rejectGraphToken: (_actor, token) => tokens.reject(token),
    armToken: () => tokens.token(),
    rejectArmToken: (_actor, token) => tokens.reject(token),
  };
}

function readerTokens(config: Config<Secret>) {
  const settings = { ...config, clock: createSystemClock(), watch: noTelemetry.callsOf('reader') };
  return createIdentities(settings).readerTokens(config.readerAppId, config.readerAppSecret);
}
