import type { RunningSandbox } from '../../../sandbox/start.ts';
import { type Claims, type Keys, signedBy, unixNow } from './forge.ts';
import type { Random } from './random.ts';
import type { Attempt } from './target.ts';

/** What the attempts are made of. */
export interface World {
  readonly random: Random;
  readonly keys: Keys;
  readonly tenantId: string;
  readonly botAppId: string;
  readonly personId: string;
  /** The only allowed connector, and a listener of the attacker's. */
  readonly connectorUrl: string;
  readonly attackerUrl: string;
  readonly sandbox: RunningSandbox;
}

/** One kind of attempt and how often it is tried, each time a little different. */
export interface Kind {
  readonly name: string;
  readonly count: number;
  make(world: World, index: number): Promise<Attempt> | Attempt;
}

export const CHANNEL_ISSUER = 'https://api.botframework.com';

/** The claims of a token that the channel would send. */
export function goodClaims({ botAppId, connectorUrl }: World): Claims {
  const now = unixNow();
  return { iss: CHANNEL_ISSUER, aud: botAppId, serviceurl: connectorUrl, nbf: now - 60, exp: now + 3000 };
}

export async function goodToken(world: World, changes: Claims = {}): Promise<string> {
  return await signedBy(world.keys.channel, { ...goodClaims(world), ...changes });
}

const TYPES = ['message', 'invoke', 'installationUpdate', 'conversationUpdate'] as const;

/** An activity as Teams sends it, of any type. */
export function goodBody(world: World, type: string = world.random.pick(TYPES)): Record<string, unknown> {
  const { random, botAppId, tenantId, personId, connectorUrl } = world;
  return {
    type,
    id: random.word(12),
    channelId: 'msteams',
    serviceUrl: connectorUrl,
    text: 'my roles',
    from: { id: '29:1engineer', name: 'Alex Wilber', aadObjectId: personId },
    recipient: { id: `28:${botAppId}`, name: 'Pimlico' },
    conversation: { conversationType: 'personal', tenantId, id: `a:${random.word(20)}` },
    channelData: { tenant: { id: tenantId } },
    ...(type === 'invoke' && {
      name: random.pick(['adaptiveCard/action', 'signin/tokenExchange', 'signin/verifyState']),
      value: { action: { type: 'Action.Execute', verb: 'send-approve', data: {} }, id: 'x', token: 'y' },
    }),
  };
}

/** A kind whose token is bad, whatever the body. */
export function badToken(name: string, count: number, token: (world: World) => Promise<string> | string): Kind {
  return {
    name,
    count,
    make: async (world) => ({ authorization: `Bearer ${await token(world)}`, body: goodBody(world) }),
  };
}

/** A kind whose body is bad, under a token of the channel. */
export function badBody(
  name: string,
  count: number,
  body: (world: World) => { readonly body: unknown; readonly claims?: Claims },
): Kind {
  return {
    name,
    count,
    make: async (world) => {
      const made = body(world);
      return { authorization: `Bearer ${await goodToken(world, made.claims)}`, body: made.body };
    },
  };
}
