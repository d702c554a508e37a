import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Pool } from 'pg';
import { keepAudit } from '../src/adapters/audit/keep-audit.ts';
import { createRemoteClock } from '../src/adapters/clock/remote-clock.ts';
import { createSystemClock } from '../src/adapters/clock/system-clock.ts';
import { type OpenDocuments, openDocuments } from '../src/adapters/documents/open-documents.ts';
import { createGraphBotInstaller } from '../src/adapters/graph/bot-installer.ts';
import { createInstallerTokens } from '../src/adapters/identity/app-tokens.ts';
import { createIdentities, type Identities } from '../src/adapters/identity/identities.ts';
import { Secret } from '../src/adapters/identity/secret.ts';
import { createSignInPage } from '../src/adapters/identity/sign-in-page.ts';
import { createSignIns } from '../src/adapters/identity/sign-ins.ts';
import { type Jobs, startJobs } from '../src/adapters/jobs/start-jobs.ts';
import { createOnCall } from '../src/adapters/on-call/on-call.ts';
import { createPace } from '../src/adapters/pace/gate.ts';
import { createPaces, PACE_CHANNEL, type Paces } from '../src/adapters/pace/shared-pace.ts';
import type { DatabaseAddress } from '../src/adapters/postgres/address.ts';
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
import type { RecipientId } from '../src/domain/ids.ts';
import { AccessError } from '../src/errors.ts';
import type { BotInstaller } from '../src/ports/bot-installer.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { Outbox } from '../src/ports/outbox.ts';
import type { Store } from '../src/ports/store.ts';
import type { Telemetry } from '../src/ports/telemetry.ts';
import { EligibilityShelf } from '../src/use-cases/eligibility-shelf.ts';
import { catchUp } from '../src/use-cases/reconcile/catch-up.ts';
import { recordInstallations } from '../src/use-cases/record-installations.ts';
import { RoleSurfaces } from '../src/use-cases/role-surfaces.ts';
import type { Services } from '../src/use-cases/services.ts';
import { hidingApprovers } from '../src/use-cases/serving/hiding-store.ts';
import { ServedPeople } from '../src/use-cases/serving/served-people.ts';
import { watchPause } from '../src/use-cases/serving/watch-pause.ts';
import { type Acquaintances, createAcquaintances } from './acquaintances.ts';
import { ssoResource } from './answers.ts';
import { createChannelMembers } from './channel/members.ts';
import { audiencesOf } from './clouds.ts';
import { type Config, type Environment, loadConfig } from './config.ts';
import { type Connector, createConnector } from './connector.ts';
import { createEdge } from './edge.ts';
import { createHall } from './hall.ts';
import { createHostFinder } from './host-finder.ts';
import { createJobHandlers } from './job-handlers.ts';
import { openDelivery, resuming } from './messaging.ts';
import { createPacedConnector } from './paced-connector.ts';
import { redirectUri } from './pages/link.ts';
import { withPortalOf } from './portal-links.ts';
import { createRenderer, createSummary, type RenderCard } from './rendering.ts';
import type { BotServer } from './server.ts';
import { createServiceUrls, type ServiceUrls } from './service-urls.ts';
import { startDraining, stopWorking } from './stopping.ts';
import { TEAMS_LIMITS } from './teams-limits.ts';

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

