import type { Control } from '../stage/control.ts';
import { type Face, requestNamedIn } from './evidence.ts';
import type { Hands } from './hands.ts';

/** Buttons that change something: what they did once, an old copy of them must not do again. */
const ACTING: ReadonlySet<string> = new Set([
  'Approve',
  'Deny',
  'Send',
  'Deactivate',
  'Cancel request',
  'Remind approvers',
  'Continue',
  'Ask again at the end',
  'Let it end',
  'Activate again',
]);

interface Offered {
  readonly button: string;
  readonly activityId: string;
  readonly changed: number;
  readonly type: string;
  readonly isLive: boolean;
}

/** A payload that somebody was offered and sees no more. */
export interface OldOffer {
  readonly person: string;
  readonly button: string;
  readonly changed: number;
}

async function offersOf(control: Control, person: string): Promise<readonly Offered[]> {
  return (await control.send('GET', `/teams/offers?person=${person}`)).offers as readonly Offered[];
}

/** Finds what people could press once and cannot any more: their clients may be old, or their messages doubled. */
export async function findOldOffers(control: Control, people: readonly string[], after: number): Promise<OldOffer[]> {
  const found: OldOffer[] = [];
  for (const person of people) {
    const acting = (await offersOf(control, person)).filter(
      ({ button, type }) => type === 'Action.Execute' && ACTING.has(button),
    );
    const live = new Set(acting.filter(({ isLive }) => isLive).map(({ activityId }) => activityId));
    for (const { button, changed, isLive, activityId } of acting) {
      // The second step of a card that can still be decided is as good as the first.
      const isSecondStep = button === 'Send' && live.has(activityId);
      if (!isLive && changed > after && !isSecondStep) {
        found.push({ person, button, changed });
      }
    }
  }
  return found;
}

/** The newest offer that anybody got until now, to tell those of a story from those before it. */
export async function newestOffer(control: Control, people: readonly string[]): Promise<number> {
  const all = await Promise.all(people.map((person) => offersOf(control, person)));
  return all.flat().reduce((newest, { changed }) => Math.max(newest, changed), 0);
}

/** What must not change by it: everything that the tenant holds and every ask's state. */
type Look = () => Promise<string>;

/**
 * Presses old copies and says which of them had an effect. Approve and Deny of an old card lead to their second step on the
 * old card at most, which is pressed by its own old offer.
 */
export async function pressOldOffers(
  hands: Hands,
  offers: readonly OldOffer[],
  look: Look,
): Promise<readonly string[]> {
  const before = await look();
  for (const { person, button, changed } of offers) {
    await hands.pressOld(person, button, changed);
  }
  const after = await look();
  if (before === after) {
    return [];
  }
  const pressed = offers.map(({ person, button }) => `${person} [${button}]`).join(', ');
  return [`old copies had an effect: ${pressed}\n      before ${before}\n      after  ${after}`];
}

/** Presses each copy of a card that a person sees more than once with the same button, and says where more than one had an effect. */
export async function pressDoubles(hands: Hands, faces: readonly Face[], look: Look): Promise<readonly string[]> {
  const breaches: string[] = [];
  const live = faces.flatMap((face) =>
    face.buttons.filter((button) => ACTING.has(button)).map((button) => ({ face, button })),
  );
  const copies = Map.groupBy(live, ({ face, button }) => `${face.person} [${button}] of ${requestNamedIn(face.text)}`);
  for (const [name, doubled] of copies) {
    if (doubled.length < 2 || name.endsWith('null')) {
      continue;
    }
    let effects = 0;
    for (const { face, button } of doubled) {
      const before = await look();
      await hands.press(face, button, { justification: 'pressed on a copy' });
      effects += before === (await look()) ? 0 : 1;
    }
    breaches.push(...(effects > 1 ? [`${effects} of ${doubled.length} copies had an effect: ${name}`] : []));
  }
  return breaches;
}
