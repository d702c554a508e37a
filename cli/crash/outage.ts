import { type Beginning, requestNamedIn } from './evidence.ts';
import type { Theater } from './theater.ts';

/** Whatever was asked for is over by then, for approvers have 24 hours. */
const UNTIL_ALL_IS_OVER = Temporal.Duration.from({ hours: 26 });

const OVER: ReadonlySet<string> = new Set(['ended', 'denied', 'canceled', 'expired', 'failed']);
/** Buttons of cards about something that is not over. */
const OPEN: ReadonlySet<string> = new Set([
  'Approve',
  'Deny',
  'Deactivate',
  'Cancel request',
  'Continue',
  'Let it end',
]);

/**
 * Lets a day go by in which everything ends and the bot does nothing, since it is away, or the clock jumps. Then nothing is
 * open any more, nobody is reminded of what is over, and nobody gets more than one message about a request.
 */
export async function findAfterwards(
  theater: Theater,
  since: Beginning,
  { isAway }: { readonly isAway: boolean },
): Promise<readonly string[]> {
  const { stage } = theater;
  const before = await theater.evidence(since);
  if (isAway) {
    await stage.killBot();
  }
  const now = await stage.control.now();
  await stage.control.setClock(now.add(UNTIL_ALL_IS_OVER));
  await stage.settle();
  await theater.viewAll(since);
  const { asks, faces, seen } = await theater.evidence(since);
  const sent = seen.slice(before.seen.length).filter(({ event }) => event === 'send');
  const named = sent.flatMap(({ to, text }) => {
    const request = requestNamedIn(text);
    return request === null ? [] : [`${request} to ${to}`];
  });
  const heaps = Map.groupBy(named, (about) => about);
  const isOpen = (button: string): boolean => OPEN.has(button);
  return [
    ...asks.filter(({ state }) => !OVER.has(state)).map(({ id, state }) => `a day later ${id} is still ${state}`),
    ...faces
      .filter(({ buttons }) => buttons.some(isOpen))
      .map(({ person, card, buttons }) => `a day later ${person} sees ${card} with ${buttons.join(', ')}`),
    ...sent
      .filter(({ card }) => card === 'expiry-reminder')
      .map(({ to }) => `a day later ${to} is reminded of what is over`),
    ...[...heaps]
      .filter(([, messages]) => messages.length > 1)
      .map(([about, { length }]) => `a day later ${about} comes ${length} times`),
  ];
}
