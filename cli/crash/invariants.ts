import { type Ask, type Evidence, type Face, requestNamedIn, type TenantRequest } from './evidence.ts';

/** What does not hold, in words for whoever must find out why. */
export interface Breach {
  readonly invariant: InvariantName;
  readonly what: string;
}

/** A story's own knowledge: what was done behind the bot's back. */
export interface Known {
  /** Microsoft's ids of requests that were made in the portal: nobody asked the bot for them. */
  readonly portal: ReadonlySet<string>;
  /** How often somebody asked for the role, in words or by a button: `person role` → times. */
  readonly wanted: ReadonlyMap<string, number>;
  /** Sentences that the bot took. */
  readonly said: readonly { readonly person: string; readonly at: string }[];
}

export type InvariantName = (typeof INVARIANT_NAMES)[number];

export const INVARIANT_NAMES = [
  'every sentence was answered',
  'every request reached its true state',
  'PIM was asked for each thing once',
  'PIM knows what people were told of',
  'the newest card of each story tells the truth',
  'approvers see one truth',
  'cards and database agree',
  'nothing is left over',
  'no reminder is missing',
  'no reminder is doubled',
] as const;

type Invariant = (evidence: Evidence, known: Known) => readonly string[];

/** What the bot's state must be, by the tenant's word for a request. */
function trueState(request: TenantRequest, evidence: Evidence): readonly string[] {
  const isActive = evidence.active.some(({ requestId }) => requestId === request.id);
  switch (request.status) {
    case 'PendingApproval':
      return ['pending'];
    case 'Denied':
      return ['denied'];
    case 'Canceled':
      return ['canceled'];
    case 'TimedOut':
      return ['expired'];
    case 'Failed':
      return ['failed'];
    case 'PendingProvisioning':
      return ['provisioning', 'active'];
    default:
      return [isActive ? 'active' : 'ended'];
  }
}

/** The tenant's request of an ask; null when PIM has none, or another ask has taken it up. */
function tenantOf(ask: Ask, { requests, asks }: Evidence): TenantRequest | null {
  return requests.find((request) => ownersOf(request, asks).includes(ask)) ?? null;
}

/** Whose request it is: by Microsoft's id, else by the marker that the bot sent along. */
function ownersOf(request: TenantRequest, asks: readonly Ask[]): readonly Ask[] {
  if (request.action !== 'selfActivate') {
    return [];
  }
  const known = asks.filter(({ scheduleRequestId }) => scheduleRequestId?.endsWith(request.id) ?? false);
  const isMarked = ({ marker }: Ask): boolean =>
    request.id === marker || (request.customData?.includes(marker) ?? false);
  return known.length > 0 ? known : asks.filter(isMarked);
}

const nameOf = ({ id, requester, role }: Ask): string => `${id} (${requester}, ${role})`;

const trueStates: Invariant = (evidence) =>
  evidence.asks.flatMap((ask) => {
    const request = tenantOf(ask, evidence);
    if (request === null) {
      const isOver = ask.state === 'failed' || ask.state === 'canceled';
      const isAdopted = ask.scheduleRequestId === null && ask.activeFrom !== null;
      return isOver || isAdopted ? [] : [`${nameOf(ask)} is ${ask.state}, and PIM knows nothing of it`];
    }
    const expected = trueState(request, evidence);
    const isTrue = expected.includes(ask.state) && (ask.scheduleRequestId !== null || ask.state === 'failed');
    if (!isTrue) {
      return [`${nameOf(ask)} is ${ask.state}, PIM says ${request.status}: ${expected.join(' or ')}`];
    }
    const end = evidence.active.find(({ requestId }) => requestId === request.id)?.end ?? null;
    const isEndTrue = ask.state !== 'active' || end === null || isSameMinute(end, ask.activeUntil);
    return isEndTrue ? [] : [`${nameOf(ask)} ends at ${ask.activeUntil}, PIM says ${end}`];
  });

