import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import type { Stage } from '../stage/stage.ts';
import { type Player, StepFailure } from './play.ts';
import { readStep, ScriptError } from './script.ts';

const HELP = `Type what you want to say. Besides:
  /as PERSON              speak as somebody else; PERSON: text does it for one line
  /buttons                the buttons this person can press now, by number
  1 justification="ok"    press button 1, filling in inputs
  1 role~="secur"         the same, typing into a box that searches
  /clock +1h50m           let time pass
  /stepup ok              open the sign-in link of the newest card and sign in; /stepup fail cancels
  @…                      any directive of a conversation script, such as @restart
  /help, /quit`;

interface Offered {
  readonly card: string | null;
  readonly title: string | null;
  readonly buttons: readonly string[];
  readonly inputs: readonly string[];
}

/** A terminal in which one is any of the sandbox's people. */
export async function talk(stage: Stage, player: Player): Promise<void> {
  const people = Object.keys(stage.sandbox.people);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  process.stdout.write(`People: ${people.join(', ')}\n${HELP}\n\n`);
  let person = people.includes('engineer') ? 'engineer' : (people[0] ?? '');
  let isOpen = true;
  terminal.once('close', () => {
    isOpen = false;
  });
  const prompt = (): void => {
    // Lines that were piped in are still read after the input has ended.
    if (isOpen) {
      terminal.setPrompt(`${styleText('bold', person)}> `);
      terminal.prompt();
    }
  };
  prompt();
  for await (const raw of terminal) {
    const line = raw.trim();
    if (line === '/quit' || line === '/exit') {
      break;
    }
    const wanted = /^\/as\s+(\S+)$/.exec(line)?.[1];
    if (wanted !== undefined) {
      person = people.includes(wanted) ? wanted : person;
      process.stdout.write(people.includes(wanted) ? '' : `Nobody is called ${wanted}: ${people.join(', ')}\n`);
    } else if (line === '/help') {
      process.stdout.write(`${HELP}\n`);
    } else if (line === '/buttons') {
      printButtons(await offeredButtons(stage, person));
    } else if (line !== '') {
      await carryOut(stage, player, { person, line, people });
    }
    prompt();
  }
  terminal.close();
}

async function carryOut(
  stage: Stage,
  player: Player,
  { person, line, people }: { readonly person: string; readonly line: string; readonly people: readonly string[] },
): Promise<void> {
  try {
    // As in a script, which is where most lines come from.
    const isNamed = people.some((name) => line.startsWith(`${name}:`) || line.startsWith(`${name}@`));
    const source = isNamed ? line : await asScriptLine(stage, person, line);
    await player.playLine({ number: 1, source, step: readStep(source) });
  } catch (thrown) {
    if (!(thrown instanceof StepFailure || thrown instanceof ScriptError)) {
      throw thrown;
    }
    process.stdout.write(`${styleText('red', thrown.message)}\n`);
  }
}

async function asScriptLine(stage: Stage, person: string, line: string): Promise<string> {
  if (line.startsWith('/clock')) {
    return line.replace('/clock', '@clock');
  }
  if (/^\/stepup\b/.test(line)) {
    return line.replace('/stepup', `@stepup ${person}`);
  }
  if (line.startsWith('@')) {
    return line;
  }
  const pressed = /^(\d+)\b(.*)$/s.exec(line);
  if (pressed === null) {
    return `${person}: ${line}`;
  }
  const buttons = await offeredButtons(stage, person);
  const button = buttons[Number(pressed[1]) - 1];
  return button === undefined ? `${person}: ${line}` : `${person}: [${button.name}]${pressed[2]}`;
}

interface Button {
  readonly name: string;
  readonly of: string;
}

async function offeredButtons(stage: Stage, person: string): Promise<readonly Button[]> {
  const { cards } = await stage.control.send('GET', `/teams/cards?person=${encodeURIComponent(person)}`);
  const names = new Map<string, string>();
  for (const card of cards as readonly Offered[]) {
    for (const name of card.buttons) {
      names.set(name, names.get(name) ?? card.title ?? card.card ?? 'card');
    }
  }
  return [...names].map(([name, of]) => ({ name, of }));
}

function printButtons(buttons: readonly Button[]): void {
  const lines = buttons.map((button, index) => `  ${index + 1}  [${button.name}]  ${button.of}`);
  process.stdout.write(`${lines.join('\n') || '  no buttons'}\n`);
}
