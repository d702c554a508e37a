import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isOffered } from '../../../bot/offered.ts';
import { type CardName, VERBS, type Verb } from '../../../src/domain/notice.ts';
import {
  ACTORS,
  type Actor,
  aStage,
  type Click,
  dataOf,
  digestOf,
  type Held,
  newCards,
  type Stage,
} from './click-stage.ts';

const RUNS = 1_000;
/** What changes the tenant. */
const WRITES: ReadonlySet<string> = new Set(['activate', 'deactivate', 'cancel', 'decide']);
const SEED = 20_261_123;

const FLAWS = ['person', 'tenant', 'conversation', 'version', 'nonce', 'verb', 'story', 'slot', 'automatic'] as const;
type Flaw = (typeof FLAWS)[number];

const INPUT_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  'hasOwnProperty',
  'request',
  'role',
  'assignment',
  'choice',
  'justification',
  'duration',
  'start',
  'ticket',
  'timeZone',
  'reminder',
  'then',
  'toJSON',
  '',
  'x'.repeat(200),
];
const anInput = fc.oneof(
  fc.string(),
  fc.constantFrom('x'.repeat(40_000), 'PT1H', '1h', '-1', '$(id)', '\u202e', 'Europe/Lisbon', '10', '\u0000'),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', '__proto__', '$gt'), fc.string(), { maxKeys: 2 }),
);
const someInputs = fc.array(fc.tuple(fc.constantFrom(...INPUT_NAMES), anInput), { maxLength: 4 });

/** Own properties under any name, as JSON.parse makes them. */
function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

const aForgery = fc.record({
  card: fc.nat(),
  other: fc.nat(),
  spice: fc.array(fc.nat(), { minLength: FLAWS.length, maxLength: FLAWS.length }),
  flaws: fc.subarray([...FLAWS], { minLength: 1 }),
  verb: fc.nat(),
  inputs: someInputs,
  isSignedIn: fc.boolean(),
});
type Forgery = typeof aForgery extends fc.Arbitrary<infer T> ? T : never;

const at = <T>(items: readonly T[], index: number): T => items[index % items.length] as T;

/** Spoils a good click of `own` in each way that `flaws` names; each has several ways. */
function forge(stage: Stage, own: Held, { other, spice, flaws, verb, inputs }: Forgery): Click {
  const { held, people, foreigner } = stage;
  const has = (flaw: Flaw): boolean => flaws.includes(flaw);
  const way = (flaw: Flaw): number => spice[FLAWS.indexOf(flaw)] ?? 0;
  const { card } = own;
  const foreign = at(held, other).card;
  const offered = VERBS.filter((known) => isOffered(card, known));
  const strangers = ACTORS.filter((actor) => actor !== own.owner);
  const by = has('tenant') ? foreigner : people[has('person') ? at(strangers, way('person')) : own.owner];
  const versions = [
    card.version - 1,
    card.version + 1,
    0,
    -1,
    1.5,
    2 ** 53,
    String(card.version),
    null,
    [card.version],
  ];
  const nonces = [
    undefined,
    '',
    foreign.nonce,
    `${card.nonce} `,
    card.nonce.toUpperCase(),
    'x'.repeat(64),
    null,
    { $ne: '' },
  ];
  const unoffered = VERBS.filter((known) => !offered.includes(known));
  const stories = [foreign.story, '%', '_'.repeat(card.story.length), `${card.story} `, '', '__proto__', 1, null];
  const slots = [foreign.slot, '%', `${card.slot}:x`, card.slot.slice(0, -1), 'constructor', '', ['x'], undefined];
  const conversations = [`a:${at(strangers, way('conversation'))}`, '19:channel@thread.tacv2', `a:${own.owner} `, 'a:'];
  return {
    by,
    conversation: has('conversation') ? at(conversations, way('conversation')) : `a:${own.owner}`,
    verb: has('verb')
      ? at([...unoffered, 'drop-tables', 'Approve', 'send-approve ', 'constructor'], way('verb'))
      : at([...offered, 'view'], verb),
    data: {
      ...objectOf(inputs),
      s: has('story') ? at(stories, way('story')) : card.story,
      c: has('slot') ? at(slots, way('slot')) : card.slot,
      v: has('version') ? at(versions, way('version')) : card.version,
      n: has('nonce') ? at(nonces, way('nonce')) : card.nonce,
    },
    isAutomatic: has('automatic'),
  };
}

