import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Client } from 'pg';
import { type Acquaintances, createAcquaintances } from '../../../bot/acquaintances.ts';
import { Secret } from '../../../src/adapters/identity/secret.ts';
import { createSignIns, type PersonalTokens } from '../../../src/adapters/identity/sign-ins.ts';
import { createSignOutChannel, type SignOutChannel } from '../../../src/adapters/postgres/sign-out-channel.ts';
import type { PrincipalId } from '../../../src/domain/ids.ts';
import { type Log, silentLog } from '../../../src/ports/log.ts';
import type { PersonRecord } from '../../../src/ports/store.ts';
import { message } from '../bot/edge.ts';
import { APPROVER, aFixture, ENGINEER, type Fixture } from './fixture.ts';

const APPLICATION = 'pimlico-sign-outs';

const aPerson = (id: PrincipalId, changes: Partial<PersonRecord> = {}): PersonRecord => ({
  id,
  name: 'Megan Bowen',
  teamsUserId: '29:1',
  timeZone: 'UTC',
  locale: 'en-US',
  reminderMinutes: null,
  signedOutAt: null,
  ...changes,
});

/** What came, in order, and a promise of each thing that is still to come. */
class Heard {
  readonly all: string[] = [];
  readonly #waiting: (() => void)[] = [];

  push(what: string): void {
    this.all.push(what);
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  }

  /** Resolves when it came so many times. */
  async until(what: string, times = 1): Promise<void> {
    while (this.all.filter((one) => one === what).length < times) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
  }
}

