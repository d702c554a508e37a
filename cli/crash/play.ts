import { findOldOffers, pressOldOffers } from './doubles.ts';
import type { Beginning } from './evidence.ts';
import { clearFaults, setFault, withFullDisk } from './faults.ts';
import type { Deeded } from './hands.ts';
import { describeKill, Trap } from './kill.ts';
import { drawMendings } from './mend.ts';
import type { Narrator } from './narrator.ts';
import type { Plot } from './plot.ts';
import { type Beat, type Deed, STORY_MINUTES } from './story.ts';
import type { Theater } from './theater.ts';

/** The audit log's delay of the sandbox, one interval of reconciliation, and the seconds that looking takes. */
const UNTIL_IT_IS_KNOWN = Temporal.Duration.from({ minutes: 5 + 1, seconds: 20 });
const MENDING_ROUNDS = 3;

export interface Played {
  /** Where the bot was killed. */
  readonly kills: readonly string[];
  /** How many old payloads were sent, and what they changed. */
  readonly oldPresses: number;
  readonly breaches: readonly string[];
}

/** Plays a story to its end. Everything works again by then. */
export async function playStory(
  theater: Theater,
  plot: Plot,
  { beginning, narrator, offersBefore }: Story,
): Promise<Played> {
  const play = new Play({ theater, plot, narrator, offersBefore });
  const played = await play.playBeats(beginning.at);
  await clearFaults(theater.stage.control);
  await moveTo(theater, beginning.at.add({ minutes: STORY_MINUTES }));
  await mend(theater, beginning, narrator);
  await theater.stage.moveClock(UNTIL_IT_IS_KNOWN);
  await theater.viewAll(beginning);
  narrator.saw(await theater.news());
  return played;
}

async function moveTo(theater: Theater, instant: Temporal.Instant): Promise<void> {
  const now = await theater.stage.control.now();
  if (Temporal.Instant.compare(now, instant) < 0) {
    await theater.stage.moveClock(now.until(instant));
  }
}

/** People do what their cards ask of them, where the bot does not know whether something arrived. */
async function mend(theater: Theater, since: Beginning, narrator: Narrator): Promise<void> {
  for (let rounds = 0; rounds < MENDING_ROUNDS; rounds += 1) {
    const deeds = drawMendings(await theater.evidence(since));
    const at = await theater.stage.control.now();
    for (const deed of deeds) {
      narrator.did(await theater.act([deed]), at);
    }
    if (deeds.length === 0) {
      return;
    }
  }
}

interface Story {
  readonly beginning: Beginning;
  readonly narrator: Narrator;
  /** The newest offer from before the story. */
  readonly offersBefore: number;
}

interface Parts extends Omit<Story, 'beginning'> {
  readonly theater: Theater;
  readonly plot: Plot;
}

class Play {
  readonly #theater: Theater;
  readonly #plot: Plot;
  readonly #narrator: Narrator;
  readonly #offersBefore: number;
  readonly #traps: Trap[] = [];
  readonly #breaches: string[] = [];
  #oldPresses = 0;

  constructor({ theater, plot, narrator, offersBefore }: Parts) {
    this.#theater = theater;
    this.#plot = plot;
    this.#narrator = narrator;
    this.#offersBefore = offersBefore;
  }

  async playBeats(begun: Temporal.Instant): Promise<Played> {
    try {
      for (const [index, beat] of this.#plot.beats.entries()) {
        await this.#prepare(index);
        await moveTo(this.#theater, begun.add({ seconds: Math.round(beat.minute * 60) }));
        this.#narrator.saw(await this.#theater.news());
        await this.#playBeat(index, beat);
        if (this.#plot.oldPresses.includes(index)) {
          await this.#pressOld();
        }
      }
    } finally {
      for (const trap of this.#traps) {
        await trap.disarm();
      }
    }
    if (this.#killed().length === 0) {
      // The story was over before it came to that point.
      await this.#arm({ kind: 'rest' });
    }
    return { kills: this.#killed(), oldPresses: this.#oldPresses, breaches: this.#breaches };
  }

  #killed(): readonly string[] {
    return this.#traps.map(({ where }) => where).filter((where) => where !== null);
  }

  /** While the story goes on, what was offered once and is no more is void. */
  async #pressOld(): Promise<void> {
    const { stage, handles, hands } = this.#theater;
    const killed = this.#killed().length;
    const old = await findOldOffers(stage.control, handles, this.#offersBefore);
    const breaches = await pressOldOffers(hands, old, () => this.#theater.look());
    this.#narrator.say(`${old.length} old presses`);
    this.#narrator.saw(await this.#theater.news());
    this.#oldPresses += old.length;
    // A bot that is killed over it takes up what it left.
    this.#breaches.push(...(this.#killed().length === killed ? breaches : []));
  }

  async #prepare(index: number): Promise<void> {
    const { control } = this.#theater.stage;
    for (const { name } of this.#plot.faults.filter(({ beat }) => beat === index)) {
      this.#narrator.say(`fault ${name}`);
      await setFault(control, name, this.#plot.random);
      if (name === 'clock') {
        // Nobody visits what was due in between.
        const minutes = this.#plot.random.between(2, 9);
        await control.setClock((await control.now()).add({ minutes }));
      }
    }
    for (const { point } of this.#plot.kills.filter(({ beat }) => beat === index)) {
      this.#narrator.say(`kill ${describeKill(point)}`);
      await this.#arm(point);
    }
  }

  async #arm(point: Parameters<Trap['arm']>[0]): Promise<void> {
    const trap = new Trap(this.#theater.stage, this.#theater.pool);
    this.#traps.push(trap);
    await trap.arm(point);
  }

  async #playBeat(index: number, { deeds }: Beat): Promise<void> {
    const has = (name: string): boolean => {
      return this.#plot.faults.some((fault) => fault.beat === index && fault.name === name);
    };
    const before = this.#killed().length;
    const wanted = has('duplicate') ? deeds.flatMap((deed) => [deed, deed]) : deeds;
    const done = has('disk') ? await withFullDisk(this.#theater.pool, () => this.#do(wanted)) : await this.#do(wanted);
    const killed = this.#killed().slice(before);
    if (killed.length > 0) {
      this.#narrator.say(`killed ${killed.join(', ')}`);
    }
    await this.#theater.stage.settle();
    this.#narrator.saw(await this.#theater.news());
    const again = deeds.flatMap((deed) => triedAgain(deed, done, killed.length > 0));
    if (again.length > 0) {
      await this.#do(again);
      await this.#theater.stage.settle();
      this.#narrator.saw(await this.#theater.news());
    }
  }

  async #do(deeds: readonly Deed[]): Promise<readonly Deeded[]> {
    const at = await this.#theater.stage.control.now();
    const done = await this.#theater.doAll(deeds);
    this.#narrator.did(done, at);
    return done;
  }
}

/** Who saw that nothing came of a press does it once more, where the button is still there; who is asked to sign in does. */
function triedAgain(deed: Deed, done: readonly Deeded[], isKilled: boolean): readonly Deed[] {
  const failed = done.some((one) => one.deed === deed && /^(?:unreachable|error)$/.test(one.outcome));
  if (!isKilled && !failed) {
    return [];
  }
  if (deed.kind === 'say') {
    return failed ? [deed] : [{ kind: 'sign-in', person: deed.person }];
  }
  return deed.kind === 'press' ? [deed] : [];
}