function isSameMinute(one: string, other: string | null): boolean {
  return other !== null && Math.abs(Date.parse(one) - Date.parse(other)) < 60_000;
}

const askedOnce: Invariant = (evidence, { portal, wanted }) => {
  const breaches: string[] = [];
  const own = evidence.requests.filter(({ id, kind }) => kind === 'assignment' && !portal.has(id));
  const activations = own.filter(({ action }) => action === 'selfActivate');
  for (const request of activations) {
    const asks = ownersOf(request, evidence.asks);
    if (asks.length !== 1) {
      breaches.push(`${request.person} ${request.role} ${request.status} belongs to ${asks.length} asks`);
    }
  }
  for (const ask of evidence.asks) {
    const requests = activations.filter((request) => ownersOf(request, evidence.asks).includes(ask));
    if (requests.length > 1) {
      breaches.push(`${nameOf(ask)} was sent ${requests.length} times`);
    }
  }
  for (const [key, requests] of Map.groupBy(activations, ({ person, role }) => `${person} ${role}`)) {
    const times = wanted.get(key) ?? 0;
    if (requests.length > times) {
      breaches.push(`${key} was activated ${requests.length} times and asked for ${times} times`);
    }
    const ended = own.filter(({ action, person, role }) => {
      return action === 'selfDeactivate' && `${person} ${role}` === key;
    });
    if (ended.length > requests.length) {
      breaches.push(`${key} was given back ${ended.length} times and activated ${requests.length} times`);
    }
  }
  return [...breaches, ...doubledCalls(evidence)];
};

const ONCE = [
  { what: 'decided', method: /^(PATCH|PUT)$/, path: /roleAssignmentApprovals\/([^/]+)|assignmentApprovals\/([^/]+)/i },
  { what: 'withdrawn', method: /^POST$/, path: /ScheduleRequests\/([^/]+)\/cancel/i },
] as const;

function doubledCalls({ calls }: Evidence): readonly string[] {
  const done = calls.filter(({ status }) => status >= 200 && status < 300);
  return ONCE.flatMap(({ what, method, path }) => {
    const ids = done
      .filter((call) => method.test(call.method))
      .map((call) => path.exec(call.path)?.slice(1).find(Boolean))
      .filter((id) => id !== undefined);
    return [...Map.groupBy(ids, (id) => id)]
      .filter(([, times]) => times.length > 1)
      .map(([id, times]) => `${id} was ${what} ${times.length} times`);
  });
}

const GRANTED = new Set(['Provisioned', 'Granted', 'PendingProvisioning', 'Revoked', 'ScheduleCreated']);

/** What each card of a story says of PIM, and what PIM must know for it to be true. */
const told: Invariant = (evidence) =>
  evidence.seen.flatMap((sighting) => {
    const id = requestNamedIn(sighting.text);
    const ask = evidence.asks.find((one) => one.id === id);
    if (ask === undefined || sighting.event === 'toast') {
      return [];
    }
    const request = tenantOf(ask, evidence);
    const has = (action: string): boolean =>
      evidence.requests.some((one) => {
        return one.action === action && one.person === ask.requester && one.role === ask.role;
      });
    const isAdopted = ask.scheduleRequestId === null && ask.activeFrom !== null;
    const lie = (() => {
      switch (sighting.card) {
        case 'activation-pending':
        case 'approval-request':
          return request === null && !sighting.text.includes('will be asked') && !isAdopted;
        case 'activation-active':
          return !isAdopted && !GRANTED.has(request?.status ?? '');
        case 'activation-ended':
          return sighting.text.includes('It was given back') && !has('selfDeactivate');
        case 'approval-decided':
          return /^Request approved/m.test(sighting.text) && !GRANTED.has(request?.status ?? '');
        default:
          return false;
      }
    })();
    const what = `${sighting.to} was told ${sighting.card} of ${nameOf(ask)}, PIM says ${request?.status ?? 'nothing'}`;
    return lie ? [what] : [];
  });

