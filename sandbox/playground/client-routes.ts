import type { Answer, Exchange, Route, Tenant } from '../platform/types.ts';
import type { BotLine } from '../teams/bot-line.ts';
import type { Chats, Message } from '../teams/chats.ts';
import type { Client, Outcome } from '../teams/client.ts';
import type { People, Person } from '../teams/people.ts';
import type { Sighting, Sightings } from '../teams/sightings.ts';
import { asRecord, asText, type Json } from '../teams/wire.ts';

interface Parts {
  readonly tenant: Tenant;
  readonly people: People;
  readonly chats: Chats;
  readonly sightings: Sightings;
  readonly client: Client;
  readonly line: BotLine;
}

/** Longest wait for news, in real milliseconds; the client then asks again. */
const LONGEST_WAIT_MS = 20_000;

/**
 * What a chat window outside the sandbox needs to be a person's client: who they are, everything that happens in their 1:1
 * chat, and a way to send what was pressed. Signing and sign-ins stay with the sandbox's own client.
 */
export function clientRoutes(parts: Parts): Route[] {
  return [
    { method: 'GET', pattern: '/teams/client', handle: (exchange) => describe(parts, exchange) },
    { method: 'GET', pattern: '/teams/client/feed', handle: (exchange) => readFeed(parts, exchange) },
    { method: 'POST', pattern: '/teams/client/act', handle: (exchange) => act(parts, exchange) },
  ];
}

function refuse(status: number, message: string): Answer {
  return { status, body: { error: { code: status === 404 ? 'NotFound' : 'BadRequest', message } } };
}

const NOBODY = refuse(404, 'nobody is called that');

function describe({ people, chats, tenant }: Parts, { query }: Exchange): Answer {
  const person = people.find(query.get('person') ?? '');
  if (person === null) return NOBODY;
  const face = ({ teamsId, id, handle, user }: Person): Json => ({
    teamsId,
    id,
    handle,
    name: user.displayName,
    upn: user.userPrincipalName,
    mail: user.mail,
  });
  return {
    status: 200,
    body: {
      person: face(person),
      conversationId: chats.open(person).id,
      others: people
        .all()
        .filter((other) => other !== person)
        .map(face),
      bot: { id: people.botId, name: people.botName },
      team: people.team,
      tenantId: tenant.id,
    },
  };
}

/** Sends, updates and removals in the person's chat, with what the message holds now. Answers to clicks are not among them. */
async function readFeed(parts: Parts, { query, socket }: Exchange): Promise<Answer> {
  const { people, sightings } = parts;
  const person = people.find(query.get('person') ?? '');
  if (person === null) return NOBODY;
  const gone = new AbortController();
  const hangUp = (): void => gone.abort();
  socket?.once('close', hangUp);
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
  const after = Number(query.get('after') ?? 0) || 0;
  // Also what others see ends the wait: clients measure by the number of the last thing seen by anybody.
  if (sightings.last <= after) await sightings.next(signal);
  socket?.off('close', hangUp);
  const { last } = sightings;
  return {
    status: 200,
    body: { events: sightings.after(after).flatMap((seen) => toEvent(parts, person, seen)), last },
  };
}

function toEvent({ chats }: Parts, person: Person, { seq, event, to, activityId }: Sighting): Json[] {
  if (to !== person.handle || event === 'reply' || event === 'toast') return [];
  const message = chats.message(activityId);
  if (message === null) return [];
  return [{ seq, event, activityId, content: message.deleted ? null : message.content }];
}

async function act({ people, chats, client, sightings, line }: Parts, exchange: Exchange): Promise<Answer> {
  const body = asRecord(exchange.json) ?? {};
  const person = people.find(asText(body.person) ?? '');
  if (person === null) return NOBODY;
  const message = chats.message(asText(body.activityId) ?? '');
  const action = asRecord(body.action);
  if (message === null || !isTheirs(message, person)) return refuse(404, 'they see no such message');
  if (action === null) return refuse(400, 'action is missing');
  if (line.endpoint === null) return refuse(409, 'the sandbox knows no bot: PUT /bot first');
  const { data = {} } = action;
  const outcome: Outcome =
    action.type === 'Action.Submit'
      ? await client.submit(person, message, data)
      : await client.execute(person, { message, action, data, trigger: 'manual' });
  return { status: 200, body: { ...outcome, last: sightings.last } };
}

function isTheirs({ chat }: Message, person: Person): boolean {
  return chat.kind === 'personal' && chat.person === person;
}
