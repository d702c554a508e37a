import assert from 'node:assert/strict';

import { aCard, anExecute, cardAnswer, type Loose, TeamsFixture } from './teams-fixture.ts';

const SEARCH = 'application/vnd.microsoft.search.searchResponse';
const BOX = {
  type: 'Input.ChoiceSet',
  id: 'role',
  style: 'filtered',
  isRequired: true,
  choices: [{ title: 'Reader', value: 'r1' }],
  'choices.data': { type: 'Data.Query', dataset: 'roles' },
};
const FOUND = [
  { title: 'Security Reader', value: 'r7' },
  { title: 'Security Administrator', value: 'r8' },
];
const offering = (results: unknown) => ({ body: { statusCode: 200, type: SEARCH, value: { results } } });

describe('boxes that search in the Teams of the sandbox', () => {
  let teams: TeamsFixture;

  before(async () => {
    teams = await TeamsFixture.start();
  });
  beforeEach(async () => {
    await teams.begin();
    await teams.card('engineer', aCard('form', [anExecute('Activate', { rid: 'x' })], { body: [BOX] }));
  });
  after(() => teams.stop());

  const answers = (search: Loose): void => {
    teams.turn = (activity) => (activity.name === 'application/search' ? search : cardAnswer(aCard('done')));
  };
  const types = (typing: object) =>
    teams.control('POST', '/teams/press', { person: 'engineer', button: 'Activate', typing });

  it('ask when they are opened and when something is typed, and send what was chosen', async () => {
    answers(offering(FOUND));
    assert.equal((await types({ role: 'secur' })).body.outcome, 'card');
    const asked = teams.heard.filter(({ name }) => name === 'application/search');
    assert.deepEqual(
      asked.map(({ value }) => value),
      ['', 'secur'].map((queryText) => ({ queryText, queryOptions: { skip: 0, top: 15 }, dataset: 'roles' })),
    );
    assert.deepEqual(teams.heard.at(-1).value.action.data, { rid: 'x', role: 'r7' });
  });

  it('show fifteen at most', async () => {
    answers(offering(Array.from({ length: 40 }, (_, index) => ({ title: `Role ${index}`, value: `v${index}` }))));
    const wanted = { person: 'engineer', button: 'Activate', input: 'role', text: 'role' };
    const { body } = await teams.control('POST', '/teams/search', wanted);
    assert.deepEqual([body.status, body.results.length, body.results[14].title], [200, 15, 'Role 14']);
  });

  const SHOWN_AS_NOTHING: readonly (readonly [what: string, answer: Loose])[] = [
    [
      'another type',
      { body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: { results: [] } } },
    ],
    ['another status inside', { body: { statusCode: 400, type: SEARCH, value: { results: FOUND } } }],
    ['another HTTP status', { http: 400, ...offering(FOUND) }],
    ['no list', { body: { statusCode: 200, type: SEARCH, value: {} } }],
    ['a result without a title', offering([{ value: 'r7' }])],
    ['nothing found', offering([])],
  ];
  for (const [what, search] of SHOWN_AS_NOTHING) {
    it(`offer nothing to choose on ${what}`, async () => {
      answers(search);
      const { status, body } = await types({ role: 'secur' });
      assert.equal(status, 409);
      assert.match(body.error.message, /^input role (?:cannot search|finds nothing for "secur")$/);
    });
  }

  it('are those with style and data set only', async () => {
    const { 'choices.data': _data, ...plain } = BOX;
    await teams.card('engineer', aCard('plain', [anExecute('Activate')], { body: [plain] }));
    answers(offering(FOUND));
    assert.equal((await types({ role: 'secur' })).status, 409);
    assert.equal((await types({ other: 'secur' })).status, 409);
  });
});
