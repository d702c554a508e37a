import { tenantPim } from '../pim/tenant-pim.ts';
import type { Room } from '../platform/types.ts';
import { clientRoutes } from '../playground/client-routes.ts';
import { Activities } from './activities.ts';
import { BotLine, Work } from './bot-line.ts';
import { Chats } from './chats.ts';
import { Client } from './client.ts';
import { Connector } from './connector.ts';
import { TeamsControl } from './control.ts';
import { INSTALLATION_FAULTS, installationRoutes } from './installations.ts';
import { Journal } from './journal.ts';
import { Pace } from './pace.ts';
import { People } from './people.ts';
import { Hand } from './press.ts';
import { Screen } from './screen.ts';
import { Sightings } from './sightings.ts';
import { SignInPages } from './sign-in-pages.ts';
import { SignIns } from './sign-ins.ts';

/** Teams: the Bot Connector that the bot calls, and the clients of the people who talk to it. */
export const teamsRoom: Room = (world, tools) => {
  const { clock, tenant } = world;
  const serviceUrl = (): string => `${tools.urls.connector}/`;
  const people = new People(tenant);
  const chats = new Chats(people, clock);
  const sightings = new Sightings(clock);
  const screen = new Screen(people, chats, sightings);
  const work = new Work();
  const pace = new Pace();
  const journal = new Journal(clock);
  const line = new BotLine({ issuer: tools.issuer, serviceUrl, work, journal, evidence: tools.evidence });
  const activities = new Activities(people, clock, serviceUrl);
  const resource = tenant.apps.selfService.identifierUri ?? null;
  const signIns = new SignIns({ issuer: tools.issuer, line, work, chats, screen, activities, resource });
  const client = new Client({ people, chats, screen, signIns, activities, line });
  const hand = new Hand({ chats, screen, client, journal });
  const loginUrl = tools.urls.login;
  const pages = new SignInPages({ chats, journal, work, clock, caPem: tools.caPem, loginUrl });
  const appId = tenant.apps.connector.clientId;
  const connector = new Connector({ people, chats, screen, signIns, pace, clock, serviceUrl, appId });
  const control = new TeamsControl({
    people,
    chats,
    sightings,
    journal,
    client,
    hand,
    pages,
    line,
    work,
    activities,
    pace,
    clock,
  });
  for (const person of people.all()) if (person.installed) chats.open(person);
  return {
    routes: {
      graph: installationRoutes({ graph: { world, tools, ...tenantPim(world) }, people, chats, client, work }),
      connector: connector.routes(),
      control: [...control.routes(), ...clientRoutes({ tenant, people, chats, sightings, client, line })],
    },
    faultNames: INSTALLATION_FAULTS,
    close: () => line.close(),
  };
};
