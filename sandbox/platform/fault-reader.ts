import { claimsOf } from './claims-challenge.ts';
import { PLATFORM_FAULTS } from './faults.ts';

type Values = Readonly<Record<string, unknown>>;

const SERVICES = ['login', 'graph', 'arm', 'connector'];
const NUMBERS = ['times', 'every', 'after', 'retryAfter', 'ms', 'status', 'nth'];
/** What keeps people out for good (pim-api §16.2). */
const BLOCK_CODES = ['53000', '53001', '53002', '53003', '530032'];
const SHARED = ['name', 'service', 'match', 'times', 'every'];

/** What each fault of the platform takes beside name, service, match, times and every; `null` takes anything. */
const MEMBERS: Readonly<Record<(typeof PLATFORM_FAULTS)[number], readonly string[]>> = {
  throttle: ['after', 'retryAfter'],
  slow: ['ms'],
  drop: [],
  ambiguous: ['close'],
  error: ['status', 'code', 'message', 'body', 'contentType', 'retryAfter'],
  empty: [],
  hold: ['at', 'nth'],
  'stale-read': ['surface'],
  'conditional-access': ['person', 'resource'],
  'device-blocked': ['person', 'code'],
  'insufficient-claims': ['person', 'claims'],
};

/** Checks a fault that somebody sets: a misspelt one would silently do nothing. Numbers may come as text, as scripts have them. */
export function readFault(values: Values, roomNames: readonly string[]): Values & { readonly name: string } {
  const name = String(values.name);
  const known = PLATFORM_FAULTS.find((candidate) => candidate === name);
  if (!known && !roomNames.includes(name)) {
    throw new RangeError(`There is no fault "${name}"; there are ${[...PLATFORM_FAULTS, ...roomNames].join(', ')}.`);
  }
  const members = known && [...SHARED, ...MEMBERS[known]];
  const fault: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (members && !members.includes(key)) throw new RangeError(`The fault "${name}" takes no "${key}".`);
    fault[key] = NUMBERS.includes(key) ? readNumber(key, value) : value;
  }
  if (fault.service !== undefined && !SERVICES.includes(String(fault.service))) {
    throw new RangeError(`"service" is one of ${SERVICES.join(', ')}.`);
  }
  if (name === 'hold' && fault.at !== 'before' && fault.at !== 'after') {
    throw new RangeError('"at" is "before" or "after".');
  }
  if (name === 'device-blocked' && !BLOCK_CODES.includes(String(fault.code ?? 53_003))) {
    throw new RangeError(`"code" is one of ${BLOCK_CODES.join(', ')}.`);
  }
  if (name === 'insufficient-claims' && !isJsonObject(claimsOf(fault))) {
    throw new RangeError('"claims" is a context such as c1, or a JSON object.');
  }
  return { ...fault, name };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function readNumber(key: string, value: unknown): number {
  const number = Number(value);
  const least = key === 'nth' || key === 'times' || key === 'every' ? 1 : 0;
  if (!Number.isInteger(number) || number < least) throw new RangeError(`"${key}" is a whole number from ${least}.`);
  return number;
}