/** People whose installations are looked at for the app's id in the catalog, one after another until one tells. */
const WHO_HAS_IT = 5;

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
  const sight = await openTelemetry({ ...config, isScraped: config.areMetricsOn, log: plainLog });
  closers.push(() => sight.close());
  const { telemetry } = sight;
  const log = telemetry.logged(plainLog);
  const clock = await openClock(config, log, closers);
  const identities = createIdentities({ ...config, clock, watch: telemetry.callsOf('bot') });
  const database = await openDatabase(config, { identities, log, closers });
  const pool = createPostgresPool({ url: database, log, max: TURN_CONNECTIONS, name: 'pimlico' });
  closers.push(() => pool.end());
  await migrate(pool, { log });
  let jobs: Jobs | null = null;
  const onTimer = (dueAt: Temporal.Instant): void => jobs?.wake(dueAt);
  const documents = await openDocuments(config, log);
  closers.push(() => documents.close());
  const kept = openStore({ config, pool, clock, replica, onTimer, telemetry, documents, log });
  const outbox = observeOutbox(createPostgresOutbox({ pool, clock, replica }), telemetry);
  const observed = observeStore(kept, { telemetry, clock });
  const resume = resuming(outbox);
  const acquaintances = createAcquaintances(observed, clock, config, resume);
  watchDatabase(telemetry, { pool, clock });
  watchPause({ store: kept, telemetry, pausedOutside: config.pausedOutside });
  const audit = await keepAudit(config, { pool, clock, log });
  closers.push(() => audit.close());

  const serviceUrls = createServiceUrls(config.serviceHosts);
  const holders = createTokenHolders({ pool, address: database, log });
  closers.push(() => holders.close());
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
    connector: openConnector({ config, pool, clock, identities, serviceUrls, telemetry, log }),
    publicUrl: () => address.url ?? '',
    resume,
    serviceUrl: () => acquaintances.latestServiceUrl ?? serviceUrls.fallback,
    render: withPortalOf(
      config.cloud,
      createRenderer(clock, () => address.url, config),
    ),
  };
  const services = createServices(parts, outbox);
  const signOuts = await createSignOutChannel({
    address: database,
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
  // For the log only: nothing waits for the tenant's answer.
  hall.background.run(() => services.servedPeople.lookAtPilotGroup());
  jobs = await startJobs({
    pool,
    address: database,
    clock,
    replica,
    handlers: observeJobs(createJobHandlers(services, { holders, resumption: hall.resumption }), telemetry, clock),
    concurrency: config.jobConcurrency,
    log,
  });
  const server = createEdge({ ...parts, machineClock: createSystemClock() }, services, hall);
  closers.push((leftMs) => stopWorking({ server, background: hall.background, jobs: jobs as Jobs, log }, leftMs));
  return server;
}

interface StoreParts extends Pick<Parts, 'config' | 'clock' | 'telemetry' | 'documents' | 'log'> {
  readonly pool: Pool;
  readonly replica: string;
  onTimer(dueAt: Temporal.Instant): void;
}

/** The database, with the rulebook's version in each audit row, and no approver's name where it is not to be shown. */
function openStore({ config, telemetry, documents, ...parts }: StoreParts): Store {
  const trace = () => telemetry.trace();
  const auditFacts = () => ({ rulebook: documents.rules.current().version });
  return hidingApprovers(createPostgresStore({ ...parts, trace, auditFacts }), config.approverNames);
}

interface Line extends Pick<Parts, 'config' | 'clock' | 'identities' | 'serviceUrls' | 'telemetry' | 'log'> {
  readonly pool: Pool;
}

/** Every call to Teams is counted together with those of the other replicas; the host is that of the tenant's cloud. */
function openConnector(line: Line): Connector {
  const { config, identities, serviceUrls, telemetry } = line;
  const { tenantId, botAppId, botAppSecret } = config;
  const tokens = identities.connectorTokens(botAppId, botAppSecret);
  const watch = telemetry.callsOf('bot');
  return pacedConnector(createConnector({ tenantId, botAppId, serviceUrls, tokens, watch }), line);
}

function pacedConnector(connector: Connector, { config, pool, clock, serviceUrls, log }: Line): Connector {
  const there = createHostFinder(connector, serviceUrls, log);
  if (!config.isPacingOn) {
    return there;
  }
  const ledger = postgresPaceLedger({ pool, clock, limits: TEAMS_LIMITS });
  return createPacedConnector({ connector: there, pace: createPace({ ledger, clock }), clock });
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
  resume(recipient: RecipientId): Promise<void>;
  /** Where people and channels are written to that were never heard from. */
  serviceUrl(): string;
}

async function openClock({ clockUrl, replica }: AppConfig, log: Log, closers: Closers): Promise<Clock> {
  if (clockUrl === null) {
    return createSystemClock();
  }
  const clock = await createRemoteClock({ url: clockUrl, subscriber: replica, log });
  closers.push(() => clock.close());
  return clock;
}

async function openDatabase(
  { databaseUrl, databaseAuth, dataDir }: AppConfig,
  { identities, log, closers }: { readonly identities: Identities; readonly log: Log; readonly closers: Closers },
): Promise<DatabaseAddress> {
  if (databaseUrl !== null) {
    return databaseAuth === 'entra'
      ? { url: databaseUrl.reveal(), token: identities.databaseTokens().token }
      : databaseUrl.reveal();
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log });
  closers.push(() => embedded.stop());
  return embedded.url;
}

function createServices(parts: Parts, outbox: Outbox): Services {
  const { config, log, clock, acquaintances, connector, telemetry, render, serviceUrl } = parts;
  const { store } = acquaintances;
  const { tenantId, loginUrl, graphUrl, armUrl, botAppId } = config;
  const { authority } = parts.identities;
  const selfService = authority(config.selfServiceAppId, config.selfServiceAppSecret);
  const signIns = createSignIns({
    ...selfService,
    ...audiencesOf(config.cloud),
    expectedAudiences: [ssoResource(botAppId)],
    holders: parts.holders,
  });
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
  const installer = openInstaller(parts);
  const delivery = openDelivery({ ...parts, outbox, installer });
  return {
    clock,
    store,
    roles,
    ...ports,
    reconcileEvery: config.reconcileEvery,
    signIns,
    page: createSignInPage({
      ...audiencesOf(config.cloud),
      clock,
      loginUrl,
      tenantId,
      selfService,
      admin: config.adminAppId === null ? null : authority(config.adminAppId, config.adminAppSecret),
      redirectUri: () => redirectUri(parts.publicUrl()),
      keeper: signIns,
    }),
    rules: parts.documents.rules,
    servedPeople: new ServedPeople({ rules: parts.documents.rules, reader: ports.reader, clock, log }),
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
    pausedOutside: config.pausedOutside,
    approverRule: { context: config.approverContext, roles: config.approverContextRoles },
    approverWaves: config.approverWaves,
    delivery,
    channelMembers: createChannelMembers({ connector, store, serviceUrl }),
    summarize: createSummary(render),
    installer,
    eligibility: new EligibilityShelf(clock, roles),
    log,
    telemetry,
    newId: () => randomUUID(),
  };
}

/** As the connector app, which may install itself and nothing else. */
function openInstaller({ config, log, clock, acquaintances, identities, telemetry }: Parts): BotInstaller | null {
  const { graphUrl, cloud, botAppId, botAppSecret, teamsAppId, isInstallOn } = config;
  if (!isInstallOn) {
    return null;
  }
  const installer = createGraphBotInstaller({
    graphUrl,
    log,
    teamsAppId,
    tokens: createInstallerTokens(identities.authority(botAppId, botAppSecret), cloud.graphUrl),
    watch: telemetry.callsOf('bot'),
    whoHasIt: () => acquaintances.store.now.conversations.listSomeReachable(WHO_HAS_IT),
  });
  return recordInstallations(installer, { store: acquaintances.store, clock });
}
