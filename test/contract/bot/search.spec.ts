import assert from 'node:assert/strict';
import type { RoleSearch } from '../../../src/use-cases/own-roles.ts';
import { answeredWithin } from '../../support/passing-time.ts';
import { ALEX, CHANNEL, invoke, post, withEdge } from './edge.ts';

const READER = { key: 'directory|reader|/', roleName: 'Security Reader', scopeName: 'Whole tenant' };
const WEB = { key: 'azure|c|/rg-web', roleName: 'Contributor', scopeName: 'rg-web' };
const FIRST = { skip: 0, top: 15 };

describe('typing into the box of roles', () => {
  const on = withEdge();
  let asked: (readonly [string, RoleSearch])[];

  beforeEach(() => {
    asked = [];
    on.edge.product.search = async (person, search) => {
      asked.push([person, search]);
      return [READER, WEB];
    };
  });

  const type = (value: unknown, changes: Record<string, unknown> = {}) =>
    post(on.edge, invoke('application/search', value, changes), { token: on.token });
  const resultsOf = (body: unknown) => (body as { value: { results: unknown } }).value.results;

  it('offers what is found with its place in the title, to the person of the token’s activity', async () => {
    const reply = await type({ queryText: 'se', queryOptions: { skip: 0, top: 15 }, dataset: 'roles' });
    assert.deepEqual(
      [reply.status, reply.body],
      [
        200,
        {
          statusCode: 200,
          type: 'application/vnd.microsoft.search.searchResponse',
          value: {
            results: [
              { title: 'Security Reader', value: 'directory|reader|/' },
              { title: 'Contributor on rg-web', value: 'azure|c|/rg-web' },
            ],
          },
        },
      ],
    );
    assert.deepEqual(asked, [[ALEX, { words: 'se', ...FIRST }]]);
  });

  it('asks about whoever types, also in a channel, and writes nothing down', async () => {
    const aadObjectId = '22222222-2222-4333-8444-555555555555';
    const from = { id: '29:2', name: 'Megan', aadObjectId };
    await type({ queryText: 'x', dataset: 'roles', data: { person: ALEX } }, { from, conversation: CHANNEL });
    assert.deepEqual(asked, [[aadObjectId, { words: 'x', ...FIRST }]]);
    // Who they are, for their language; nothing else.
    assert.deepEqual([on.edge.statements, on.edge.posted], [['people.find'], []]);
  });

  const READ: readonly (readonly [what: string, value: object, search: RoleSearch])[] = [
    ['an empty text', { queryText: '' }, { words: '', ...FIRST }],
    ['no text', {}, { words: '', ...FIRST }],
    ['a number for the text', { queryText: 7 }, { words: '', ...FIRST }],
    ['no options', { queryText: 'x' }, { words: 'x', ...FIRST }],
    ['a text for the options', { queryText: 'x', queryOptions: 'all' }, { words: 'x', ...FIRST }],
    ['a negative skip', { queryText: 'x', queryOptions: { skip: -1, top: 15 } }, { words: 'x', ...FIRST }],
    ['a broken skip', { queryText: 'x', queryOptions: { skip: 1.5, top: 2 } }, { words: 'x', skip: 0, top: 2 }],
    ['a far skip', { queryText: 'x', queryOptions: { skip: 9e9, top: 5 } }, { words: 'x', skip: 9e9, top: 5 }],
    ['too large a top', { queryText: 'x', queryOptions: { skip: 0, top: 5_000 } }, { words: 'x', ...FIRST }],
    ['a top of none', { queryText: 'x', queryOptions: { skip: 0, top: 0 } }, { words: 'x', ...FIRST }],
    ['words in the numbers', { queryText: 'x', queryOptions: { skip: 'a', top: {} } }, { words: 'x', ...FIRST }],
  ];
  for (const [what, value, search] of READ) {
    it(`takes ${what} for what it can be`, async () => {
      const reply = await type({ dataset: 'roles', ...value });
      assert.equal(reply.status, 200);
      assert.deepEqual(asked[0]?.[1], search);
    });
  }

  for (const dataset of ['people', 'graph.microsoft.com/users', '__proto__', '', 7, null, undefined]) {
    it(`finds nothing in the data set ${JSON.stringify(dataset)}`, async () => {
      const reply = await type({ queryText: 'x', dataset });
      assert.deepEqual([reply.status, resultsOf(reply.body), asked], [200, [], []]);
    });
  }

  for (const words of ['(a+)+$', '\u0000\u202e', '\ud800', 'x'.repeat(10_000), '{{upn}}', '<script>']) {
    it(`hands on ${JSON.stringify(words.slice(0, 12))} as it stands, and echoes nothing of it`, async () => {
      const reply = await type({ queryText: words, dataset: 'roles' });
      assert.equal(reply.status, 200);
      assert.equal(asked.length, 1);
      assert.equal(reply.text.includes(words), false);
    });
  }

  it('finds nothing when the answer does not come while the person waits', async () => {
    const never = Promise.withResolvers<never>();
    let isAsked = false;
    on.edge.product.search = () => {
      isAsked = true;
      return never.promise;
    };
    const reply = await answeredWithin(
      1_999,
      () => type({ queryText: 'x', dataset: 'roles' }),
      () => isAsked,
    );
    assert.deepEqual([reply.status, resultsOf(reply.body)], [200, []]);
  });
});
