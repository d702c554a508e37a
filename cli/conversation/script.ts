const REACHES = ['install', 'uninstall', 'block', 'unblock', 'delete-team', 'restore-team'] as const;
type Reach = (typeof REACHES)[number];

/** One line of a `*.chat` file, read. */
export type Step =
  | { readonly kind: 'say'; readonly person: string; readonly chat: string; readonly text: string }
  | {
      readonly kind: 'press';
      readonly person: string;
      /** Of a channel: what this person sees there. */
      readonly chat?: string;
      readonly button: string;
      readonly inputs: Readonly<Record<string, string>>;
      /** What is typed into boxes that search; absent without any. */
      readonly typing?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'clock'; readonly duration: Temporal.Duration }
  | { readonly kind: 'restart'; readonly isAll: boolean; readonly isGentle: boolean }
  | { readonly kind: 'crash'; readonly at: 'before' | 'after'; readonly nth: number }
  | { readonly kind: 'consent'; readonly person: string; readonly consented: boolean }
  /** No settings: the fault is over. */
  | { readonly kind: 'fault'; readonly name: string; readonly settings: Readonly<Record<string, string>> | null }
  | { readonly kind: 'setting'; readonly settings: Readonly<Record<string, string>> }
  /** Somebody acts in the tenant behind the bot's back. */
  | {
      readonly kind: 'portal';
      readonly person: string;
      readonly action: string;
      /** Of a sign-in: the app. */
      readonly role: string;
      readonly details: Readonly<Record<string, string>>;
    }
  /** Nobody is there for so long: the bot is killed, and started again afterwards. */
  | { readonly kind: 'outage'; readonly duration: Temporal.Duration }
  /** Who can be written to; `shape` is how the connector says that somebody blocked the bot. */
  | { readonly kind: Reach; readonly person: string; readonly shape: string | null }
  | { readonly kind: 'forge'; readonly person: string; readonly button: string; readonly of: string }
  /** Signs in on the page that a card links to, as somebody else if `as` says so; `isAgain` opens the last link once more. */
  | {
      readonly kind: 'stepup';
      readonly person: string;
      readonly outcome: 'ok' | 'fail';
      readonly as: string | null;
      readonly isAgain: boolean;
    }
  | { readonly kind: 'expect'; readonly expectation: Expectation };