/** The card with which a story must end for its requester. */
const LAST: Readonly<Record<string, readonly string[]>> = {
  pending: ['activation-pending'],
  provisioning: ['activation-pending'],
  scheduled: ['activation-scheduled'],
  active: ['activation-active', 'expiry-reminder'],
  ended: ['activation-ended'],
  denied: ['activation-denied'],
  expired: ['activation-denied'],
  canceled: ['activation-ended', 'step-up'],
};

/** Faces of a story, oldest message first. */
function facesOfStory(evidence: Evidence, story: string, person: string): readonly Face[] {
  return evidence.faces
    .filter((face) => face.person === person && requestNamedIn(face.text) === story)
    .sort((one, other) => Number(one.activityId) - Number(other.activityId));
}

const newestCards: Invariant = (evidence) =>
  evidence.asks.flatMap((ask) => {
    const expected = LAST[ask.state];
    if (expected === undefined) {
      return [];
    }
    const faces = facesOfStory(evidence, ask.id, ask.requester);
    const newest = faces.at(-1);
    // One that failed did not follow: its person is asked once more on the card of what ended.
    const isContinued = evidence.asks.some(({ continues, state }) => continues === ask.id && state !== 'failed');
    if (isContinued) {
      const live = faces.filter(({ buttons }) => buttons.length > 0);
      return live.length === 0 ? [] : [`${nameOf(ask)} went on, and ${live[0]?.card} still offers ${live[0]?.buttons}`];
    }
    if (!expected.includes(newest?.card ?? '')) {
      return [`${nameOf(ask)} is ${ask.state}, its newest card is ${newest?.card ?? 'missing'}`];
    }
    // Sent again because nobody knew whether it had arrived, a copy is the same card: that one press counts is tried elsewhere.
    const older = faces.slice(0, -1).filter(({ buttons, text }) => buttons.length > 0 && text !== newest?.text);
    return older.map(({ card, buttons }) => `${nameOf(ask)}: an older ${card} still offers ${buttons.join(', ')}`);
  });

const DECIDED: Readonly<Record<string, RegExp>> = {
  denied: /denied/i,
  canceled: /withdrawn|canceled/i,
  expired: /expired|nobody/i,
};

const approvers: Invariant = (evidence) =>
  evidence.asks.flatMap((ask) => {
    const request = tenantOf(ask, evidence);
    if (request === null) {
      return [];
    }
    return ask.approvers.flatMap((person) => {
      const faces = facesOfStory(evidence, ask.id, person).filter(({ card }) => card?.startsWith('approval-'));
      const live = faces.filter(({ buttons }) => buttons.some((title) => title === 'Approve' || title === 'Send'));
      if (request.status === 'PendingApproval') {
        // Of two copies of a card one can act: that is seen by pressing them.
        return live.length > 0 ? [] : [`${person} cannot decide ${nameOf(ask)}, which waits`];
      }
      const truth = DECIDED[ask.state] ?? /approved/i;
      const untrue = faces.filter(({ title }) => !truth.test(title ?? ''));
      return [
        ...live.map(() => `${person} can still decide ${nameOf(ask)}, which is ${request.status}`),
        ...(live.length > 0
          ? []
          : untrue.map(({ title }) => `${person} reads “${title}” of ${nameOf(ask)}: ${ask.state}`)),
        ...(faces.length > 0 ? [] : [`${person} was never told of ${nameOf(ask)}`]),
      ];
    });
  });

/** Cards that clients answer without showing them. */
const SILENT = new Set(['sign-in']);