/** The way to the database, which can be barred and can fall silent. */
async function aGate(url: string) {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isOpen = true;
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (!isOpen) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    far.on('error', () => undefined);
    near.pipe(far).pipe(near);
    pairs.add([near, far]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    bar: () => {
      isOpen = false;
    },
    open: () => {
      isOpen = true;
    },
    /** Loses every word in both directions, and says nothing of it. */
    swallow: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far).resume();
        far.unpipe(near).resume();
      }
    },
    close: async () => {
      for (const socket of [...pairs].flat()) {
        socket.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

describe('Sign-outs across replicas', () => {
  let on: Fixture;
  let closers: (() => Promise<unknown>)[];
  before(async () => {
    on = await aFixture();
  });
  beforeEach(() => {
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) {
      await close();
    }
    await on.clear();
  });
  after(() => on.drop());

  /** A replica that listens: what it heard of sign-outs, and what it logged. */
  async function aListener(address = on.url, patience: { checkEveryMs?: number; answerWithinMs?: number } = {}) {
    const heard = new Heard();
    const logged = new Heard();
    const note = (event: string): void => logged.push(event);
    const log: Log = { error: note, warn: note, info: note };
    const onSignedOut = (id: PrincipalId, at: Temporal.Instant): void => heard.push(`${id} ${at}`);
    const channel = await createSignOutChannel({ address, clock: on.clock, log, onSignedOut, ...patience });
    closers.push(() => channel.close());
    return { channel, heard, logged };
  }
  async function throughAGate(patience: { checkEveryMs?: number; answerWithinMs?: number } = {}) {
    const gate = await aGate(on.url);
    closers.push(() => gate.close());
    return { gate, ...(await aListener(gate.url, patience)) };
  }
  const signOut = async (id: PrincipalId): Promise<string> => {
    const signedOutAt = on.clock.now();
    await on.here.store.transaction((stores) => stores.people.save(aPerson(id, { signedOutAt })));
    return `${id} ${signedOutAt}`;
  };
  const terminate = () =>
    on.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
      [APPLICATION],
    );
  const connections = async (): Promise<number> => {
    const { rows } = await on.pool.query<{ count: number }>(
      'select count(*)::int from pg_stat_activity where application_name = $1 and datname = current_database()',
      [APPLICATION],
    );
    return rows[0]?.count ?? -1;
  };

  it('are heard by every replica as they are committed', async () => {
    const here = await aListener();
    const there = await aListener();
    const told = await signOut(ENGINEER);
    await Promise.all([here.heard.until(told), there.heard.until(told)]);
    on.clock.advance({ seconds: 1 });
    const again = await signOut(ENGINEER);
    await there.heard.until(again);
    assert.deepEqual(there.heard.all, [`${ENGINEER} 2026-11-23T08:00:00Z`, `${ENGINEER} 2026-11-23T08:00:01Z`]);
  });

  it('are told by nothing else that is saved, and not when they are undone', async () => {
    const listener = new Client({ connectionString: on.url });
    await listener.connect();
    closers.push(() => listener.end());
    const payloads = new Heard();
    listener.on('notification', ({ payload = '' }) => payloads.push(payload));
    await listener.query('listen pimlico_signed_out');
    const { people } = on.here.store.now;
    const signedOutAt = on.clock.now();

    await people.save(aPerson(ENGINEER));
    await people.save(aPerson(ENGINEER, { timeZone: 'Europe/Madrid' }));
    await assert.rejects(
      on.here.store.transaction(async (stores) => {
        await stores.people.save(aPerson(ENGINEER, { signedOutAt }));
        throw new Error('undone');
      }),
    );
    await listener.query(`notify pimlico_signed_out, 'before'`);
    await people.save(aPerson(ENGINEER, { signedOutAt }));
    await listener.query(`notify pimlico_signed_out, 'after'`);
    // The same, an older one, and none at all, as a replica knows the person that was not told yet.
    await people.save(aPerson(ENGINEER, { signedOutAt, locale: 'es-ES' }));
    await people.save(aPerson(ENGINEER, { signedOutAt: signedOutAt.subtract({ minutes: 1 }), name: 'Megan' }));
    await people.save(aPerson(ENGINEER, { timeZone: 'Asia/Tokyo' }));
    await listener.query(`notify pimlico_signed_out, 'between'`);
    await people.save(aPerson(ENGINEER, { signedOutAt: signedOutAt.add({ seconds: 1 }) }));
    await people.save(aPerson(APPROVER, { signedOutAt }));
    await listener.query(`notify pimlico_signed_out, 'end'`);
    await payloads.until('end');
    assert.deepEqual(payloads.all, ['before', ENGINEER, 'after', 'between', ENGINEER, APPROVER, 'end']);
    assert.equal((await people.find(ENGINEER))?.signedOutAt?.toString(), '2026-11-23T08:00:01Z');
  });

  it('come with what else changed about somebody, so that no replica works with an old time zone', async () => {
    const acquaintances = createAcquaintances(on.there.store, on.clock);
    await on.here.store.now.people.save(aPerson(ENGINEER));
    const changed = Promise.withResolvers<void>();
    const channel = await createSignOutChannel({
      ...{ address: on.url, clock: on.clock, log: silentLog, onSignedOut: () => undefined },
      onChanged(id) {
        acquaintances.forget(id);
        changed.resolve();
      },
    });
    closers.push(() => channel.close());
    const activity = message({ from: { id: '29:1', name: 'Megan Bowen', aadObjectId: ENGINEER } }) as never;
    assert.equal((await acquaintances.remember(activity)).timeZone, 'UTC');
    await on.here.store.now.people.save(aPerson(ENGINEER, { timeZone: 'Asia/Tokyo' }));
    await changed.promise;
    assert.equal((await acquaintances.remember(activity)).timeZone, 'Asia/Tokyo');
  });

  it('that were missed while the connection was cut are heard when it is back', async () => {
    const { gate, heard, logged } = await throughAGate();
    gate.bar();
    await terminate();
    await logged.until('sign-outs.connection_lost');
    const missed = await signOut(ENGINEER);
    assert.deepEqual(heard.all, []);
    gate.open();
    await heard.until(missed);
    await logged.until('sign-outs.listening', 2);
    await heard.until(await signOut(APPROVER));
    assert.deepEqual(logged.all, ['sign-outs.listening', 'sign-outs.connection_lost', 'sign-outs.listening']);
  });

  it('are heard after a line that went dead without a word', async () => {
    const { gate, heard, logged } = await throughAGate({ checkEveryMs: 20, answerWithinMs: 200 });
    gate.swallow();
    const missed = await signOut(ENGINEER);
    await heard.until(missed);
    assert.ok(logged.all.includes('sign-outs.connection_lost'));
  });

  it('of the last 65 minutes are read at the start', async () => {
    await signOut(APPROVER);
    on.clock.advance({ seconds: 1 });
    const told = await signOut(ENGINEER);
    on.clock.advance({ minutes: 65 });
    const { heard } = await aListener();
    assert.deepEqual(heard.all, [told]);
  });

  it('are all read after a longer cut', async () => {
    const { gate, heard, logged } = await throughAGate();
    gate.bar();
    await terminate();
    await logged.until('sign-outs.connection_lost');
    const missed = await signOut(ENGINEER);
    on.clock.advance({ hours: 3 });
    gate.open();
    await heard.until(missed);
  });

  it('are waited for also by a replica that starts without a database', async () => {
    const gate = await aGate(on.url);
    closers.push(() => gate.close());
    gate.bar();
    const { heard, logged } = await aListener(gate.url);
    assert.deepEqual(logged.all, ['sign-outs.connection_lost']);
    const told = await signOut(ENGINEER);
    gate.open();
    await heard.until(told);
  });

  it('take one connection for each replica, and none when it is closed', async () => {
    const { channel, heard } = await aListener();
    await heard.until(await signOut(ENGINEER));
    assert.equal(await connections(), 1);
    await channel.close();
    assert.equal(await connections(), 0);
  });

  describe('and what a replica has of the person', () => {
    interface Replica {
      readonly signIns: PersonalTokens;
      readonly acquaintances: Acquaintances;
      readonly channel: SignOutChannel;
      readonly heard: Heard;
    }
    const activity = message({
      from: { id: '29:1', name: 'Megan Bowen', aadObjectId: ENGINEER },
      conversation: { conversationType: 'personal', id: 'a:1' },
    }) as never;

    async function aReplica(name: 'here' | 'there'): Promise<Replica> {
      const signIns = createSignIns({
        clock: on.clock,
        tenantId: '5b1f7c9e-0a52-4c1d-9d0e-3a7c1f2b4d60',
        clientId: 'self-service',
        credential: { secret: new Secret('never used') },
        loginUrl: 'https://login.invalid',
      });
      const acquaintances = createAcquaintances(on[name].store, on.clock);
      const heard = new Heard();
      const channel = await createSignOutChannel({
        address: on.url,
        clock: on.clock,
        log: { error: () => undefined, warn: () => undefined, info: () => undefined },
        onSignedOut(id, at) {
          acquaintances.forget(id);
          signIns.forget(id, at);
          heard.push(id);
        },
      });
      closers.push(() => channel.close());
      return { signIns, acquaintances, channel, heard };
    }
    const keep = ({ signIns }: Replica, holdId: string): Promise<void> =>
      signIns.receive(ENGINEER, async (receipt) => {
        const token = { token: holdId, expiresAt: on.clock.now().add({ hours: 1 }) };
        signIns.keepTurn(receipt, holdId, new Map([['graph', token]]));
      });

    it('drops tokens and the remembered person at once, though its clock does not move', async () => {
      const here = await aReplica('here');
      const there = await aReplica('there');
      const known = await there.acquaintances.remember(activity);
      await keep(there, 'old');
      on.clock.advance({ seconds: 1 });
      const signedOutAt = on.clock.now();
      await here.acquaintances.store.now.people.save({ ...known, signedOutAt });
      await there.heard.until(ENGINEER);
      assert.equal(there.signIns.isHeld('old'), false);
      assert.equal((await there.acquaintances.remember(activity)).signedOutAt?.toString(), '2026-11-23T08:00:01Z');
    });

    it('leaves what the person brought after signing out, where it was said', async () => {
      const here = await aReplica('here');
      const known = await here.acquaintances.remember(activity);
      await keep(here, 'old');
      on.clock.advance({ seconds: 1 });
      const signedOutAt = on.clock.now();
      await keep(here, 'new');
      await here.acquaintances.store.now.people.save({ ...known, signedOutAt });
      await here.heard.until(ENGINEER);
      assert.deepEqual([here.signIns.isHeld('old'), here.signIns.isHeld('new')], [false, true]);
    });

    it('is not put back by who was reading the person meanwhile', async () => {
      const read = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const { store } = on.there;
      const slow = {
        ...store.now.people,
        find: async (id: PrincipalId) => {
          const person = await store.now.people.find(id);
          read.resolve();
          await goOn.promise;
          return person;
        },
      };
      await store.now.people.save(aPerson(ENGINEER));
      const acquaintances = createAcquaintances({ ...store, now: { ...store.now, people: slow } }, on.clock);
      const early = acquaintances.remember(activity);
      await read.promise;
      await signOut(ENGINEER);
      acquaintances.forget(ENGINEER);
      goOn.resolve();
      assert.equal((await early).signedOutAt, null);
      assert.equal((await acquaintances.remember(activity)).signedOutAt?.toString(), '2026-11-23T08:00:00Z');
    });
  });
});
