import assert from 'node:assert/strict';

import type { Connector, Place } from '../../../bot/connector.ts';
import type { ConnectorResult } from '../../../bot/connector-results.ts';
import { createPacedConnector } from '../../../bot/paced-connector.ts';
import { conversationId } from '../../../src/domain/ids.ts';
import type { PacedCall } from '../../../src/ports/pace.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

const inChat = (id: string): Place => ({ serviceUrl: 'https://smba.example/', conversationId: conversationId(id) });
const throttled = (retryAfterMs: number | null): ConnectorResult<never> => ({
  kind: 'throttled',
  reason: 'TooManyRequests',
  retryAfterMs,
});

describe('the paced connector', () => {
  const clock = createFakeClock();
  let answers: ConnectorResult<string>[];
  let made: string[];
  let taken: PacedCall[];
  let pauses: [place: string | null, seconds: number][];
  let leave: Temporal.Instant | null;
  let connector: Connector;

  beforeEach(() => {
    [answers, made, taken, pauses, leave] = [[], [], [], [], null];
    const answered = async (what: string): Promise<ConnectorResult<string>> => {
      made.push(what);
      return answers.shift() ?? { kind: 'ok', value: '1' };
    };
    connector = createPacedConnector({
      clock,
      connector: {
        createConversation: (_, member) => answered(`create ${member}`) as ReturnType<Connector['createConversation']>,
        send: ({ conversationId: id }) => answered(`send ${id}`),
        update: ({ conversationId: id }) => answered(`update ${id}`),
        delete: ({ conversationId: id }) => answered(`delete ${id}`),
        findMember: (_, person) => answered(`find ${person}`),
      },
      pace: {
        take: async (call) => {
          taken.push(call);
          return leave;
        },
        pause: async (call, until) => {
          pauses.push([call?.place ?? null, clock.now().until(until).total('seconds')]);
        },
      },
    });
  });

  it('counts every call, a thread for its channel and openings apart', async () => {
    await connector.send(inChat('19:x@thread.tacv2;messageid=1'), {});
    await connector.update(inChat('a:1'), '1', {});
    await connector.delete(inChat('a:1'), '1');
    await connector.createConversation('https://smba.example/', 'alex');
    assert.deepEqual(taken, [
      { kind: 'send', place: '19:x@thread.tacv2' },
      { kind: 'send', place: 'a:1' },
      { kind: 'send', place: 'a:1' },
      { kind: 'create', place: 'alex' },
    ]);
  });

  it('makes no call before its time', async () => {
    leave = clock.now().add({ seconds: 3 });
    assert.deepEqual(await connector.send(inChat('a:1'), {}), { kind: 'early', until: leave });
    assert.deepEqual(made, []);
  });

  it('keeps silent in the one conversation for as long as Teams asks', async () => {
    answers = [throttled(7_000), throttled(null)];
    await connector.send(inChat('a:1'), {});
    await connector.update(inChat('a:2'), '1', {});
    assert.deepEqual(pauses, [
      ['a:1', 7],
      ['a:2', 1],
    ]);
  });

  it('keeps silent everywhere when most calls to different conversations are throttled', async () => {
    answers = Array.from({ length: 5 }, (_, n) => throttled((n + 1) * 1_000));
    for (const chat of ['a:1', 'a:2', 'a:3', 'a:4', 'a:5']) await connector.send(inChat(chat), {});
    assert.deepEqual(pauses.at(-1), [null, 5]);
    assert.deepEqual(
      pauses.slice(0, 4).map(([place]) => place),
      ['a:1', 'a:2', 'a:3', 'a:4'],
    );
  });

  it('takes one conversation that is throttled again and again for no more than that', async () => {
    answers = Array.from({ length: 20 }, () => throttled(1_000));
    for (let n = 0; n < 20; n += 1) await connector.send(inChat('a:1'), {});
    assert.ok(pauses.every(([place]) => place === 'a:1'));
  });

  it('takes a few throttled calls among many good ones for no more than that', async () => {
    for (let n = 0; n < 60; n += 1) {
      answers = [n % 3 === 0 ? throttled(1_000) : { kind: 'ok', value: '1' }];
      await connector.send(inChat(`a:${n}`), {});
    }
    assert.ok(pauses.every(([place]) => place !== null));
  });
});
