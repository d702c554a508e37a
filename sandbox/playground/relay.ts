import type { IncomingMessage, ServerResponse } from 'node:http';

import { readBody } from '../platform/exchange.ts';
import { listen } from '../platform/listener.ts';
import { Mirror, toShown } from './mirror.ts';
import type { ActOutcome, Cast, Json, SandboxClient } from './sandbox-client.ts';

interface RelayOptions {
  readonly client: SandboxClient;
  readonly cast: Cast;
  onFailure(error: Error): void;
}

/** Stands where a Playground looks for its bot. */
export interface Relay {
  /** For the Playground's `-e`. */
  readonly endpoint: string;
  /** Begins to show the person's chat in that Playground, and introduces the person to the bot. */
  attach(playground: string): Promise<void>;
  close(): Promise<void>;
}

interface Activity {
  readonly type: string;
  readonly name?: string;
  readonly action?: string;
  readonly text?: string;
  readonly textFormat?: string;
  readonly value?: unknown;
  readonly replyToId?: string;
  readonly conversation?: { readonly id?: string };
}

interface InvokeAnswer {
  readonly type: string;
  readonly value: unknown;
}

const ERROR = 'application/vnd.microsoft.error';
const MESSAGE = 'application/vnd.microsoft.activity.message';
const CARD = 'application/vnd.microsoft.card.adaptive';
const WENT_WRONG = 'Something went wrong. Please try again.';
const ELSEWHERE = 'In this window only the personal chat leads to the bot.';
/** The Playground keeps an answer once it has read it; only then can it be painted over. */
const REPAINT_MS = 100;

/**
 * Makes a Playground the Teams client of one person of the sandbox. What it sends unsigned comes out of the sandbox's own
 * client: signed with the channel's key, from the real person, in their real chat, with sign-ins answered. What the bot
 * sends to that chat is shown in the Playground.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  const state: { mirror: Mirror | null } = { mirror: null };
  const work = new Set<Promise<void>>();
  listener.handle((request, response) => {
    const job = respond(options, () => state.mirror, { request, response }).catch((error: unknown) => {
      options.onFailure(error as Error);
      response.destroy();
    });
    work.add(job);
    void job.finally(() => work.delete(job));
  });
  return {
    endpoint: `${listener.url}/api/messages`,
    async attach(playground) {
      const { client, cast, onFailure } = options;
      const { conversationId, bot } = cast;
      const mirror = new Mirror({ client, playground, conversationId, bot, onFailure });
      state.mirror = mirror;
      mirror.start();
      await client.install();
    },
    async close() {
      await state.mirror?.close();
      await listener.close();
      await Promise.all(work);
    },
  };
}

interface Http {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function respond(options: RelayOptions, mirrorOf: () => Mirror | null, http: Http): Promise<void> {
  const { request, response } = http;
  const text = await readBody(request);
  if (request.method !== 'POST') {
    // The Playground asks whether anybody is there.
    response.writeHead(200);
    response.end();
    return;
  }
  const activity = parse(text ?? '');
  const mirror = mirrorOf();
  if (activity === null || mirror === null) {
    response.writeHead(activity === null ? 400 : 503);
    response.end();
    return;
  }
  if (activity.type === 'invoke') {
    await answerInvoke(options.client, mirror, { activity, response });
    return;
  }
  const said = await carryOut(options, mirror, activity).catch((error: Error) => error);
  if (said instanceof Error) await mirror.say(options.cast.conversationId, `${WENT_WRONG} (${said.message})`);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{}');
}

function parse(text: string): Activity | null {
  try {
    const activity = JSON.parse(text) as Activity;
    return typeof activity.type === 'string' ? activity : null;
  } catch {
    return null;
  }
}

async function carryOut({ client, cast }: RelayOptions, mirror: Mirror, activity: Activity): Promise<void> {
  const conversationId = activity.conversation?.id ?? '';
  if (conversationId !== cast.conversationId) {
    if (activity.type === 'message') await mirror.say(conversationId, ELSEWHERE);
    return;
  }
  switch (activity.type) {
    case 'message':
      if (activity.value !== undefined) await submit(client, mirror, activity);
      else await client.say({ text: activity.text ?? '', textFormat: activity.textFormat ?? 'plain' });
      return;
    case 'installationUpdate':
      if (activity.action?.startsWith('remove')) {
        await client.uninstall();
        return;
      }
      // Every page sends it when it has been loaded.
      await client.install();
      await mirror.showAll();
      return;
    default:
      // Among them conversationUpdate, which the sandbox's client sends by itself with the installation.
      return;
  }
}

async function submit(client: SandboxClient, mirror: Mirror, activity: Activity): Promise<void> {
  const activityId = mirror.activityOf(activity.replyToId ?? '');
  if (activityId === null) throw new Error('the sandbox knows no such message');
  await client.act(activityId, { type: 'Action.Submit', data: activity.value });
}

async function answerInvoke(
  client: SandboxClient,
  mirror: Mirror,
  { activity, response }: { activity: Activity; response: ServerResponse },
): Promise<void> {
  const activityId = activity.name === 'adaptiveCard/action' ? mirror.activityOf(activity.replyToId ?? '') : null;
  const { action } = (activity.value ?? {}) as { action?: Json };
  let answer: InvokeAnswer = error(`Only buttons of Pimlico's cards work here.`);
  if (activityId !== null && action !== undefined) {
    answer = await client.act(activityId, action).then(
      async (outcome) => {
        // What the bot changed meanwhile comes first, as in Teams; else it would cover the answer.
        await mirror.caughtUp(outcome.last);
        return toAnswer(outcome);
      },
      ({ message }: Error) => error(message),
    );
  }
  const body = JSON.stringify({ statusCode: 200, ...answer });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(body);
  if (answer.type === CARD || activityId === null) return;
  await new Promise((resolve) => setTimeout(resolve, REPAINT_MS));
  await mirror.repaint(activityId);
}

/** The page stops working when it is answered anything but a card, a message or an error. */
function toAnswer({ outcome, body, error: problem }: ActOutcome): InvokeAnswer {
  const { value } = (body ?? {}) as { value?: unknown };
  switch (outcome) {
    case 'card':
      return { type: CARD, value: toShown(value as Json) };
    case 'message':
      return { type: MESSAGE, value: typeof value === 'string' ? value : '' };
    case 'sign-in':
      return { type: MESSAGE, value: String((value as Json | undefined)?.text ?? 'Sign in to continue.') };
    case 'error':
      return error(String((value as Json | undefined)?.message ?? WENT_WRONG));
    default:
      return error(problem ?? WENT_WRONG);
  }
}

function error(message: string): InvokeAnswer {
  return { type: ERROR, value: { code: 'BadRequest', message } };
}