/** Whether a click is the person's own, on their own card as it is now, where they got it: then it may act. */
function isExact({ held, people }: Stage, { by, conversation, verb, data, isAutomatic }: Click): boolean {
  const button = VERBS.find((known) => known === verb);
  return held.some(
    ({ owner, card }) =>
      people[owner].id === by.id &&
      conversation === `a:${owner}` &&
      card.story === data.s &&
      card.slot === data.c &&
      card.version === data.v &&
      card.nonce === data.n &&
      !isAutomatic &&
      button !== undefined &&
      button !== 'view' &&
      isOffered(card, button),
  );
}

describe('forged clicks', () => {
  const tried = new Map<string, number>();
  const count = (kind: string): void => void tried.set(kind, (tried.get(kind) ?? 0) + 1);

  after(() => {
    const lines = [...tried]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([kind, times]) => `      ${kind}: ${times}`);
    console.log(
      ['', '    clicks tried, by what was wrong with them (one click may count for several):', ...lines].join('\n'),
    );
  });

  it('has every kind of card before it that can be pressed', async () => {
    const { held } = await aStage();
    const names = new Set<CardName>(held.filter(({ card }) => !card.isRetired).map(({ card }) => card.notice.card));
    const pressable: readonly CardName[] = [
      'activation-active',
      'activation-form',
      'activation-pending',
      'active',
      'approval-request',
      'approvals',
      'choose-role',
      'error',
      'expiry-reminder',
      'help',
      'my-roles',
      'pending',
      'preferences',
      'step-up',
    ];
    assert.deepEqual(
      pressable.filter((name) => !names.has(name)),
      [],
    );
  });

  it('change nothing and reach nobody but the clicker', async () => {
    const stage = await aStage();
    const before = await digestOf(stage);
    const property = fc.asyncProperty(aForgery, async (forgery) => {
      const click = forge(stage, at(stage.held, forgery.card), forgery);
      fc.pre(!isExact(stage, click));
      const { signIns } = stage.product;
      signIns.signIn(click.by.id);
      if (!forgery.isSignedIn) {
        signIns.forget(click.by.id);
      }
      const answer = await stage.press(click);
      assert.equal(answer.kind, 'done');
      assert.ok(answer.reply === null || answer.reply.card.recipient === click.by.id, 'shown a card of somebody else');
      assert.equal(answer.reply?.step ?? null, null);
      assert.equal(await digestOf(stage), before);
      const told = await newCards(stage);
      assert.ok(told.length <= 1 && told.every(({ recipient, card }) => recipient === click.by.id && card === 'error'));
      for (const flaw of forgery.flaws) {
        count(flaw);
      }
      count(`(${forgery.flaws.length} at once)`);
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED });
  }).timeout(60_000);

  describe('on a retired card', () => {
    it('change nothing', async () => {
      const stage = await aStage();
      const before = await digestOf(stage);
      const retired = stage.held.filter(({ card }) => card.isRetired);
      assert.ok(retired.length > 0);
      for (const { owner, card } of retired) {
        for (const verb of VERBS) {
          const click = {
            by: stage.people[owner],
            conversation: `a:${owner}`,
            verb,
            data: dataOf(card),
            isAutomatic: false,
          };
          const answer = await stage.press(click);
          assert.ok(answer.kind === 'done' && answer.reply?.card.id === card.id);
          count('retired card');
        }
      }
      assert.equal(await digestOf(stage), before);
      assert.deepEqual(await newCards(stage), []);
    });
  });

  describe('on the right card, about what is somebody else’s', () => {
    const ofName = ({ held }: Stage, owner: Actor, name: CardName): Held =>
      held.find((one) => one.owner === owner && one.card.notice.card === name && !one.card.isRetired) ??
      assert.fail(`${owner} has no ${name}`);
    const cases: readonly (readonly [what: string, Actor, CardName, Verb, input: string])[] = [
      ['the request of somebody else', 'engineer', 'pending', 'cancel', 'request'],
      ['the approvers of somebody else', 'engineer', 'pending', 'remind-approvers', 'request'],
      ['access of somebody else', 'engineer', 'active', 'deactivate', 'assignment'],
      ['a role of somebody else', 'engineer', 'activation-form', 'activate', 'role'],
      ['a role that was not offered', 'engineer', 'choose-role', 'choose', 'choice'],
      ['a request they were not asked about', 'approver', 'approvals', 'approve', 'request'],
      ['a denial they were not asked about', 'approver', 'approvals', 'deny', 'request'],
    ];
    for (const [what, owner, name, verb, input] of cases) {
      it(`refuse ${what}`, async () => {
        const stage = await aStage();
        const { card } = ofName(stage, owner, name);
        const others = stage.held.filter((one) => one.owner === 'contractor' || one.owner === 'oncall');
        const stories = verb === 'approve' || verb === 'deny' ? ['oncall'] : ['contractor', 'oncall'];
        const named = others.filter((one) => stories.includes(one.owner)).map((one) => one.card.story);
        const roles = ['directory|privileged role administrator|/', '__proto__', 'constructor', ''];
        const before = stage.product.seeded.tenant.requests();
        const answers: unknown[] = [];
        for (const value of [...named, ...roles]) {
          const fresh = (await stage.product.services.store.now.cards.find(card.id)) ?? card;
          const data = dataOf(fresh, { [input]: value, justification: 'x' });
          const answer = await stage.press({
            by: stage.people[owner],
            conversation: `a:${owner}`,
            verb,
            data,
            isAutomatic: false,
          });
          answers.push(answer.kind === 'done' ? (answer.reply?.step ?? null) : answer.kind);
          count('right card, input about somebody else’s');
        }
        assert.deepEqual(answers, Array(answers.length).fill(null));
        assert.deepEqual(stage.product.seeded.tenant.requests(), before);
        const told = await newCards(stage);
        assert.deepEqual(
          [...new Set(told.map(({ recipient, card: given }) => `${given} ${recipient}`))],
          [`error ${stage.people[owner].id}`],
        );
      });
    }
  });

  describe('the exact click', () => {
    type Inputs = Readonly<Record<string, string>>;
    const rows: readonly (readonly [Actor, CardName, Verb, Inputs, written: readonly string[]])[] = [
      ['approver', 'approval-request', 'send-approve', { justification: 'fine' }, ['decide']],
      ['approver2', 'approval-request', 'send-deny', { justification: 'no' }, ['decide']],
      ['engineer', 'activation-pending', 'cancel', {}, ['cancel']],
      ['engineer', 'activation-pending', 'remind-approvers', {}, []],
      ['engineer', 'expiry-reminder', 'continue', {}, []],
      ['engineer', 'expiry-reminder', 'let-it-end', {}, []],
      ['engineer', 'expiry-reminder', 'deactivate', {}, ['deactivate']],
      ['engineer', 'activation-active', 'deactivate', {}, []],
      ['oncall', 'activation-active', 'deactivate', {}, []],
      ['oncall', 'step-up', 'cancel-step-up', {}, []],
      ['oncall', 'step-up', 'new-link', {}, []],
      ['contractor', 'preferences', 'save-preferences', { timeZone: 'Europe/Lisbon', reminder: '7' }, []],
    ];
    const actingOn = (stage: Stage, owner: Actor, name: CardName): Held =>
      stage.held.find((one) => one.owner === owner && one.card.notice.card === name && !one.card.isRetired) ??
      assert.fail(`${owner} has no ${name}`);
    const writesOf = ({ product }: Stage): readonly string[] =>
      product.seeded.tenant.calls.filter((call) => WRITES.has(call));

    for (const [owner, name, verb, inputs, written] of rows) {
      const press = ({ people }: Stage, { card }: Held): Click => ({
        by: people[owner],
        conversation: `a:${owner}`,
        verb,
        data: dataOf(card, inputs),
        isAutomatic: false,
      });

      it(`acts once: ${verb} on ${name} of ${owner}, then twice again`, async () => {
        const stage = await aStage();
        const click = press(stage, actingOn(stage, owner, name));
        const before = await digestOf(stage);
        const writes = writesOf(stage).length;
        await stage.press(click);
        const acted = await digestOf(stage);
        assert.notEqual(acted, before);
        assert.deepEqual(writesOf(stage).slice(writes), written);
        assert.ok((await newCards(stage)).every(({ card }) => card !== 'error'));
        await Promise.all([stage.press(click), stage.press(click)]);
        assert.equal(await digestOf(stage), acted);
        assert.deepEqual(writesOf(stage).slice(writes), written);
        assert.deepEqual(await newCards(stage), []);
        count('exact, then again');
      });

      it(`acts once: ${verb} on ${name} of ${owner}, twice at the same instant`, async () => {
        const stage = await aStage();
        const click = press(stage, actingOn(stage, owner, name));
        const writes = writesOf(stage).length;
        await Promise.all([stage.press(click), stage.press(click)]);
        // Both may ask PIM, which does it once and refuses the other.
        assert.deepEqual([...new Set(writesOf(stage).slice(writes))], written);
        const told = (await newCards(stage)).map(({ recipient, card }) => `${card} ${recipient}`);
        assert.deepEqual(told, [...new Set(told)]);
        const errors = told.filter((card) => card.startsWith('error'));
        assert.ok(errors.every((error) => error === `error ${click.by.id}`));
        const acted = await digestOf(stage);
        await stage.press(click);
        assert.equal(await digestOf(stage), acted);
        count('exact, twice at once');
      });
    }
  });
});
