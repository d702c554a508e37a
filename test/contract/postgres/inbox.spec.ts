import assert from 'node:assert/strict';
import { aFixture, CHAT, ENGINEER, type Fixture } from './fixture.ts';

const SENTENCE = { principalId: ENGINEER, conversationId: CHAT, text: 'my roles' };

describe('the inbox', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await aFixture();
  });
  beforeEach(() => fixture.clear());
  after(() => fixture.drop());

  const inbox = () => fixture.here.store.now.inbox;
  const due = async (): Promise<readonly string[]> => {
    const { rows } = await fixture.pool.query<{ line: string }>(
      `select subject || ' ' || to_char(due_at at time zone 'UTC', 'HH24:MI:SS') as line
       from pimlico.timers where kind = 'turn.resume' order by subject`,
    );
    return rows.map(({ line }) => line);
  };

  it('puts off what goes on with the sentences that are held, and with no others', async () => {
    for (const turnId of ['held', 'other', 'finished']) {
      await inbox().accept(turnId, SENTENCE);
    }
    await inbox().finish('finished');
    fixture.clock.advance({ seconds: 20 });
    await inbox().hold(['held', 'finished']);
    assert.deepEqual(await due(), ['held 08:01:05', 'other 08:00:45']);
  });

  it('keeps a sentence to go on with, also a finished one, up to its age', async () => {
    const start = fixture.clock.now();
    await inbox().accept('turn', SENTENCE);
    await inbox().finish('turn');
    fixture.clock.advance({ minutes: 1 });
    assert.equal(await inbox().keep('turn', SENTENCE, start), true);
    assert.deepEqual(await inbox().findUnfinished('turn'), { ...SENTENCE, receivedAt: start });
    await inbox().finish('turn');
    assert.equal(await inbox().keep('turn', SENTENCE, start.add({ seconds: 1 })), false);
    assert.equal(await inbox().findUnfinished('turn'), null);
  });

  it('keeps a sentence that it never saw', async () => {
    assert.equal(await inbox().keep('turn', SENTENCE, fixture.clock.now().subtract({ minutes: 5 })), true);
    assert.equal((await inbox().findUnfinished('turn'))?.text, 'my roles');
  });
});
