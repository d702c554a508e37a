import type { Call } from '../sandbox/platform/types.ts';
import { atMost, type Bench, beside, type Figure } from './figure.ts';
import { Rig } from './rig.ts';

/** What DESIGN §11 allows for a directory role. */
const MOST_COLD = 6;
const MOST_IN_SEQUENCE = 3;
const MOST_WARM = 1;

/** Real milliseconds in each answer of Graph, so that calls side by side show as overlapping. */
const SLOW_MS = 300;

/** A fresh bot hears the first sentence of a person, then one about a role it has not seen from the same person. */
const STORIES = [
  { kind: 'direct', cold: 'Security Reader', warm: 'Global Reader' },
  {
    kind: 'approval',
    cold: 'Contoso-App-Assignment-Operator',
    warm: 'Contoso-App-Configuration-Administrator',
  },
] as const;

const REQUESTS = '/roleManagement/directory/roleAssignmentScheduleRequests';

/** Counts what one activation asks of Microsoft with the person's token, up to PIM's answer. */
const callsBench: Bench = async ({ isQuick, profileDir }, print) => {
  const rig = await Rig.open({ crowd: 0, profileDir });
  try {
    for (const story of isQuick ? STORIES.slice(0, 1) : STORIES) {
      const bot = await rig.startBot();
      await rig.control.send('POST', '/faults', { name: 'slow', service: 'graph', ms: SLOW_MS });
      const cold = await callsOf(rig, story.cold);
      const warm = await callsOf(rig, story.warm);
      await rig.control.send('DELETE', '/faults');
      await bot.stop();
      tell(print, `calls.${story.kind}`, { cold, warm });
    }
  } finally {
    await rig.close();
  }
};

export default callsBench;

async function callsOf(rig: Rig, role: string): Promise<readonly Call[]> {
  const before = await rig.lastCall();
  await rig.say('engineer', `activate ${role} for 1h because INC-42 broken sign-in`);
  const calls = await rig.callsSince(before);
  const answered = calls.findIndex(
    ({ method, path, status }) => method === 'POST' && path.endsWith(REQUESTS) && status === 201,
  );
  if (answered < 0) {
    throw new Error(
      `PIM was not asked to activate ${role}: ${calls.map(({ method, path }) => `${method} ${path}`).join(', ')}`,
    );
  }
  return calls.slice(0, answered + 1);
}

type Both = Readonly<Record<'cold' | 'warm', readonly Call[]>>;

function tell(print: (figure: Figure) => void, bench: string, { cold, warm }: Both): void {
  const line = (name: string, value: number, limit: number): void =>
    print(atMost(1, { bench: `${bench}.${name}`, unit: 'calls', value, against: limit }));
  line('cold', countDelegated(cold), MOST_COLD);
  line('cold.in-sequence', inSequence(cold), MOST_IN_SEQUENCE);
  line('warm', countDelegated(warm), MOST_WARM);
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
