import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readScript } from '../../cli/conversation/script.ts';
import type { Sighting } from '../../sandbox/teams/sightings.ts';
import { Theater } from '../support/theater.ts';

const STORY = path.join(import.meta.dirname, '../../cli/conversation/main-story.chat');

const ROLE = 'Contoso-App-Assignment-Operator';
const ASK = `engineer: activate ${ROLE} for 1h because INC-42 broken sign-in`;
const APPROVE = 'approver: [Approve] justification="looks right"';
const DENY = 'approver: [Deny] justification="not now"';
const SEND = 'approver: [Approve] justification="looks right"';
const ACTIVE = [ASK, APPROVE, '@clock +10m'];
const ENDING = [ASK, APPROVE, '@clock +46m', 'engineer: [Ask again at the end]'];
const READER_ENDING = [
  'engineer: activate Security Reader for 1h because x',
  '@clock +46m',
  'engineer: [Continue]',
] as const;

/** A part of `METHOD path`, as the sandbox logs it. */
const CALLS = {
  policy: 'GET /v1.0/policies/roleManagementPolicyAssignments',
  activation: 'POST /v1.0/roleManagement/directory/roleAssignmentScheduleRequests',
  decision: 'PATCH /beta/roleManagement/directory/roleAssignmentApprovals',
  cancel: '/cancel',
  look: 'GET /v1.0/roleManagement/directory/roleAssignmentScheduleInstances?$filter',
  send: 'POST /v3/conversations/',
} as const;

interface Case {
  readonly title: string;
  readonly given: readonly string[];
  readonly step: string;
  readonly at: 'before' | 'after';
  readonly call: keyof typeof CALLS;
  /** The one more press that the person may be asked for. */
  readonly again: string;
  /** All requests of the tenant in the end. */
  readonly tenant: readonly string[];
  /** The last message of each, in the end. */
  readonly told: Readonly<Record<string, string>>;
}

const PENDING = {
  tenant: ['selfActivate PendingApproval'],
  told: { engineer: 'activation-pending', approver: 'approval-request', approver2: 'approval-request' },
} as const;
const APPROVED = { tenant: ['selfActivate Provisioned'], told: { engineer: 'activation-active' } } as const;
const CANCELED = { tenant: ['selfActivate Canceled'], told: { engineer: 'activation-ended' } } as const;
const GIVEN_BACK = {
  tenant: ['selfActivate Provisioned', 'selfDeactivate Revoked'],
  told: { engineer: 'activation-ended' },
} as const;
const ASKED_AGAIN = {
  tenant: ['selfActivate Provisioned', 'selfActivate PendingApproval'],
  told: { engineer: 'activation-pending', approver: 'approval-request', approver2: 'approval-request' },
} as const;
const CONTINUED = {
  tenant: ['selfActivate Provisioned', 'selfActivate Provisioned'],
  told: { engineer: 'activation-active' },
} as const;

const again = 'engineer: [Activate again]';
const CASES: readonly Case[] = [
  { title: 'while a sentence is read', given: [], step: ASK, at: 'before', call: 'policy', again: '', ...PENDING },
  { title: 'before the request is sent', given: [], step: ASK, at: 'before', call: 'activation', again, ...PENDING },
  { title: 'after the request was taken', given: [], step: ASK, at: 'after', call: 'activation', again, ...PENDING },
  {
    title: 'after the request was taken, and the person says the sentence again',
    ...{ given: [], step: ASK, at: 'after', call: 'activation', again: ASK, ...PENDING },
  },
  {
    title: 'before a yes is sent',
    given: [ASK],
    step: APPROVE,
    at: 'before',
    call: 'decision',
    again: SEND,
    ...APPROVED,
  },
  {
    title: 'after a yes was taken',
    given: [ASK],
    step: APPROVE,
    at: 'after',
    call: 'decision',
    again: SEND,
    ...APPROVED,
  },
  {
    title: 'while access is looked for',
    given: [ASK],
    step: APPROVE,
    at: 'before',
    call: 'look',
    again: '',
    ...APPROVED,
  },
  { title: 'while a yes is told', given: [ASK], step: APPROVE, at: 'before', call: 'send', again: '', ...APPROVED },
  {
    title: 'after a no was taken',
    ...{ given: [ASK], step: DENY, at: 'after', call: 'decision', again: SEND.replace('looks right', 'not now') },
    tenant: ['selfActivate Denied'],
    told: { engineer: 'activation-denied' },
  },
  {
    title: 'before it is asked again',
    given: ENDING,
    step: '@clock +15m',
    at: 'before',
    call: 'activation',
    again,
    ...ASKED_AGAIN,
  },
  {
    title: 'after it was asked again',
    given: ENDING,
    step: '@clock +15m',
    at: 'after',
    call: 'activation',
    again,
    ...ASKED_AGAIN,
  },
  {
    title: 'after it went on',
    given: READER_ENDING,
    step: '@clock +15m',
    at: 'after',
    call: 'activation',
    again,
    ...CONTINUED,
  },
  {
    title: 'before access is given back',
    ...{ given: ACTIVE, step: 'engineer: [Deactivate]', at: 'before', call: 'activation' },
    again: 'engineer: [Deactivate]',
    ...GIVEN_BACK,
  },
  {
    title: 'after access was given back',
    ...{ given: ACTIVE, step: 'engineer: [Deactivate]', at: 'after', call: 'activation' },
    again: 'engineer: [Deactivate]',
    ...GIVEN_BACK,
  },
  {
    title: 'after a request was canceled',
    ...{ given: [ASK], step: 'engineer: [Cancel request]', at: 'after', call: 'cancel' },
    again: 'engineer: [Cancel request]',
    ...CANCELED,
  },
];