export interface Expectation {
  readonly isNone: boolean;
  readonly to: string;
  /** Fields that must be equal: `card`, `event`, `chat`, `title`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly contains: readonly string[];
}

export interface ScriptLine {
  readonly number: number;
  readonly source: string;
  readonly step: Step;
}

/** A line that cannot be read, with its number. */
export class ScriptError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

const EXPECTED_FIELDS: ReadonlySet<string> = new Set(['card', 'event', 'chat', 'title']);

/** Reads a whole script; fails at the first line that cannot be read. */
export function readScript(text: string): readonly ScriptLine[] {
  const lines: ScriptLine[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const source = raw.trim();
    if (source !== '' && !source.startsWith('#')) {
      lines.push({ number: index + 1, source, step: readStep(source, index + 1) });
    }
  }
  return lines;
}

/** Reads one line. */
export function readStep(source: string, number = 1): Step {
  if (source.startsWith('@')) {
    return readDirective(source, number);
  }
  const match = /^([\w-]+)(?:@(#?[\w-]+))?:\s*(.*)$/su.exec(source);
  if (match === null) {
    throw new ScriptError(number, `neither a directive nor "PERSON: text": ${source}`);
  }
  const [, person = '', channel, rest = ''] = match;
  const chat = channel === undefined ? null : `#${channel.replace(/^#/, '')}`;
  const pressed = /^\[([^\]]+)\]\s*(.*)$/su.exec(rest);
  if (pressed !== null) {
    const [, button = '', inputs = ''] = pressed;
    return { kind: 'press', person, ...(chat !== null && { chat }), button, ...readFilling(inputs, number) };
  }
  return { kind: 'say', person, chat: chat ?? 'personal', text: rest };
}

function readDirective(source: string, number: number): Step {
  const [name = '', ...words] = splitWords(source);
  const [first = '', second = ''] = words;
  const reach = REACHES.find((one) => name === `@${one}`);
  if (reach !== undefined) {
    return readReach(reach, words, number);
  }
  switch (name) {
    case '@clock':
      return { kind: 'clock', duration: readOffset(first, number) };
    case '@portal':
      return readPortal(words, number);
    case '@outage':
      return { kind: 'outage', duration: readOffset(first, number) };
    case '@restart':
      return readRestart(words, number);
    case '@crash':
      return readCrash(first, second, number);
    case '@consent':
      return { kind: 'consent', person: first, consented: readYesNo(second, number) };
    case '@fault':
      return readFault(source, number);
    case '@setting':
      return readSetting(words, number);
    case '@forge':
      return readForge(source, number);
    case '@stepup':
      return readStepUp(words, number);
    case '@expect':
      return { kind: 'expect', expectation: readExpectation(words, number) };
    default:
      throw new ScriptError(number, `unknown directive ${name}`);
  }
}

/** `@install PERSON`, `@uninstall`, `@unblock`, `@block PERSON [shape=CODE]`, `@delete-team PERSON`. */
function readReach(kind: Reach, [person = '', ...rest]: readonly string[], number: number): Step {
  const { shape = null, ...others } = readPairs(rest.join(' '), number);
  const isUnderstood = Object.keys(others).length === 0 && (shape === null || kind === 'block');
  if (!/^[\w-]+$/u.test(person) || !isUnderstood) {
    throw new ScriptError(number, `write @${kind} PERSON${kind === 'block' ? ', with shape=CODE if you want' : ''}`);
  }
  return { kind, person, shape };
}

/** `@fault NAME key=value …` sets one, `@fault NAME off` ends it. */
function readFault(source: string, number: number): Step {
  const match = /^@fault\s+(\S+)\s*(.*)$/su.exec(source);
  if (match === null) {
    throw new ScriptError(number, 'write @fault NAME key=value, or @fault NAME off');
  }
  const [, name = '', rest = ''] = match;
  return { kind: 'fault', name, settings: rest.trim() === 'off' ? null : readPairs(rest, number) };
}

/** `@setting name=value …` changes how the sandbox behaves, until it is set again. */
function readSetting(words: readonly string[], number: number): Step {
  if (words.length === 0) {
    throw new ScriptError(number, 'write @setting name=value');
  }
  return { kind: 'setting', settings: readPairs(words.join(' '), number) };
}

const PORTAL_ACTIONS: ReadonlySet<string> = new Set(['approve', 'deny', 'activate', 'deactivate', 'cancel', 'sign-in']);

/** `@portal PERSON ACTION ROLE`, with `scope=`, `duration=` and `justification=` if you want. */
function readPortal([person = '', action = '', ...rest]: readonly string[], number: number): Step {
  const details = rest.filter((word) => /^(?:scope|duration|justification)=/u.test(word));
  const role = rest
    .filter((word) => !details.includes(word))
    .map(unquote)
    .join(' ');
  if (!PORTAL_ACTIONS.has(action) || role === '') {
    throw new ScriptError(number, `write @portal PERSON ${[...PORTAL_ACTIONS].join('|')} ROLE`);
  }
  return { kind: 'portal', person, action, role, details: readPairs(details.join(' '), number) };
}

function readYesNo(word: string, number: number): boolean {
  if (word !== 'yes' && word !== 'no') {
    throw new ScriptError(number, 'say yes or no');
  }
  return word === 'yes';
}

/** `@restart` the next replica in turn, or `all`; `gently` asks it to stop. */
function readRestart(words: readonly string[], number: number): Step {
  if (words.some((word) => word !== 'all' && word !== 'gently')) {
    throw new ScriptError(number, 'write @restart, with all and gently if you want');
  }
  return { kind: 'restart', isAll: words.includes('all'), isGentle: words.includes('gently') };
}

function readCrash(at: string, nth: string, number: number): Step {
  if ((at !== 'before' && at !== 'after') || !/^[1-9]\d*$/.test(nth)) {
    throw new ScriptError(number, 'write @crash before N or @crash after N');
  }
  return { kind: 'crash', at, nth: Number(nth) };
}

/** `@stepup PERSON ok|fail`, with `as=PERSON` and `again`; `again` alone means ok. */
function readStepUp(words: readonly string[], number: number): Step {
  const [person = '', ...rest] = words;
  const isAgain = rest.includes('again');
  const others = rest.map((word) => /^as=([\w-]+)$/u.exec(word)?.[1]).filter((name) => name !== undefined);
  const outcomes = rest.filter((word) => word === 'ok' || word === 'fail');
  const isUnderstood = rest.length === outcomes.length + others.length + (isAgain ? 1 : 0);
  const isOnce = outcomes.length <= 1 && others.length <= 1 && (outcomes.length === 1 || isAgain);
  if (!/^[\w-]+$/u.test(person) || !isUnderstood || !isOnce) {
    throw new ScriptError(number, 'write @stepup PERSON ok, or fail, with as=PERSON and again if you want');
  }
  return { kind: 'stepup', person, outcome: outcomes[0] ?? 'ok', as: others[0] ?? null, isAgain };
}

function readForge(source: string, number: number): Step {
  const match = /^@forge\s+([\w-]+)\s+\[([^\]]+)\]\s+of\s+([\w-]+)$/u.exec(source);
  if (match === null) {
    throw new ScriptError(number, 'write @forge PERSON [Button] of PERSON');
  }
  const [, person = '', button = '', of = ''] = match;
  return { kind: 'forge', person, button, of };
}

/** `+1h50m`, `+90s`, `+1d`, `+PT2H`. */
function readOffset(word: string, number: number): Temporal.Duration {
  const text = word.replace(/^\+/, '').toUpperCase();
  const days = /^(\d+D)?(.+)?$/.exec(text);
  const iso = text.startsWith('P') ? text : `P${days?.[1] ?? ''}${days?.[2] === undefined ? '' : `T${days[2]}`}`;
  try {
    // An instant can be moved by hours, not by days.
    return Temporal.Duration.from(iso).round({ largestUnit: 'hours' });
  } catch {
    throw new ScriptError(number, `not a duration: ${word}`);
  }
}

function readExpectation(words: readonly string[], number: number): Expectation {
  const isNone = words[0] === 'none';
  const rest = isNone ? words.slice(1) : words;
  const [to = ''] = rest;
  if (to === '') {
    throw new ScriptError(number, 'write @expect [none] PERSON card=NAME contains "text"');
  }
  const fields: Record<string, string> = {};
  const contains: string[] = [];
  for (let index = 1; index < rest.length; index += 1) {
    const word = rest[index] ?? '';
    const pair = /^(\w+)=(.*)$/su.exec(word);
    if (word === 'contains') {
      index += 1;
      contains.push(unquote(rest[index] ?? ''));
    } else if (pair !== null && EXPECTED_FIELDS.has(pair[1] ?? '')) {
      fields[pair[1] ?? ''] = unquote(pair[2] ?? '');
    } else {
      throw new ScriptError(number, `cannot expect ${word}`);
    }
  }
  return { isNone, to, fields, contains };
}

/** Words between white space; quotes protect what they hold, also after `=`. */
function splitWords(text: string): string[] {
  return text.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/gsu) ?? [];
}

function unquote(word: string): string {
  const match = /^"(.*)"$/su.exec(word);
  return match === null ? word : (match[1] ?? '').replaceAll(/\\(.)/gsu, '$1');
}

/** `name=value` fills an input; `name~="part of a title"` types into a box that searches, and takes the first that is found. */
function readFilling(text: string, number: number): Pick<Extract<Step, { kind: 'press' }>, 'inputs' | 'typing'> {
  const isTyped = (word: string): boolean => /^[\w-]+~=/u.test(word);
  const words = splitWords(text);
  const typed = words.filter(isTyped).map((word) => word.replace('~=', '='));
  const inputs = readPairs(words.filter((word) => !isTyped(word)).join(' '), number);
  return typed.length === 0 ? { inputs } : { inputs, typing: readPairs(typed.join(' '), number) };
}

/** `name=value name="value with spaces"`. */
export function readPairs(text: string, number: number): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (const word of splitWords(text)) {
    const match = /^([\w-]+)=(.*)$/su.exec(word);
    if (match === null) {
      throw new ScriptError(number, `not name=value: ${word}`);
    }
    pairs[match[1] ?? ''] = unquote(match[2] ?? '');
  }
  return pairs;
}
