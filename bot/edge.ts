import type { RecipientId } from '../src/domain/ids.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { Telemetry } from '../src/ports/telemetry.ts';
import type { Services } from '../src/use-cases/services.ts';
import type { Acquaintances } from './acquaintances.ts';
import { TeamsAdapter } from './adapter.ts';
import { createKeyCheck } from './channel-keys.ts';
import type { Config } from './config.ts';
import type { Hall } from './hall.ts';
import { createTurnHandlers } from './handlers.ts';
import { observeTurns } from './observed-turns.ts';
import { createPageFlow } from './page-flow.ts';
import { createPageLimits } from './pages/address-limit.ts';
import { createPageExports } from './pages/exports.ts';
import { createPages } from './pages/pages.ts';
import { createPageServer } from './pages/serve.ts';
import { createReadiness } from './readiness.ts';
import type { RenderCard } from './rendering.ts';
import { type BotServer, createServer } from './server.ts';
import type { ServiceUrls } from './service-urls.ts';
import { inLine } from './turns-in-line.ts';
import { createTurnsOf } from './turns-of.ts';

export interface EdgeParts {
  readonly config: Config<unknown>;
  readonly log: Log;
  readonly clock: Clock;
  /** The machine's own, whatever the clock of the product is: it is the machine that page limits spare. */
  readonly machineClock: Clock;
  readonly acquaintances: Acquaintances;
  readonly telemetry: Telemetry;
  readonly printMetrics: (() => Promise<string>) | null;
  readonly serviceUrls: ServiceUrls;
  readonly render: RenderCard;
  publicUrl(): string;
  resume(recipient: RecipientId): Promise<void>;
}

/** Puts the Teams edge together: what comes in over HTTP, judged, and the pages. */
export function createEdge(parts: EdgeParts, services: Services, hall: Hall): BotServer {
  const { config, log, clock, acquaintances, telemetry, publicUrl, serviceUrls } = parts;
  const { tenantId, botAppId, loginUrl, channelMetadataUrl, port, host, turnsPerMinute } = config;
  const { channelIssuer } = config.cloud;
  const adapter = new TeamsAdapter({ tenantId, botAppId, loginUrl, channelMetadataUrl, channelIssuer, log });
  const { background } = hall;
  const handlers = inLine(createTurnHandlers(services), hall.line);
  const flow = createPageFlow({ services, handlers, background });
  const exports = createPageExports(acquaintances.store);
  const pages = createPages({ flow, exports, clock, log, publicUrl, loginUrl });
  return createServer({
    port,
    host,
    guard: { tenantId, botAppId, serviceUrls },
    log,
    receive: async (authorization, activity, turn) => {
      const verdict = await adapter.receive(authorization, activity, turn);
      telemetry.count('pimlico_activities_total', { status: String(verdict.status) });
      return verdict;
    },
    handle: observeTurns(createTurnsOf({ ...parts, ...hall, services, handlers, botAppId, turnsPerMinute }), telemetry),
    servePage: createPageServer(pages, createPageLimits(parts.machineClock)),
    readiness: createReadiness({ store: acquaintances.store, telemetry, haveKeys: createKeyCheck(channelMetadataUrl) }),
    inFlight: () => background.size(),
    metrics: parts.printMetrics,
  });
}
