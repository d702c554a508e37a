import type { Visit } from '../../sandbox/teams/browser.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { ControlRefusal } from '../stage/control.ts';
import type { Stage } from '../stage/stage.ts';
import type { Expectation, ScriptLine, Step } from './script.ts';

/** A line of a script that did not come out. */
export class StepFailure extends Error {
  readonly line: ScriptLine;

  constructor(line: ScriptLine, why: string) {
    super(`line ${line.number}: ${line.source}\n  ${why}`);
    this.line = line;
  }
}

interface Crash {
  readonly at: 'before' | 'after';
  readonly nth: number;
}

/** The page on which a sign-in in the browser ended, and whose browser it was. */
export type PageShown = (person: string, page: Pick<Visit, 'title' | 'text'>) => void;

/** Plays the lines of a script on a stage and hands on what people saw, in order. */
export class Player {
  readonly #stage: Stage;
  readonly #onSeen: (sighting: Sighting) => void;
  readonly #onPage: PageShown;
  /** What was seen since the last step that is not an expectation. */
  #recent: Sighting[] = [];
  #crash: Crash | null = null;
  /** Whether the bot is to be killed in the step that is being played. */
  #isCrashing = false;

  constructor(stage: Stage, onSeen: (sighting: Sighting) => void, onPage: PageShown = () => undefined) {
    this.#stage = stage;
    this.#onSeen = onSeen;
    this.#onPage = onPage;
  }

  /** Plays all lines; throws {@link StepFailure} at the first that fails. */
  async play(lines: readonly ScriptLine[]): Promise<void> {
    for (const line of lines) {
      await this.playLine(line);
    }
  }

  async playLine(line: ScriptLine): Promise<void> {
    if (line.step.kind === 'expect') {
      this.#expect(line, line.step.expectation);
      return;
    }
    if (line.step.kind === 'crash') {
      this.#crash = line.step;
      return;
    }
    this.#recent = [];
    try {
      await this.#act(line.step);
      await this.#stage.settle();
    } catch (thrown) {
      await this.#collect();
      throw new StepFailure(line, thrown instanceof Error ? thrown.message : String(thrown));
    }
    await this.#collect();
  }

