import type { RecipientId } from '../src/domain/ids.ts';
import { normalizeText } from '../src/language/normalize.ts';
import type { Services } from '../src/use-cases/services.ts';
import type { Acquaintances } from './acquaintances.ts';
import { type Activity, mentionsOf } from './activity.ts';
import type { Verdict } from './adapter.ts';
import type { Hall } from './hall.ts';
import { createRateLimits } from './rate-limits.ts';
import type { RenderCard } from './rendering.ts';
import { createTurns } from './turn.ts';
import type { TurnHandlers } from './turns.ts';
import { PATIENCE } from './waiting-line.ts';

/** What the composition root has put together before turns can be. */
export interface TurnParts extends Hall {
  readonly services: Services;
  readonly handlers: TurnHandlers;
  readonly acquaintances: Acquaintances;
  readonly render: RenderCard;
  readonly botAppId: string;
  readonly turnsPerMinute: number;
  publicUrl(): string;
  resume(recipient: RecipientId): Promise<void>;
}

/** Makes the turns of this replica out of its parts. */
export function createTurnsOf(parts: TurnParts): (activity: Activity) => Promise<Verdict> {
  const { services, handlers, background, line, inHand, acquaintances, render, botAppId } = parts;
  const { clock, log } = services;
  return createTurns({
    handlers,
    limits: createRateLimits(clock, parts.turnsPerMinute),
    line,
    inHand,
    patience: PATIENCE,
    publicUrl: parts.publicUrl,
    resume: parts.resume,
    store: acquaintances.store,
    acquaintances,
    signIns: services.signIns,
    delivery: services.delivery,
    installer: services.installer,
    background,
    clock,
    log,
    botAppId,
    render,
    normalize: (text, activity) => normalizeText(text, { mentions: mentionsOf(activity) }),
  });
}
