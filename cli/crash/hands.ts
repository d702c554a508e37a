import { type Control, ControlRefusal } from '../stage/control.ts';
import { type Face, facesOf } from './evidence.ts';
import type { Deed } from './story.ts';

/** What a deed came to: `unseen` when there was no such button, so that nothing was done. */
export interface Deeded {
  readonly deed: Deed;
  readonly outcome: string;
  /** Microsoft's id of the request that was made, decided or ended in the portal. */
  readonly portalRequest?: string;
}

const UNSEEN = { outcome: 'unseen' } as const;

type Json = Readonly<Record<string, unknown>>;

/** The hands of everybody in the story. They do what they want to do only where they see that they can. */
export class Hands {
  readonly #control: Control;
  /** Display names by handle. */
  readonly #names: ReadonlyMap<string, string>;

  constructor(control: Control, names: ReadonlyMap<string, string>) {
    this.#control = control;
    this.#names = names;
  }

  async do(deed: Deed): Promise<Deeded> {
    switch (deed.kind) {
      case 'say':
        return { deed, ...(await this.#ask('/teams/say', { person: deed.person, text: deed.text })) };
      case 'press': {
        const message = await this.#find(deed);
        if (message === null) {
          return { deed, ...UNSEEN };
        }
        const { person, button, inputs } = deed;
        return { deed, ...(await this.#ask('/teams/press', { person, button, inputs, message })) };
      }
      case 'sign-in': {
        const faces = await facesOf(this.#control, deed.person);
        const isAsked = faces.some(({ card, buttons }) => card === 'sign-in' && buttons.includes('Sign in'));
        return { deed, ...(isAsked ? await this.#ask('/teams/sign-in-page', { person: deed.person }) : UNSEEN) };
      }
      case 'portal': {
        const { person, action, role, duration } = deed;
        const { outcome, id } = await this.#ask('/pim/act', { person, action, role, duration });
        return { deed, outcome, ...(id !== undefined && { portalRequest: id }) };
      }
    }
  }

  /** Presses a button of one message. */
  async press(face: Face, button: string, inputs: Readonly<Record<string, string>> = {}): Promise<string> {
    const { person, activityId: message } = face;
    return (await this.#ask('/teams/press', { person, button, inputs, message })).outcome;
  }

  /** Sends a payload that the person was offered once, as a client would that has not seen any change since. */
  async pressOld(person: string, button: string, changed: number): Promise<string> {
    const inputs = { justification: 'pressed on an old card' };
    return (await this.#ask('/teams/forge', { person, of: person, button, changed, inputs })).outcome;
  }

  async #ask(path: string, body: Json): Promise<{ readonly outcome: string; readonly id?: string }> {
    try {
      const { outcome, status, id } = await this.#control.send('POST', path, body);
      return { outcome: String(outcome ?? status), ...(typeof id === 'string' && { id }) };
    } catch (thrown) {
      // A person who does not see the button any more, or whom the portal refuses, does nothing.
      if (thrown instanceof ControlRefusal) {
        return UNSEEN;
      }
      throw thrown;
    }
  }

  async #find({ person, button, role, of, card: wanted }: Extract<Deed, { kind: 'press' }>): Promise<string | null> {
    const isAbout = ({ card, text, buttons }: Face): boolean => {
      if (wanted !== undefined) {
        // Cards about an error name the role within their words.
        return card === wanted && buttons.includes(button) && text.includes(role);
      }
      const lines = text.split('\n');
      const who = lines.find((line) => line.startsWith('Who: '));
      const isTheirs = who === undefined ? person === of : who === `Who: ${this.#names.get(of)}`;
      return isTheirs && buttons.includes(button) && lines.includes(`Role: ${role}`);
    };
    return (await facesOf(this.#control, person)).find(isAbout)?.activityId ?? null;
  }
}