  async #collect(): Promise<void> {
    for (const sighting of await this.#stage.newSightings()) {
      this.#recent.push(sighting);
      this.#onSeen(sighting);
    }
  }

  async #act(step: Step): Promise<void> {
    const crash = this.#crash;
    this.#crash = null;
    this.#isCrashing = crash !== null;
    const watcher = crash === null ? null : await this.#armCrash(crash);
    try {
      await this.#carryOut(step);
      if (watcher !== null) {
        await this.#stage.settle();
      }
    } finally {
      await watcher?.disarm();
    }
  }

  async #carryOut(step: Step): Promise<void> {
    const { control } = this.#stage;
    switch (step.kind) {
      case 'say':
        await control.send('POST', '/teams/say', { person: step.person, chat: step.chat, text: step.text });
        return;
      case 'press':
        await this.#press(step);
        return;
      case 'forge':
        await control.send('POST', '/teams/forge', { person: step.person, button: step.button, of: step.of });
        return;
      case 'install':
      case 'uninstall':
      case 'block':
      case 'unblock':
      case 'delete-team':
      case 'restore-team':
        await control.send('POST', `/teams/${step.kind}`, {
          person: step.person,
          ...(step.shape !== null && { shape: step.shape }),
        });
        return;
      case 'clock':
        await this.#stage.moveClock(step.duration);
        return;
      case 'portal':
        if (step.action === 'sign-in') {
          await control.send('POST', '/sign-ins', { person: step.person, app: step.role });
          return;
        }
        await control.send('POST', '/pim/act', {
          person: step.person,
          action: step.action,
          role: step.role,
          ...step.details,
        });
        return;
      case 'outage':
        await this.#stage.killBot();
        await control.setClock((await control.now()).add(step.duration));
        await this.#stage.startBot();
        return;
      case 'restart':
        await this.#stage.restart(step);
        return;
      case 'consent':
        await control.send('POST', '/consent', { person: step.person, consented: step.consented });
        return;
      case 'stepup':
        await this.#signIn(step);
        return;
      case 'fault':
        await this.#fault(step.name, step.settings);
        return;
      case 'setting':
        await control.send('POST', '/settings', typed(step.settings));
        return;
      case 'crash':
      case 'expect':
        return;
    }
  }

  async #press({ person, chat, button, inputs, typing }: Extract<Step, { kind: 'press' }>): Promise<void> {
    await this.#stage.control.send('POST', '/teams/press', {
      person,
      button,
      inputs,
      ...(chat && { chat }),
      ...(typing && { typing }),
    });
  }

  /** What the page says decides nothing: scripts look at the cards. */
  async #signIn({ person, outcome, as, isAgain }: Extract<Step, { kind: 'stepup' }>): Promise<void> {
    const wanted = { person, outcome, again: isAgain, ...(as !== null && { as }) };
    const page = await this.#stage.control.send('POST', '/teams/sign-in-page', wanted).catch((thrown: unknown) => {
      // The bot was killed while the browser waited for it, as the script wanted.
      if (!(this.#isCrashing && thrown instanceof ControlRefusal && thrown.status === 502)) {
        throw thrown;
      }
      return { title: 'No answer', text: 'The bot did not answer.' };
    });
    this.#onPage(person, { title: String(page.title), text: String(page.text) });
  }

  async #fault(name: string, settings: Readonly<Record<string, string>> | null): Promise<void> {
    if (settings === null) {
      await this.#stage.control.send('DELETE', `/faults?name=${encodeURIComponent(name)}`);
      return;
    }
    await this.#stage.control.send('POST', '/faults', { name, ...typed(settings) });
  }

  /** Kills the bot when the sandbox gets, or has carried out, the N-th call from now. */
  async #armCrash(crash: Crash): Promise<{ disarm(): Promise<void> }> {
    const { control } = this.#stage;
    const held = (await control.send('GET', '/holds')).holds as readonly { readonly id: number }[];
    const after = held.reduce((last, hold) => Math.max(last, hold.id), 0);
    await control.send('POST', '/faults', { name: 'hold', at: crash.at, nth: crash.nth });
    const stop = new AbortController();
    const watch = this.#killWhenHeld(after, stop.signal);
    return {
      disarm: async () => {
        stop.abort();
        await watch;
        await control.send('DELETE', '/faults?name=hold');
      },
    };
  }

  async #killWhenHeld(after: number, signal: AbortSignal): Promise<void> {
    try {
      let holds: readonly unknown[] = [];
      while (holds.length === 0) {
        const answer = await this.#stage.control.send('GET', `/holds/next?after=${after}`, undefined, signal);
        holds = (answer.holds ?? []) as readonly unknown[];
      }
      await this.#stage.control.send('DELETE', '/faults?name=hold');
      // What is held stays so: let go, a call that was to die with the bot could still be carried out.
      await this.#stage.killBot();
    } catch (thrown) {
      if (!signal.aborted) {
        throw thrown;
      }
    }
  }

  #expect(line: ScriptLine, expectation: Expectation): void {
    const found = this.#recent.filter((sighting) => fits(sighting, expectation));
    if (expectation.isNone && found.length > 0) {
      throw new StepFailure(line, `was seen: ${found.map(describe).join('; ')}`);
    }
    if (!expectation.isNone && found.length === 0) {
      const seen = this.#recent.map(describe).join('\n    ');
      throw new StepFailure(line, `was not seen. Seen instead:\n    ${seen || 'nothing'}`);
    }
  }
}

/** The sandbox takes numbers, and yes or no, as JSON has them. */
function typed(settings: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: string): unknown {
  if (/^-?\d+$/.test(value)) {
    return Number(value);
  }
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

function fits(sighting: Sighting, { to, fields, contains }: Expectation): boolean {
  const values: Readonly<Record<string, string | null>> = {
    card: sighting.card,
    event: sighting.event,
    chat: sighting.chat,
    title: sighting.title,
  };
  return (
    (to === 'anyone' || sighting.to === to) &&
    Object.entries(fields).every(([name, value]) => values[name] === value) &&
    contains.every((text) => sighting.text.includes(text))
  );
}

function describe(sighting: Sighting): string {
  const words = sighting.text.replaceAll('\n', ' ').slice(0, 100);
  return `${sighting.to} ${sighting.event} ${sighting.card ?? 'text'}: ${words}`;
}
