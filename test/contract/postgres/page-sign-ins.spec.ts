import assert from 'node:assert/strict';
import { VERBS } from '../../../src/domain/notice.ts';
import {
  contextClaims,
  PAGE_SIGN_IN_STATES,
  type PageSignIn,
  type PageSignInPurpose,
  type PageSignInState,
} from '../../../src/domain/page-sign-in.ts';
import { aPageSignIn } from '../../support/fakes/builders.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture, id } from './fixture.ts';

const PURPOSES: readonly PageSignInPurpose[] = [
  { kind: 'requests', requestIds: [id('7F3K'), id('9Q2M')] },
  { kind: 'sentence', signInId: 's1' },
  {
    kind: 'press',
    press: {
      verb: 'send-approve',
      story: '7F3K',
      slot: 'approval-request',
      version: 3,
      nonce: 'n',
      inputs: { justification: `'; drop table pimlico.people; -- "€" \u202e👩‍💻\n` },
    },
  },
];

describe('PageSignIns in PostgreSQL', () => {
  let on: Fixture;
  before(async () => {
    on = await aFixture();
  });
  afterEach(() => on.clear());
  after(() => on.drop());

  const here = () => on.here.store.now.pageSignIns;
  const there = () => on.there.store.now.pageSignIns;
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  const stateOf = async (signInId: string) => (await here().find(signInId))?.state ?? null;
  const anOffer = async (changes: Partial<PageSignIn> = {}): Promise<PageSignIn> => {
    const signIn = aPageSignIn(on.clock.now(), { principalId: ENGINEER, ...changes });
    await here().insert(signIn);
    return signIn;
  };
  const aStarted = async (stateHash: string, changes: Partial<PageSignIn> = {}): Promise<PageSignIn> => {
    const signIn = await anOffer(changes);
    const started = await here().start(signIn.id, stateHash);
    assert.ok(started !== null);
    return started;
  };

  it('gives back every field as it was inserted, for every purpose', async () => {
    for (const purpose of PURPOSES) {
      const full = aPageSignIn(on.clock.now(), {
        principalId: ENGINEER,
        app: 'admin',
        claims: contextClaims('c1'),
        requiredContext: 'c1',
        resources: ['graph', 'arm'],
        keep: 'session',
        purpose,
        story: 'step-up:1',
      });
      await here().insert(full);
      const found = await there().find(full.id);
      assert.deepEqual(plain(found), plain(full));
      assert.ok(found?.createdAt instanceof Temporal.Instant && found.expiresAt instanceof Temporal.Instant);
    }
    const bare = await anOffer();
    assert.deepEqual(plain(await there().find(bare.id)), plain(bare));
    assert.equal(await here().find('unknown'), null);
  });

  it('keeps every verb, and every state the domain knows', async () => {
    for (const verb of VERBS) {
      const press = { verb, story: 's', slot: 'x', version: 1, nonce: 'n', inputs: {} };
      const { id: signInId } = await anOffer({ purpose: { kind: 'press', press } });
      assert.deepEqual((await here().find(signInId))?.purpose, { kind: 'press', press });
    }
    const { id: signInId } = await aStarted('every-state');
    for (const state of PAGE_SIGN_IN_STATES) {
      assert.equal((await here().change(signInId, PAGE_SIGN_IN_STATES, state))?.state, state);
    }
  });

  it('refuses to read a purpose that it does not know, and repeats nothing of it', async () => {
    const strangers: readonly unknown[] = [
      {},
      null,
      'sentence',
      { kind: 'gift', signInId: 's1' },
      { kind: 'sentence' },
      { kind: 'sentence', signInId: 's1', and: 'more' },
      { kind: 'requests', requestIds: '7F3K' },
      { kind: 'requests', requestIds: [7] },
      {
        kind: 'press',
        press: { verb: 'launch-secret-word', story: 's', slot: 'x', version: 1, nonce: 'n', inputs: {} },
      },
      { kind: 'press', press: { verb: 'approve', story: 's', slot: 'x', version: 1, nonce: 'n', inputs: { a: 1 } } },
    ];
    const signIn = await anOffer();
    for (const stranger of strangers) {
      await on.pool.query('update pimlico.page_sign_ins set purpose = $1::jsonb where id = $2', [
        JSON.stringify(stranger),
        signIn.id,
      ]);
      await assert.rejects(here().find(signIn.id), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'internal.unexpected');
        assert.doesNotMatch(error.message, /secret-word/);
        return true;
      });
    }
  });

  it('refuses words that the domain does not know', async () => {
    const changes: readonly object[] = [{ app: 'other' }, { keep: 'ever' }, { state: 'open' }, { resources: ['mail'] }];
    for (const change of changes) {
      await assert.rejects(here().insert({ ...aPageSignIn(on.clock.now()), ...change }), {
        code: 'internal.unexpected',
      });
    }
  });

  describe('start', () => {
    it('begins an offered one once, also of many who press at the same time', async () => {
      const signIn = await anOffer();
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? here() : there()).start(signIn.id, `hash-${n}`)),
      );
      const started = results.filter((result) => result !== null);
      assert.equal(started.length, 1);
      assert.equal(started[0]?.state, 'started');
      const winner = results.findIndex((result) => result !== null);
      assert.equal((await here().findByState(`hash-${winner}`))?.id, signIn.id);
      const loser = (winner + 1) % 12;
      assert.equal(await here().findByState(`hash-${loser}`), null);
    });

    it('lets the second of two transactions see that the first began it', async () => {
      const signIn = await anOffer();
      const begun = Promise.withResolvers<void>();
      const first = on.here.store.transaction(async (stores) => {
        const started = await stores.pageSignIns.start(signIn.id, 'first');
        begun.resolve();
        // The other one asks meanwhile and has to wait for the row.
        await on.here.store.now.people.find(ENGINEER);
        return started;
      });
      await begun.promise;
      const second = on.there.store.transaction((stores) => stores.pageSignIns.start(signIn.id, 'second'));
      assert.deepEqual([(await first)?.state, await second], ['started', null]);
      assert.equal((await here().findByState('first'))?.id, signIn.id);
    });

    it('refuses one that expired, by our clock, and one nobody knows', async () => {
      const signIn = await anOffer();
      on.clock.advance({ minutes: 4, seconds: 59 });
      const last = await anOffer();
      assert.equal((await here().start(signIn.id, 'in-time'))?.state, 'started');
      on.clock.advance({ minutes: 5 });
      assert.equal(await here().start(last.id, 'late'), null);
      assert.equal(await stateOf(last.id), 'offered');
      assert.equal(await here().findByState('late'), null);
      assert.equal(await here().start('unknown', 'nobody'), null);
    });

    it('refuses a state parameter that was used before', async () => {
      await aStarted('same');
      const other = await anOffer();
      await assert.rejects(here().start(other.id, 'same'), { code: 'internal.unexpected' });
      assert.equal(await stateOf(other.id), 'offered');
    });
  });

  describe('change', () => {
    it('lets one of many simultaneous callbacks redeem', async () => {
      const signIn = await aStarted('hash');
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          (n % 2 === 0 ? here() : there()).change(signIn.id, ['started'], 'redeeming'),
        ),
      );
      assert.deepEqual(
        results.filter((result) => result !== null).map((result) => [result.id, result.state]),
        [[signIn.id, 'redeeming']],
      );
    });

    it('lets one win of two who want different ends', async () => {
      const signIn = await anOffer();
      const results = await Promise.all([
        here().change(signIn.id, ['offered', 'started'], 'cancelled'),
        there().change(signIn.id, ['offered', 'started'], 'replaced'),
      ]);
      const [winner, ...others] = results.filter((result) => result !== null);
      assert.deepEqual([others.length, await stateOf(signIn.id)], [0, winner?.state]);
    });

    it('refuses when it is in none of the expected states, and for one nobody knows', async () => {
      const signIn = await anOffer();
      assert.equal(await here().change(signIn.id, ['started', 'redeeming'], 'done'), null);
      assert.equal(await here().change(signIn.id, [], 'expired'), null);
      assert.equal(await stateOf(signIn.id), 'offered');
      assert.equal(await here().change('unknown', PAGE_SIGN_IN_STATES, 'expired'), null);
    });

    it('redeems nothing after the five minutes, but ends what was begun', async () => {
      const signIn = await aStarted('slow');
      const quick = await aStarted('quick');
      assert.equal((await here().change(quick.id, ['started'], 'redeeming'))?.state, 'redeeming');
      on.clock.advance({ minutes: 5 });
      assert.equal(await here().change(signIn.id, ['started'], 'redeeming'), null);
      assert.equal((await here().change(signIn.id, ['started'], 'expired'))?.state, 'expired');
      assert.equal((await here().change(quick.id, ['redeeming'], 'done'))?.state, 'done');
    });

    it('is undone with the transaction around it', async () => {
      const signIn = await aStarted('hash');
      const work = on.here.store.transaction(async (stores) => {
        await stores.pageSignIns.change(signIn.id, ['started'], 'redeeming');
        throw new RangeError('no');
      });
      await assert.rejects(work, RangeError);
      assert.equal(await stateOf(signIn.id), 'started');
    });
  });

  describe('endAll', () => {
    it('ends what can still succeed of one person, the oldest first, and nothing else', async () => {
      const first = await anOffer();
      on.clock.advance({ seconds: 1 });
      const second = await aStarted('second');
      on.clock.advance({ seconds: 1 });
      const third = await aStarted('third');
      await here().change(third.id, ['started'], 'redeeming');
      const over: PageSignIn[] = [];
      for (const state of ['done', 'cancelled', 'expired', 'wrong-person', 'refused'] satisfies PageSignInState[]) {
        const ended = await aStarted(`over-${state}`);
        await here().change(ended.id, ['started'], state);
        over.push(ended);
      }
      const foreign = await anOffer({ principalId: APPROVER });
      assert.deepEqual(
        (await there().endAll(ENGINEER, 'replaced')).map((one) => [one.id, one.state]),
        [first, second, third].map((one) => [one.id, 'replaced']),
      );
      assert.equal(await here().change(third.id, ['redeeming'], 'done'), null);
      const states = await Promise.all([...over, foreign].map((one) => stateOf(one.id)));
      assert.deepEqual(states, ['done', 'cancelled', 'expired', 'wrong-person', 'refused', 'offered']);
      assert.deepEqual(await here().endAll(ENGINEER, 'replaced'), []);
    });
  });

  describe('lockForRequest', () => {
    const forRequest = { purpose: { kind: 'requests', requestIds: [id('A111'), id('7F3K')] } } as const;
    const found = async (who = ENGINEER) => (await here().lockForRequest(id('7F3K'), who))?.id ?? null;

    it('finds the newest one that a request waited for, in any state', async () => {
      assert.equal(await found(), null);
      await anOffer({ purpose: { kind: 'requests', requestIds: [id('A111')] } });
      await anOffer({ purpose: { kind: 'sentence', signInId: '7F3K' } });
      assert.equal(await found(), null);
      const first = await anOffer(forRequest);
      assert.equal(await found(), first.id);
      await here().change(first.id, ['offered'], 'replaced');
      on.clock.advance({ seconds: 1 });
      const newest = await anOffer(forRequest);
      assert.equal(await found(), newest.id);
      await here().change(newest.id, ['offered'], 'cancelled');
      assert.equal(await found(), newest.id);
      assert.equal(await found(APPROVER), null);
    });

    it('finds the one that can still succeed among those of the same instant', async () => {
      const offers = [await anOffer(forRequest), await anOffer(forRequest), await anOffer(forRequest)];
      const [first, live, last] = offers.map((offer) => offer.id);
      await here().change(first ?? '', ['offered'], 'replaced');
      await here().change(last ?? '', ['offered'], 'replaced');
      assert.equal(await found(), live);
    });

    it('makes others wait who want to change it', async () => {
      const { id: offered } = await anOffer(forRequest);
      const order: string[] = [];
      let changing: Promise<unknown> = Promise.resolve();
      await on.here.store.transaction(async (stores) => {
        await stores.pageSignIns.lockForRequest(id('7F3K'), ENGINEER);
        changing = here()
          .change(offered, ['offered'], 'expired')
          .then(() => order.push('changed'));
        await here().find(offered);
        order.push('locked');
      });
      await changing;
      assert.deepEqual(order, ['locked', 'changed']);
    });
  });

  it('forgets with the next one what expired more than a day ago', async () => {
    const old = await anOffer();
    on.clock.advance({ hours: 24, minutes: 5 });
    const young = await anOffer();
    assert.equal(await stateOf(old.id), 'offered');
    on.clock.advance({ seconds: 1 });
    await on.here.store.transaction(async (stores) => {
      await stores.pageSignIns.insert(aPageSignIn(on.clock.now()));
    });
    assert.deepEqual([await stateOf(old.id), await stateOf(young.id)], [null, 'offered']);
  });

  it('finds nothing under the hash of nobody', async () => {
    await anOffer();
    assert.equal(await here().findByState(''), null);
    assert.equal(await here().findByState('null'), null);
  });
});
