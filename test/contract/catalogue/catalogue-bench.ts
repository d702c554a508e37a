import type { RunningSandbox } from '../../../sandbox/start.ts';
import { startSandbox } from '../../../sandbox/start.ts';
import { createArmCatalogue } from '../../../src/adapters/arm/catalogue.ts';
import { createGraphCatalogue } from '../../../src/adapters/graph/catalogue.ts';
import { createReaderTokens } from '../../../src/adapters/identity/app-tokens.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createRoleCatalogue } from '../../../src/adapters/role-catalogue.ts';
import type { RoleDefinition } from '../../../src/domain/role-definition.ts';
import type { KnowledgePart, RoleCatalogue, RoleKnowledge } from '../../../src/ports/role-catalogue.ts';
import { trustCertificateAuthority } from '../../support/trust-ca.ts';

const AZURE = 'https://management.azure.com';
const START = Temporal.Instant.from('2026-11-23T08:00:00Z');

/** The catalogue's adapters, as the reader, before a fresh sandbox at eight o'clock. */
export interface CatalogueBench {
  readonly sandbox: RunningSandbox;
  readonly catalogue: RoleCatalogue;
  /** Sets a fault of the sandbox. */
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  /** What Graph and ARM were asked since the last time: method and path, without the query. */
  calls(): readonly string[];
  close(): Promise<void>;
}

export async function createCatalogueBench(): Promise<CatalogueBench> {
  const sandbox = await startSandbox({ now: START });
  trustCertificateAuthority(sandbox.caPem);
  const { apps, calls, clock, tenantId, urls } = sandbox;
  const credential = { secret: new Secret(apps.reader.secret) };
  const app = { clock, loginUrl: urls.login, tenantId, clientId: apps.reader.clientId, credential };
  const common = { clock, log: { warn: () => undefined }, pause: () => Promise.resolve() };
  let seen = 0;
  return {
    sandbox,
    catalogue: createRoleCatalogue({
      ...common,
      azure: createArmCatalogue({ ...common, armUrl: urls.arm, tokens: createReaderTokens(app, AZURE) }),
      directory: createGraphCatalogue({
        ...common,
        graphUrl: urls.graph,
        tokens: createReaderTokens(app, 'https://graph.microsoft.com'),
      }),
    }),
    fault: async (fault) => {
      const answer = await fetch(`${urls.control}/faults`, { method: 'POST', body: JSON.stringify(fault) });
      if (!answer.ok) {
        throw new Error(await answer.text());
      }
    },
    calls: () => {
      const since = calls.since(seen).filter(({ service }) => service === 'arm' || service === 'graph');
      seen = calls.lastSeq;
      return since.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    },
    close: () => sandbox.close(),
  };
}

export function roleNamed(known: RoleKnowledge, name: string): RoleDefinition | undefined {
  return known.roles.find((role) => role.name === name);
}

export function codeOf(known: RoleKnowledge, part: KnowledgePart): string | null {
  return known.unread.find((one) => one.part === part)?.code ?? null;
}