/** The card of the last message that each of these people got. */
function lastTold(seen: readonly Sighting[], people: readonly string[]): Readonly<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const { to, event, card } of seen) {
    if (event === 'send' && people.includes(to)) {
      told[to] = card ?? 'text';
    }
  }
  return told;
}

describe('a bot that is killed', () => {
  const lines = readScript(readFileSync(STORY, 'utf8'))
    .filter(({ step }) => step.kind !== 'expect')
    .map(({ source }) => source);
  let theater: Theater;

  before(async function () {
    this.timeout(60_000);
    theater = await Theater.open();
    await theater.play('engineer: hi');
  });
  after(() => theater.close());
  afterEach(async function () {
    this.timeout(60_000);
    await theater.letADayPass();
  });

  for (const item of CASES) {
    it(`${item.title}: tenant and people agree, with at most one more press`, async function () {
      this.timeout(60_000);
      const { length } = await theater.requests();
      await theater.play(...item.given);
      const seen = [...(await theater.playKilled(item.step, item.at, CALLS[item.call]))];
      seen.push(...(await theater.play('@clock +2m')));
      const people = Object.keys(item.told);
      const end = async () => ({
        tenant: (await theater.requests()).slice(length),
        told: lastTold(seen, people),
      });
      const reached = await end();
      if (!isDeepStrictEqual(reached, { tenant: item.tenant, told: item.told })) {
        const actor = item.step.startsWith('@') ? 'engineer' : item.step.slice(0, item.step.indexOf(':'));
        const gone = new Set(seen.filter(({ event }) => event === 'delete').map(({ activityId }) => activityId));
        const asked = seen.filter(
          ({ to, event, buttons, activityId }) =>
            to === actor && event === 'send' && buttons.length > 0 && !gone.has(activityId),
        );
        const failed = seen.filter(({ to, event }) => to === actor && event === 'toast');
        assert.ok(asked.length + failed.length > 0, `${actor} was told nothing: ${JSON.stringify(reached)}`);
        assert.ok(asked.length <= 1, `${actor} was asked more than once: ${asked.map(({ title }) => title)}`);
        seen.push(...(await theater.play(item.again || `${actor}: [${asked[0]?.buttons[0]}]`)));
      }
      assert.deepEqual(await end(), { tenant: item.tenant, told: item.told });
    });
  }

  // Restarts at one point of a story are in the crash matrix.
  it('after every line of a story comes to the same end, with one more press', async function () {
    this.timeout(120_000);
    const seen: Sighting[] = [];
    let presses = 0;
    const { length } = await theater.requests();
    for (const [index, line] of lines.entries()) {
      const step = await theater.play(line);
      const restarted = await theater.play('@restart');
      seen.push(...step, ...restarted);
      const isAsked = [...step, ...restarted].some(
        ({ to, card, buttons }) => to === 'engineer' && card === 'activation-ended' && buttons.length > 0,
      );
      if (isAsked && index < lines.length - 1) {
        presses += 1;
        seen.push(...(await theater.play('engineer: [Activate again]')));
      }
    }
    const whole = ['selfActivate Provisioned', 'selfActivate Provisioned', 'selfDeactivate Revoked'];
    assert.deepEqual((await theater.requests()).slice(length), whole);
    const told = { engineer: 'activation-ended', approver: 'approval-request', approver2: 'approval-request' };
    assert.deepEqual(lastTold(seen, Object.keys(told)), told);
    const errors = seen.filter(({ card, event }) => card === 'error' || event === 'toast').map(({ text }) => text);
    assert.deepEqual(errors, []);
    // Only the token of Ask again at the end waits in memory.
    assert.equal(presses, 1);
  });
});
