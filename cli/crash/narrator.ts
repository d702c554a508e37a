import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { requestNamedIn } from './evidence.ts';
import type { Deeded } from './hands.ts';
import { type Deed, describeDeed } from './story.ts';

/** Presses that ask PIM for an activation, as sentences do. */
const ASKING: ReadonlySet<string> = new Set(['Continue', 'Ask again at the end', 'Activate again']);

/** Keeps what was done and seen in a story, for the invariants and for whoever reads the report. */
export class Narrator {
  readonly lines: string[] = [];
  /** Microsoft's ids of requests that were made in the portal. */
  readonly portal = new Set<string>();
  /** How often somebody asked for a role: `person role` → times. */
  readonly wanted = new Map<string, number>();
  readonly said: { readonly person: string; readonly at: string }[] = [];
  deeds = 0;

  say(what: string): void {
    this.lines.push(what);
  }

  did(done: readonly Deeded[], at: Temporal.Instant): void {
    for (const { deed, outcome, portalRequest } of done) {
      if (portalRequest !== undefined && deed.kind === 'portal' && /^(?:de)?activate$/.test(deed.action)) {
        this.portal.add(portalRequest);
      }
      this.say(`${at.toString().slice(11, 19)} ${describeDeed(deed)} → ${outcome}`);
      if (outcome === 'said') {
        this.said.push({ person: deed.person, at: at.toString() });
      }
      if (outcome !== 'unseen') {
        this.deeds += 1;
        this.#note(deed);
      }
    }
  }

  saw(sightings: readonly Sighting[]): void {
    for (const { at, to, event, card, title, text, buttons } of sightings) {
      const named = requestNamedIn(text) ?? '';
      const offered = buttons.length > 0 ? ` [${buttons.join('] [')}]` : '';
      this.say(`    ${at.slice(11, 19)} ${to} ${event} ${card ?? 'text'} “${title ?? text}” ${named}${offered}`);
    }
  }

  #note(deed: Deed): void {
    if (deed.kind === 'say' || (deed.kind === 'press' && ASKING.has(deed.button))) {
      const key = `${deed.person} ${deed.role}`;
      this.wanted.set(key, (this.wanted.get(key) ?? 0) + 1);
    }
  }
}
