import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Pool } from 'pg';
import { keepAudit } from '../src/adapters/audit/keep-audit.ts';
import { createRemoteClock } from '../src/adapters/clock/remote-clock.ts';
import { createSystemClock } from '../src/adapters/clock/system-clock.ts';
import { type OpenDocuments, openDocuments } from '../src/adapters/documents/open-documents.ts';
import { createConnectorTokens } from '../src/adapters/identity/app-tokens.ts';
import { createIdentities, type Identities } from '../src/adapters/identity/identities.ts';
import { Secret } from '../src/adapters/identity/secret.ts';
import { createSignInPage } from '../src/adapters/identity/sign-in-page.ts';
import { createSignIns } from '../src/adapters/identity/sign-ins.ts';
import { type Jobs, startJobs } from '../src/adapters/jobs/start-jobs.ts';
import { createOnCall } from '../src/adapters/on-call/on-call.ts';
import { createPace } from '../src/adapters/pace/gate.ts';
import { createPaces, PACE_CHANNEL, type Paces } from '../src/adapters/pace/shared-pace.ts';
import { startEmbeddedPostgres } from '../src/adapters/postgres/embedded.ts';
import { exclusively } from '../src/adapters/postgres/exclusive.ts';
import { watchDatabase } from '../src/adapters/postgres/gauges.ts';
import { migrate } from '../src/adapters/postgres/migrate.ts';
import { createPostgresOutbox } from '../src/adapters/postgres/outbox.ts';
import { postgresPaceLedger } from '../src/adapters/postgres/pace-ledger.ts';
import { createPostgresPool } from '../src/adapters/postgres/pool.ts';
import { createSignOutChannel } from '../src/adapters/postgres/sign-out-channel.ts';
import { createPostgresStore } from '../src/adapters/postgres/store.ts';
import { createTokenHolders, type TokenHolders } from '../src/adapters/postgres/token-holders.ts';
import { openRoleFolder } from '../src/adapters/role-files/role-folder.ts';
import { createRolePorts } from '../src/adapters/role-ports.ts';
import { observeJobs, observeOutbox } from '../src/adapters/telemetry/observed-delivery.ts';
import { observeStore } from '../src/adapters/telemetry/observed-store.ts';
import { openTelemetry } from '../src/adapters/telemetry/open-telemetry.ts';
import { openWebhook } from '../src/adapters/webhook/signed-webhook.ts';
import { AccessError } from '../src/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { Outbox } from '../src/ports/outbox.ts';
import type { Telemetry } from '../src/ports/telemetry.ts';
import { EligibilityShelf } from '../src/use-cases/eligibility-shelf.ts';
import { catchUp } from '../src/use-cases/reconcile/catch-up.ts';
import { RoleSurfaces } from '../src/use-cases/role-surfaces.ts';
import type { Services } from '../src/use-cases/services.ts';
import { type Acquaintances, createAcquaintances } from './acquaintances.ts';
import { TeamsAdapter } from './adapter.ts';
import { ssoResource } from './answers.ts';
import { createKeyCheck } from './channel-keys.ts';
import { type Config, type Environment, loadConfig } from './config.ts';
import { type Connector, createConnector } from './connector.ts';
import { createDelivery } from './delivery.ts';
import { createHall, type Hall } from './hall.ts';
import { createTurnHandlers } from './handlers.ts';
import { createJobHandlers } from './job-handlers.ts';
import { observeTurns } from './observed-turns.ts';
import { createPacedConnector } from './paced-connector.ts';
import { createPageFlow } from './page-flow.ts';
import { createPageLimits } from './pages/address-limit.ts';
import { createPageExports } from './pages/exports.ts';
import { redirectUri } from './pages/link.ts';
import { createPages } from './pages/pages.ts';
import { createPageServer } from './pages/serve.ts';
import { createReadiness } from './readiness.ts';
import { createRenderer, createSummary, type RenderCard } from './rendering.ts';
import { type BotServer, createServer } from './server.ts';
import { createServiceUrls, type ServiceUrls } from './service-urls.ts';
import { startDraining, stopWorking } from './stopping.ts';
import { TEAMS_LIMITS } from './teams-limits.ts';
import { inLine } from './turns-in-line.ts';
import { createTurnsOf } from './turns-of.ts';
import { noteUndeliverable } from './undeliverable.ts';

export type AppConfig = Config<Secret>;

/** Reads the settings with secrets sealed. @throws {AccessError} config.invalid, with every problem in its message */
export function loadAppConfig(env: Environment): AppConfig {
  return loadConfig(env, (text) => new Secret(text));
}

/** The bot, put together and ready to listen. */
export interface App {
  /** Names this start of the process: claims in the database carry it. */
  readonly replica: string;
  /** Starts to listen and gives the bot's address. @throws {AccessError} config.invalid when the address is taken */
  listen(): Promise<string>;
  /**
   * Takes nothing new, finishes what is running for at most eight seconds in all, and lets go of everything. What was cut off is
   * taken up by another replica, or by the next start: sentences, cards, timers and intents are rows.
   */
  close(): Promise<void>;
}

