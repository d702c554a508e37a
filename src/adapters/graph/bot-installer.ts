import { z } from 'zod';
import type { PrincipalId } from '../../domain/ids.ts';
import { asAccessError } from '../../errors.ts';
import type { BotInstaller, InstallOutcome } from '../../ports/bot-installer.ts';
import type { Log } from '../../ports/log.ts';
import type { BearerTokens } from '../identity/token-source.ts';
import { printableCode, readProblem } from '../pim-errors/problem.ts';
import { asJson, isSuccess } from './answers.ts';
import { GraphCaller, type GraphSettings } from './graph-caller.ts';
import type { GraphAnswer, GraphRequestLine, LostAnswer } from './graph-transport.ts';
import { quoted, withQuery } from './paths.ts';

export interface GraphBotInstallerSettings extends Omit<GraphSettings, 'log'> {
  readonly log: Log;
  /** Of the connector app: no other identity installs anything. */
  readonly tokens: BearerTokens;
  /** The id in the app's manifest. */
  readonly teamsAppId: string;
  /** Some people whose chat with the bot is open: their installation tells the catalog's id. */
  whoHasIt(): Promise<readonly PrincipalId[]>;
}

/** Several calls follow one another while a claim on a message runs. */
const TIMEOUT_MS = 4_000;

const apps = z.object({ value: z.array(z.object({ id: z.string().min(1) })) });
const installations = z.object({ value: z.array(z.object({ teamsApp: z.object({ id: z.string().min(1) }) })) });

/** Installs the bot over Graph as the connector app, with `TeamsAppInstallation.ReadWriteSelfForUser.All` (teams-platform §4.4). */
export function createGraphBotInstaller(settings: GraphBotInstallerSettings): BotInstaller {
  return new GraphBotInstaller(settings);
}

class GraphBotInstaller implements BotInstaller {
  readonly #settings: GraphBotInstallerSettings;
  readonly #graph: GraphCaller;
  /** The same for the life of the app in this tenant. */
  #catalogId: string | null = null;
  /** What was complained of last: said once, and again only after it has worked. */
  #complaint: string | null = null;

  constructor(settings: GraphBotInstallerSettings) {
    this.#settings = settings;
    this.#graph = new GraphCaller({ timeoutMs: TIMEOUT_MS, ...settings });
  }

  async install(person: PrincipalId): Promise<InstallOutcome> {
    const { log } = this.#settings;
    try {
      const outcome = await this.#install(person);
      log.info('installer.tried', { principalId: person, outcome });
      return outcome;
    } catch (thrown) {
      return this.#unavailable({ reason: asAccessError(thrown).code });
    }
  }

  async #install(person: PrincipalId): Promise<InstallOutcome> {
    const id = this.#catalogId ?? (await this.#findCatalogId());
    if (id === 'unavailable' || id === 'unknown-app') {
      return id;
    }
    this.#catalogId = id;
    const bind = `${this.#settings.graphUrl}/v1.0/appCatalogs/teamsApps/${id}`;
    const answer = await this.#ask({
      method: 'POST',
      path: installedAppsOf(person),
      body: { 'teamsApp@odata.bind': bind },
    });
    if ('status' in answer && isSuccess(answer)) {
      this.#complaint = null;
      return 'installed';
    }
    const status = 'status' in answer ? answer.status : 0;
    if (status === 409) {
      return 'already';
    }
    return status === 403 || status === 404 ? await this.#whyNot(person, answer) : this.#unavailable(factsOf(answer));
  }

  /**
   * Graph says 403 for a policy of the tenant and for a permission that is missing, 404 for a person and for an app: whether the
   * person's apps can be read tells which, without a look at words.
   */
  async #whyNot(person: PrincipalId, refused: GraphAnswer | LostAnswer): Promise<InstallOutcome> {
    const found = await this.#readInstallation(person);
    if (found === 'refused') {
      return this.#unavailable(factsOf(refused));
    }
    if (found !== null) {
      return 'already';
    }
    if ('status' in refused && refused.status === 404) {
      this.#catalogId = null;
      return this.#unknownApp();
    }
    return 'not-allowed';
  }

  /**
   * In the catalog, which takes a permission of its own (`AppCatalog.Read.All`) that nothing else here needs; without it from the
   * installation of somebody who has the bot.
   */
  async #findCatalogId(): Promise<string> {
    const filter = `externalId eq ${quoted(this.#settings.teamsAppId)}`;
    const answer = await this.#ask({ method: 'GET', path: withQuery('/appCatalogs/teamsApps', { filter }) });
    if (!('status' in answer) || (!isSuccess(answer) && answer.status !== 403)) {
      return this.#unavailable(factsOf(answer));
    }
    if (isSuccess(answer)) {
      const read = apps.safeParse(asJson(answer.body));
      return read.success
        ? (read.data.value[0]?.id ?? this.#unknownApp())
        : this.#unavailable({ reason: 'unreadable' });
    }
    for (const person of await this.#settings.whoHasIt()) {
      const found = await this.#readInstallation(person);
      if (found === 'refused') {
        break;
      }
      if (found !== null) {
        return found;
      }
    }
    return this.#unavailable(factsOf(answer));
  }

  /** The catalog's id of the app as this person has it; null when they do not. */
  async #readInstallation(person: PrincipalId): Promise<string | 'refused' | null> {
    const filter = `teamsApp/externalId eq ${quoted(this.#settings.teamsAppId)}`;
    const path = withQuery(installedAppsOf(person), { expand: 'teamsApp', filter });
    const answer = await this.#ask({ method: 'GET', path });
    if (!('status' in answer) || !isSuccess(answer)) {
      return 'refused';
    }
    const read = installations.safeParse(asJson(answer.body));
    return read.success ? (read.data.value[0]?.teamsApp.id ?? null) : 'refused';
  }

  async #ask(line: Omit<GraphRequestLine, 'version'>): Promise<GraphAnswer | LostAnswer> {
    return await this.#graph.exchange(this.#settings.tokens, { version: 'v1.0', ...line });
  }

  #unknownApp(): 'unknown-app' {
    this.#complain('installer.app_unknown', { teamsAppId: this.#settings.teamsAppId });
    return 'unknown-app';
  }

  #unavailable(facts: Readonly<Record<string, unknown>>): 'unavailable' {
    this.#complain('installer.unavailable', facts);
    return 'unavailable';
  }

  #complain(event: string, facts: Readonly<Record<string, unknown>>): void {
    const complaint = JSON.stringify([event, facts]);
    if (complaint !== this.#complaint) {
      this.#complaint = complaint;
      this.#settings.log.error(event, facts);
    }
  }
}

function installedAppsOf(person: PrincipalId): string {
  return `/users/${encodeURIComponent(person)}/teamwork/installedApps`;
}

function factsOf(answer: GraphAnswer | LostAnswer): Readonly<Record<string, unknown>> {
  return 'status' in answer
    ? { status: answer.status, code: printableCode(readProblem(answer.body).code) }
    : { reason: answer.reason };
}
