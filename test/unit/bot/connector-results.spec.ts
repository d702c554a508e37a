import assert from 'node:assert/strict';
import { classifyAnswer, classifyFailure, readRetryAfter } from '../../../bot/connector-results.ts';

const error = (code: string) => ({ error: { code, message: 'whatever' } });
const blocked = { errorCode: 209, message: '{\r\n "subCode":"MessageWritesBlocked",\r\n "details":"blocked"}' };

describe('classifyAnswer', () => {
  for (const [status, body, retryAfterMs, expected] of [
    [429, error('TooManyRequests'), 7_000, { kind: 'throttled', reason: 'TooManyRequests', retryAfterMs: 7_000 }],
    [429, error('Throttled'), null, { kind: 'throttled', reason: 'Throttled', retryAfterMs: null }],
    [412, error('PreconditionFailed'), null, { kind: 'throttled', reason: 'PreconditionFailed', retryAfterMs: null }],
    [503, null, 2_000, { kind: 'throttled', reason: 'http-503', retryAfterMs: 2_000 }],
    [401, error('TokenExpired'), null, { kind: 'refused', reason: 'TokenExpired' }],
    [401, error('BotNotRegistered'), null, { kind: 'bot-refused', reason: 'BotNotRegistered', isWrongHost: false }],
    [
      403,
      error('NotEnoughPermissions'),
      null,
      { kind: 'bot-refused', reason: 'NotEnoughPermissions', isWrongHost: false },
    ],
    [403, error('InvalidBotApiHost'), null, { kind: 'bot-refused', reason: 'InvalidBotApiHost', isWrongHost: true }],
    [
      404,
      error('MemberNotFoundInConversation'),
      null,
      { kind: 'gone', what: 'person', reason: 'MemberNotFoundInConversation' },
    ],
    [413, null, null, { kind: 'too-big', reason: 'http-413' }],
    [500, error('ServiceError'), null, { kind: 'ambiguous', reason: 'ServiceError' }],
    [502, null, null, { kind: 'ambiguous', reason: 'http-502' }],
    [504, error('GatewayTimeout'), null, { kind: 'ambiguous', reason: 'GatewayTimeout' }],
    [
      404,
      error('ActivityNotFoundInConversation'),
      null,
      { kind: 'gone', what: 'message', reason: 'ActivityNotFoundInConversation' },
    ],
    [404, error('ConversationNotFound'), null, { kind: 'gone', what: 'conversation', reason: 'ConversationNotFound' }],
    [404, null, null, { kind: 'gone', what: 'conversation', reason: 'http-404' }],
    [
      403,
      error('BotNotInConversationRoster'),
      null,
      { kind: 'dead', reason: 'BotNotInConversationRoster', isPlaceDead: true },
    ],
    [
      403,
      error('ForbiddenOperationException'),
      null,
      { kind: 'dead', reason: 'ForbiddenOperationException', isPlaceDead: true },
    ],
    [
      403,
      error('ConversationBlockedByUser'),
      null,
      { kind: 'dead', reason: 'ConversationBlockedByUser', isPlaceDead: true },
    ],
    [403, blocked, null, { kind: 'dead', reason: 'MessageWritesBlocked', isPlaceDead: true }],
    [
      403,
      { errorCode: 209, message: 'no JSON' },
      null,
      { kind: 'dead', reason: 'MessageWritesBlocked', isPlaceDead: true },
    ],
    [403, error('BotDisabledByAdmin'), null, { kind: 'bot-refused', reason: 'BotDisabledByAdmin', isWrongHost: false }],
    [413, error('MessageSizeTooBig'), null, { kind: 'too-big', reason: 'MessageSizeTooBig' }],
    [400, error('BadArgument'), null, { kind: 'dead', reason: 'BadArgument', isPlaceDead: false }],
    [302, null, null, { kind: 'dead', reason: 'http-302', isPlaceDead: false }],
    [400, error('<script>alert(1)</script>'), null, { kind: 'dead', reason: 'http-400', isPlaceDead: false }],
  ] as const) {
    it(`takes ${status} ${JSON.stringify(body)} retry after ${retryAfterMs} ms for ${expected.kind}`, () => {
      assert.deepEqual(classifyAnswer(status, body, retryAfterMs), expected);
    });
  }
});

describe('readRetryAfter', () => {
  for (const [retryAfter, date, expected] of [
    ['7', null, 7_000],
    [' 0 ', null, 0],
    // The date of the answer is by the same clock; ours does not matter.
    ['Mon, 23 Nov 2026 09:00:30 GMT', 'Mon, 23 Nov 2026 09:00:00 GMT', 30_000],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 'Mon, 23 Nov 2026 09:00:00 GMT', null],
    ['Mon, 23 Nov 2026 09:00:30 GMT', null, null],
    ['soon', 'Mon, 23 Nov 2026 09:00:00 GMT', null],
    [null, null, null],
  ] as const) {
    it(`reads ${retryAfter} of an answer of ${date} as ${expected} ms`, () => {
      const headers = new Headers();
      if (retryAfter !== null) headers.set('retry-after', retryAfter);
      if (date !== null) headers.set('date', date);
      assert.equal(readRetryAfter(headers), expected);
    });
  }
});

describe('classifyFailure', () => {
  const failed = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  for (const [thrown, expected] of [
    [failed('ECONNREFUSED'), { kind: 'refused', reason: 'ECONNREFUSED' }],
    [failed('ENOTFOUND'), { kind: 'refused', reason: 'ENOTFOUND' }],
    [
      new TypeError('fetch failed', {
        cause: new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]),
      }),
      { kind: 'refused', reason: 'ECONNREFUSED' },
    ],
    [failed('ECONNRESET'), { kind: 'ambiguous', reason: 'ECONNRESET' }],
    [failed('UND_ERR_SOCKET'), { kind: 'ambiguous', reason: 'UND_ERR_SOCKET' }],
    [new DOMException('late', 'TimeoutError'), { kind: 'ambiguous', reason: 'timeout' }],
    [new TypeError('terminated'), { kind: 'ambiguous', reason: 'connection-lost' }],
  ] as const) {
    it(`takes ${JSON.stringify(expected.reason)} for ${expected.kind}`, () => {
      assert.deepEqual(classifyFailure(thrown), expected);
    });
  }
});