/** Connections that turns may have open at a time; jobs have their own. */
const TURN_CONNECTIONS = 16;

/**
 * Puts the bot together: database (our own when none is named) and its migrations, identities, use-cases, jobs, and the
 * Teams edge. What was opened before something fails is closed again.
 *
 * @throws {AccessError} config.invalid
 */
export async function createApp(config: AppConfig, log: Log): Promise<App> {
  const closers: Closers = [];
  const closeAll = async (): Promise<void> => {
    const leftMs = startDraining();
    for (const close of closers.splice(0).reverse()) {
      await close(leftMs).catch((error: unknown) => log.error('close.failed', { error }));
    }
  };
  try {
    const replica = `${config.replica}#${randomUUID().slice(0, 8)}`;
    const address = { url: config.publicUrl };
    const server = await compose({ config, log, replica, address }, closers);
    const listen = async (): Promise<string> => {
      const url = await listening(server, config);
      address.url ??= url;
      return url;
    };
    return { replica, listen, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function listening(server: BotServer, { host, port }: AppConfig): Promise<string> {
  try {
    return await server.listen();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new AccessError('config.invalid', `PIMLICO_PORT: ${host}:${port} cannot be listened on (${code})`, { cause });
  }
}

/** Each is told how many milliseconds are left for what is running. */
type Closers = ((leftMs: () => number) => Promise<unknown>)[];

interface Frame {
  readonly config: AppConfig;
  readonly log: Log;
  /** A name for each start: claims of a process that was killed are not taken for one's own. */
  readonly replica: string;
  /** Where browsers find the pages: on a port of the machine's choice, the address that it turns out to be. */
  readonly address: { url: string | null };
}

async function compose({ config, log: plainLog, replica, address }: Frame, closers: Closers): Promise<BotServer> {
  const { areMetricsOn: isScraped, otlpUrl } = config;
  const sight = await openTelemetry({ isScraped, otlpUrl, replica: config.replica, log: plainLog });
  closers.push(() => sight.close());
  const { telemetry } = sight;
  const log = telemetry.logged(plainLog);
  const clock = await openClock(config, log, closers);
  const databaseUrl = await openDatabase(config, log, closers);
  const pool = createPostgresPool({ url: databaseUrl, log, max: TURN_CONNECTIONS, name: 'pimlico' });
  closers.push(() => pool.end());
  await migrate(pool, { log });
  let jobs: Jobs | null = null;
  const onTimer = (dueAt: Temporal.Instant): void => jobs?.wake(dueAt);
  const documents = await openDocuments(config, log);
  closers.push(() => documents.close());
  const kept = createPostgresStore({
    pool,
    clock,
    replica,
    onTimer,
    trace: () => telemetry.trace(),
    auditFacts: () => ({ rulebook: documents.rules.current().version }),
  });
  const acquaintances = createAcquaintances(observeStore(kept, { telemetry, clock }), clock);
  watchDatabase(telemetry, { pool, clock });
  const audit = await keepAudit(config, { pool, clock, log });
  closers.push(() => audit.close());

  const serviceUrls = createServiceUrls(config.serviceHosts);
  const identities = createIdentities({ ...config, clock, watch: telemetry.callsOf('bot') });
  const { authority } = identities;
  const { tenantId, botAppId } = config;
  const holders = createTokenHolders({ pool, connectionString: databaseUrl, log });
  closers.push(() => holders.close());
  const tokens = createConnectorTokens(authority(botAppId, config.botAppSecret));
  const parts: Parts = {
    config,
    log,
    clock,
    identities,
    acquaintances,
    holders,
    telemetry,
    documents,
    printMetrics: sight.print,
    paces: createPaces({ pool, clock, log }),
    serviceUrls,
    connector: pacedConnector(
      createConnector({ tenantId, botAppId, serviceUrls, tokens, watch: telemetry.callsOf('bot') }),
      { config, pool, clock },
    ),
    publicUrl: () => address.url ?? '',
    render: createRenderer(clock, () => address.url),
  };
  const outbox = observeOutbox(createPostgresOutbox({ pool, clock, replica }), telemetry);
  const services = createServices(parts, outbox);
  const signOuts = await createSignOutChannel({
    connectionString: databaseUrl,
    clock,
    log,
    onChanged: acquaintances.forget,
    onSignedOut(person, at) {
      acquaintances.forget(person);
      services.signIns.forget(person, at);
      services.eligibility.forget(person);
    },
    others: { [PACE_CHANNEL]: parts.paces.hear },
  });
  closers.push(() => signOuts.close());
  // Before any timer fires or card is sent: the tenant may have moved on while nobody was there.
  await exclusively(pool, 'catch-up', () => catchUp(services));
  const hall = createHall({ store: acquaintances.store, log, atATime: config.turnsAtATime });
  closers.push(async () => hall.close());
  jobs = await startJobs({
    pool,
    connectionString: databaseUrl,
    clock,
    replica,
    handlers: observeJobs(createJobHandlers(services, { holders, resumption: hall.resumption }), telemetry, clock),
    concurrency: config.jobConcurrency,
    log,
  });
  const server = createEdge(parts, services, hall);
  closers.push((leftMs) => stopWorking({ server, background: hall.background, jobs: jobs as Jobs, log }, leftMs));
  return server;
}

/** Every call to Teams is counted together with those of the other replicas. */
function pacedConnector(
  connector: Connector,
  { config, pool, clock }: { readonly config: AppConfig; readonly pool: Pool; readonly clock: Clock },
): Connector {
  if (!config.isPacingOn) {
    return connector;
  }
  const ledger = postgresPaceLedger({ pool, clock, limits: TEAMS_LIMITS });
  return createPacedConnector({ connector, pace: createPace({ ledger, clock }), clock });
}

interface Parts {
  readonly identities: Identities;
  readonly config: AppConfig;
  readonly log: Log;
  readonly clock: Clock;
  readonly acquaintances: Acquaintances;
  readonly holders: TokenHolders;
  readonly telemetry: Telemetry;
  readonly documents: OpenDocuments;
  readonly printMetrics: (() => Promise<string>) | null;
  readonly paces: Paces;
  readonly serviceUrls: ServiceUrls;
  readonly connector: Connector;
  readonly render: RenderCard;
  publicUrl(): string;
}

async function openClock({ clockUrl, replica }: AppConfig, log: Log, closers: Closers): Promise<Clock> {
  if (clockUrl === null) {
    return createSystemClock();
  }
  const clock = await createRemoteClock({ url: clockUrl, subscriber: replica, log });
  closers.push(() => clock.close());
  return clock;
}

async function openDatabase({ databaseUrl, dataDir }: AppConfig, log: Log, closers: Closers): Promise<string> {
  if (databaseUrl !== null) {
    return databaseUrl.reveal();
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log });
  closers.push(() => embedded.stop());
  return embedded.url;
}

function createServices(parts: Parts, outbox: Outbox): Services {
  const { config, log, clock, acquaintances, connector, telemetry, serviceUrls, render } = parts;
  const { store } = acquaintances;
  const { tenantId, loginUrl, graphUrl, armUrl, botAppId } = config;
  const { authority } = parts.identities;
  const selfService = authority(config.selfServiceAppId, config.selfServiceAppSecret);
  const signIns = createSignIns({ ...selfService, expectedAudiences: [ssoResource(botAppId)], holders: parts.holders });
  const {
    parts: surfaces,
    administration,
    ...ports
  } = createRolePorts({
    clock,
    log,
    telemetry,
    graphUrl,
    armUrl,
    tokens: signIns,
    readerTokens: parts.identities.readerTokens(config.readerAppId, config.readerAppSecret),
    paces: parts.paces,
  });
  const roles = new RoleSurfaces(surfaces, administration);
  const delivery = createDelivery({
    outbox,
    connector,
    store,
    clock,
    log,
    render,
    botAppId,
    serviceUrl: () => acquaintances.latestServiceUrl ?? serviceUrls.fallback,
    onUndeliverable: (card) => noteUndeliverable(store, card),
    count: (result) => telemetry.count('pimlico_deliveries_total', { result }),
  });
  return {
    clock,
    store,
    roles,
    ...ports,
    reconcileEvery: config.reconcileEvery,
    signIns,
    page: createSignInPage({
      clock,
      loginUrl,
      tenantId,
      selfService,
      admin: config.adminAppId === null ? null : authority(config.adminAppId, config.adminAppSecret),
      redirectUri: () => redirectUri(parts.publicUrl()),
      keeper: signIns,
    }),
    rules: parts.documents.rules,
    runbooks: parts.documents.runbooks,
    tasks: parts.documents.tasks,
    roleFiles: openRoleFolder(config),
    alarmWebhook: openWebhook({ url: config.alarmWebhook, secret: config.alarmWebhookSecret, tenantId, clock }),
    onCall: createOnCall({
      rules: parts.documents.rules,
      reader: ports.reader,
      clock,
      log,
      folder: path.dirname(config.rulebook ?? ''),
    }),
    isFourEyesOn: config.isFourEyesOn,
    approverRule: { context: config.approverContext, roles: config.approverContextRoles },
    delivery,
    summarize: createSummary(render),
    eligibility: new EligibilityShelf(clock, roles),
    log,
    telemetry,
    newId: () => randomUUID(),
  };
}

function createEdge(parts: Parts, services: Services, hall: Hall): BotServer {
  const { config, log, clock, acquaintances, telemetry, publicUrl, serviceUrls } = parts;
  const { tenantId, botAppId, loginUrl, channelMetadataUrl, port, host, turnsPerMinute } = config;
  const adapter = new TeamsAdapter({ tenantId, botAppId, loginUrl, channelMetadataUrl, log });
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
    // By the machine's clock: it is the machine that is spared.
    servePage: createPageServer(pages, createPageLimits(createSystemClock())),
    readiness: createReadiness({ store: acquaintances.store, telemetry, haveKeys: createKeyCheck(channelMetadataUrl) }),
    inFlight: () => background.size(),
    metrics: parts.printMetrics,
  });
}
