import type { Call } from '../sandbox/platform/types.ts';
import { atMost, type Bench, beside, type Figure } from './figure.ts';
import { Rig } from './rig.ts';

/** What DESIGN §11 allows. A group's open requests must be read before each write (pim-api §19.23). */
const LIMITS = { cold: 6, inSequence: 3, warm: 1 } as const;
const GROUP_LIMITS = { cold: 7, inSequence: 3, warm: 2 } as const;

/** Real milliseconds in each answer of Graph and ARM, so that calls side by side show as overlapping. */
const SLOW_MS = 300;

interface Story {
  readonly kind: string;
  readonly limits: Readonly<Record<'cold' | 'inSequence' | 'warm', number>>;
  readonly cold: Said;
  readonly warm: Said;
}

/** Somebody asks for a role. */
interface Said {
  readonly person: string;
  readonly role: string;
}

/**
 * A fresh bot hears the first sentence of a person, then one about a role that it has not seen, from a person whose roles it
 * has.
 */
const STORIES: readonly Story[] = [
  {
    kind: 'directory.direct',
    limits: LIMITS,
    cold: { person: 'engineer', role: 'Security Reader' },
    warm: { person: 'engineer', role: 'Global Reader' },
  },
  {
    kind: 'directory.approval',
    limits: LIMITS,
    cold: { person: 'engineer', role: 'Contoso-App-Assignment-Operator' },
    warm: { person: 'engineer', role: 'Contoso-App-Configuration-Administrator' },
  },
  {
    kind: 'group',
    limits: GROUP_LIMITS,
    cold: { person: 'engineer', role: 'sg-payments-oncall' },
    warm: { person: 'oncall', role: 'sg-payments-oncall' },
  },
  {
    kind: 'azure',
    limits: LIMITS,
    cold: { person: 'engineer', role: '"Virtual Machine Operator" on rg-payments' },
    warm: { person: 'engineer', role: 'Reader on "Contoso Staging"' },
  },
  {
    kind: 'azure.narrower',
    limits: LIMITS,
    cold: { person: 'engineer', role: 'Reader on vm-pay-01' },
    warm: { person: 'engineer', role: 'Contributor on rg-web' },
  },
];

const ASKED = /\/(?:role)?assignmentScheduleRequests(?:\/[0-9a-f-]{36})?$/i;

/** Counts what one activation asks of Microsoft with the person's token, up to PIM's answer, on every surface. */
const callsBench: Bench = async ({ isQuick, profileDir }, print) => {
  const rig = await Rig.open({ crowd: 0, profileDir });
  try {
    for (const story of isQuick ? STORIES.slice(0, 1) : STORIES) {
      const bot = await rig.startBot();
      for (const service of ['graph', 'arm']) {
        await rig.control.send('POST', '/faults', { name: 'slow', service, ms: SLOW_MS });
      }
      const cold = await callsOf(rig, story.cold);
      if (story.warm.person !== story.cold.person) {
        await rig.say(story.warm.person, 'my roles');
      }
      const warm = await callsOf(rig, story.warm);
      await rig.control.send('DELETE', '/faults');
      await bot.stop();
      tell(print, story, { cold, warm });
    }
  } finally {
    await rig.close();
  }
};

export default callsBench;

async function callsOf(rig: Rig, { person, role }: Said): Promise<readonly Call[]> {
  const before = await rig.lastCall();
  await rig.say(person, `activate ${role} for 1h because INC-42 broken sign-in`);
  const calls = await rig.callsSince(before);
  const answered = calls.findIndex(
    ({ method, path, status }) =>
      (method === 'POST' || method === 'PUT') && ASKED.test(path.split('?', 1)[0] ?? '') && status === 201,
  );
  if (answered < 0) {
    throw new Error(
      `PIM was not asked to activate ${role}: ${calls.map(({ method, path }) => `${method} ${path}`).join(', ')}`,
    );
  }
  return calls.slice(0, answered + 1);
}

type Both = Readonly<Record<'cold' | 'warm', readonly Call[]>>;

function tell(print: (figure: Figure) => void, { kind, limits }: Story, { cold, warm }: Both): void {
  const bench = `calls.${kind}`;
  const line = (name: string, value: number, limit: number): void =>
    print(atMost(1, { bench: `${bench}.${name}`, unit: 'calls', value, against: limit }));
  line('cold', countDelegated(cold), limits.cold);
  line('cold.in-sequence', inSequence(cold), limits.inSequence);
  line('warm', countDelegated(warm), limits.warm);
  for (const [name, calls] of [
    ['cold', cold],
    ['warm', warm],
  ] as const) {
    const exchanges = calls.filter(({ service, kind }) => service === 'login' && kind === 'delegated').length;
    const background = calls.filter(isTenantCall).filter(({ kind }) => kind === 'application').length;
    print(beside(`${bench}.${name}.token-exchanges`, exchanges, 'calls'));
    print(beside(`${bench}.${name}.background-reads`, background, 'calls'));
  }
}

/** Parts of a `$batch` count singly, the POST around them does not. */
function isTenantCall({ service, path }: Call): boolean {
  return (service === 'graph' || service === 'arm') && !path.endsWith('/$batch');
}

export function countDelegated(calls: readonly Call[]): number {
  return calls.filter(isTenantCall).filter(({ kind }) => kind === 'delegated').length;
}

/**
 * The longest chain of the person's calls of which each began after the one before was answered. A call is logged when its
 * slowed answer goes out, so it began about the delay earlier; a batch is one round trip.
 */
export function inSequence(calls: readonly Call[], slowMs = SLOW_MS): number {
  const spans = calls
    .filter(({ service, kind, batch }) => (service === 'graph' || service === 'arm') && kind === 'delegated' && !batch)
    .map(({ at }) => Temporal.Instant.from(at).epochMilliseconds)
    .map((end) => ({ start: end - slowMs, end }));
  const depths: number[] = [];
  for (const [index, span] of spans.entries()) {
    const before = depths.filter((_, other) => (spans[other]?.end ?? 0) <= span.start + slowMs / 3);
    depths[index] = 1 + Math.max(0, ...before);
  }
  return Math.max(0, ...depths);
}
