import { grants } from '../graph/access.ts';
import { isRecord, jsonBody } from '../graph/body.ts';
import { answerEntity, answerList, leaf, type Row } from '../graph/list.ts';
import { badRequest, GraphProblem, notFound } from '../graph/problem.ts';
import { type Call, route } from '../graph/route.ts';
import type { Graph } from '../graph/tools.ts';
import type { Answer, Route } from '../platform/types.ts';
import seed from '../seeds/teams.json' with { type: 'json' };
import type { Work } from './bot-line.ts';
import type { Chats } from './chats.ts';
import type { Client } from './client.ts';
import type { People, Person } from './people.ts';

interface Parts {
  readonly graph: Graph;
  readonly people: People;
  readonly chats: Chats;
  readonly client: Client;
  readonly work: Work;
}

/** `app-policy {person}`: the tenant lets nobody, or not this person, have the app. `app-missing`: it left the catalog. */
export const INSTALLATION_FAULTS = ['app-policy', 'app-missing'] as const;

const CATALOG_READS = ['AppCatalog.Read.All', 'AppCatalog.ReadWrite.All'];
const OWN_INSTALLS = ['TeamsAppInstallation.ReadWriteSelfForUser.All', 'TeamsAppInstallation.ReadWriteForUser.All'];
const OWN_READS = [...OWN_INSTALLS, 'TeamsAppInstallation.ReadForUser.All'];

const { catalogId } = seed.bot;

/** The part of Graph that installs the bot for people: its own app only, as an application (teams-platform §4.4). */
export function installationRoutes(parts: Parts): Route[] {
  const { graph, people, chats } = parts;
  const installed = '/v1.0/users/:id/teamwork/installedApps';
  return [
    route(graph, 'GET', '/v1.0/appCatalogs/teamsApps', (call) => {
      demand(call, CATALOG_READS);
      const filterable = { externalId: ['eq'], id: ['eq'], distributionMethod: ['eq'] } as const;
      const options = ['$filter', '$select'] as const;
      const rows = isMissing(graph) ? [] : [appRow(graph)];
      return answerList(graph, call, rows, { context: 'appCatalogs/teamsApps', filterable, options });
    }),
    route(graph, 'GET', installed, (call) => {
      demandOwn(graph, call, OWN_READS);
      const person = personOf(people, call);
      const rows = person.installed ? [installationRow(graph, person)] : [];
      const filterable = { 'teamsApp/externalId': ['eq'], 'teamsApp/id': ['eq'] } as const;
      const options = ['$filter', '$expand', '$select'] as const;
      return answerList(graph, call, rows, { context: 'teamwork/installedApps', filterable, options });
    }),
    route(graph, 'POST', installed, (call) => install(parts, call)),
    route(graph, 'GET', `${installed}/:installation/chat`, (call) => {
      demandOwn(graph, call, OWN_READS);
      const person = personOf(people, call);
      const { installation = '' } = call.params;
      if (!person.installed || installation !== installationId(person)) throw notFound(installation);
      const { id } = chats.open(person);
      return answerEntity(graph, call, leaf({ id, chatType: 'oneOnOne', topic: null }), 'chats');
    }),
  ];
}

/** Answers when the app is there; the bot hears of it on its own line, which may be before or after. */
function install({ graph, people, client, work }: Parts, call: Call): Answer {
  demandOwn(graph, call, OWN_INSTALLS);
  const person = personOf(people, call);
  const body = jsonBody(call.exchange);
  const bind = isRecord(body) ? body['teamsApp@odata.bind'] : undefined;
  if (typeof bind !== 'string' || !/\/appCatalogs\/teamsApps\/[^/]+$/.test(bind)) {
    throw badRequest("Bad request. 'teamsApp@odata.bind' must name an app of the catalog.");
  }
  if (!bind.endsWith(`/${catalogId}`) || isMissing(graph)) {
    throw refusal(404, 'NotFound', 'The app was not found in the catalog.');
  }
  if (graph.tools.faults.has('app-policy', { person: person.handle })) {
    const ids = `TenantId: ${people.tenantId}, UserObjectId: ${person.id}, AppId: ${catalogId}, AppType: Private`;
    throw refusal(403, 'Forbidden', `App is blocked by app permission policy. ${ids}`, 'AccessDenied');
  }
  if (person.installed) throw refusal(409, 'Conflict', 'The specified app is already installed in the personal scope.');
  void work.track(() => client.install(person));
  return { status: 201 };
}

function personOf(people: People, { params }: Call): Person {
  const id = (params.id ?? '').toLowerCase();
  const person = people.all().find((one) => one.id === id || one.user.userPrincipalName.toLowerCase() === id);
  if (person === undefined) throw notFound(id);
  return person;
}

function isMissing({ tools }: Graph): boolean {
  return tools.faults.has('app-missing');
}

function appRow({ world }: Graph): Row {
  const { clientId, displayName } = world.tenant.apps.connector;
  return leaf({ id: catalogId, externalId: clientId, displayName, distributionMethod: 'organization' });
}

/** `teamsApp` is there to be filtered by; it is shown only where it is expanded. */
function installationRow(graph: Graph, person: Person): Row {
  const app = appRow(graph);
  const json = Object.defineProperty({ id: installationId(person) }, 'teamsApp', { value: app.json });
  return { json, links: { teamsApp: () => app } };
}

function installationId({ id }: Person): string {
  return Buffer.from(`${id}##${catalogId}`).toString('base64');
}

/** Only the app's own registration manages it with the `Self` permissions, and only as an application here. */
function demandOwn(graph: Graph, call: Call, permissions: readonly string[]): void {
  demand(call, permissions);
  const { appId } = call.caller;
  if (appId !== graph.world.tenant.apps.connector.clientId) {
    throw refusal(403, 'Forbidden', `AAD App Id '${appId}' is not allowed to manage the Teams App '${catalogId}'.`);
  }
}

function demand({ caller }: Call, permissions: readonly string[]): void {
  const held = caller.kind === 'application' ? grants(caller) : [];
  if (permissions.some((permission) => held.includes(permission))) return;
  const wanted = `API requires one of '${permissions.join(', ')}'. Roles on the request '${held.join(', ')}'.`;
  throw refusal(403, 'Forbidden', `Missing role permissions on the request. ${wanted}`);
}

function refusal(status: number, code: string, message: string, innerCode = code): GraphProblem {
  return new GraphProblem(status, code, message, { inner: { code: innerCode, message } });
}