const converged: Invariant = ({ cards, faces }) =>
  cards.flatMap(({ activityId, card, isRetired, isWithdrawn, recipient, story, slot }) => {
    const face = faces.find((one) => one.activityId === activityId && one.person === recipient);
    const name = `${card} of ${recipient} in ${story} (${slot})`;
    if (activityId === null || SILENT.has(card)) {
      return [];
    }
    if (isWithdrawn) {
      return face === undefined ? [] : [`${name} is withdrawn and still seen`];
    }
    if (face === undefined) {
      return [`${name} is not seen`];
    }
    if (face.card !== card) {
      return [`${name} is seen as ${face.card}`];
    }
    return isRetired && face.buttons.length > 0 ? [`${name} is retired and offers ${face.buttons.join(', ')}`] : [];
  });

const leftOver: Invariant = ({ cards, failedJobs, asks }) => [
  ...cards
    // Nobody knows whether it arrived, and the rule is not to send it again: what people see decides.
    .filter(({ outbox, reason }) => outbox !== null && reason !== 'ambiguous')
    .map(({ card, recipient, outbox, reason, slot }) => `${card} (${slot}) of ${recipient} is ${outbox}: ${reason}`),
  ...asks.filter(({ state }) => state === 'submitting').map((ask) => `${nameOf(ask)} is still being submitted`),
  ...failedJobs.map((what) => `job ${what}`),
];

/** A quarter of the duration before the end, 2 to 15 minutes: nobody in the story chose another. */
function remindAt(from: number, until: number): number {
  return until - Math.min(15 * 60_000, Math.max(2 * 60_000, (until - from) / 4));
}

const reminded: Invariant = (evidence) =>
  evidence.asks.flatMap((ask) => {
    if (ask.activeFrom === null || ask.activeUntil === null || ask.scheduleRequestId === null) {
      return [];
    }
    const until = Date.parse(ask.activeUntil);
    const due = remindAt(Date.parse(ask.activeFrom), until);
    const given = evidence.requests.find(
      ({ action, person, role, createdAt }) =>
        action === 'selfDeactivate' &&
        person === ask.requester &&
        role === ask.role &&
        createdAt >= (ask.activeFrom ?? '') &&
        Date.parse(createdAt) <= until,
    );
    const lived = Math.min(given === undefined ? until : Date.parse(given.createdAt), Date.parse(evidence.now));
    const isTold = evidence.seen.some(
      ({ event, card, to, text }) =>
        event === 'send' && card === 'expiry-reminder' && to === ask.requester && requestNamedIn(text) === ask.id,
    );
    return lived <= due || isTold ? [] : [`${nameOf(ask)} lived past ${new Date(due).toISOString()} without a word`];
  });

const remindedOnce: Invariant = (evidence) => {
  const live = evidence.faces.filter(({ card, buttons }) => card === 'expiry-reminder' && buttons.length > 0);
  return [...Map.groupBy(live, ({ person, text }) => `${person} ${requestNamedIn(text)}`)]
    .filter(([, faces]) => faces.length > 1)
    .map(([key, faces]) => `${key} has ${faces.length} live reminders`);
};

const answered: Invariant = ({ seen }, { said }) =>
  said
    .filter(
      ({ person, at }) => !seen.some((sighting) => sighting.to === person && Date.parse(sighting.at) >= Date.parse(at)),
    )
    .map(({ person, at }) => `${person} said something at ${at} and saw nothing`);

const INVARIANTS: Readonly<Record<InvariantName, Invariant>> = {
  'every sentence was answered': answered,
  'every request reached its true state': trueStates,
  'PIM was asked for each thing once': askedOnce,
  'PIM knows what people were told of': told,
  'the newest card of each story tells the truth': newestCards,
  'approvers see one truth': approvers,
  'cards and database agree': converged,
  'nothing is left over': leftOver,
  'no reminder is missing': reminded,
  'no reminder is doubled': remindedOnce,
};

/** Says what does not hold; nothing when all does. */
export function findBreaches(evidence: Evidence, known: Known): readonly Breach[] {
  return INVARIANT_NAMES.flatMap((invariant) =>
    INVARIANTS[invariant](evidence, known).map((what) => ({ invariant, what })),
  );
}
