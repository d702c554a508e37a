import assert from 'node:assert/strict';
import { Theater } from '../support/theater.ts';

interface Seen {
  readonly events: readonly { readonly event: string; readonly card: string | null; readonly text: string }[];
}

describe('a bot that is killed while a card says that its press is under way', () => {
  let theater: Theater;

  before(async function () {
    this.timeout(60_000);
    theater = await Theater.open();
  });
  after(async function () {
    this.timeout(60_000);
    await theater.close();
  });

  /** Waits until the person's client shows that it is under way. */
  const isToldToWait = async (): Promise<void> => {
    for (;;) {
      const { events } = (await theater.stage.control.send('GET', '/teams/seen?after=0')) as unknown as Seen;
      if (events.some(({ event, text }) => event === 'reply' && text.includes('Working on it…'))) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('tells what became of it, gives the card back with its buttons, and does nothing twice', async function () {
    this.timeout(60_000);
    const { control } = theater.stage;
    await theater.play('engineer: activate Security Reader for 9h because INC-1 audit');
    await control.send('POST', '/faults', { name: 'slow', ms: 4_000, service: 'graph', match: 'POST ' });
    const played = theater.play('engineer: [Activate]');
    await isToldToWait();
    await theater.stage.killBot();
    await control.send('DELETE', '/faults?name=slow');
    // What is due within a minute is part of the step.
    const later = await played;
    const form = later.findLast(({ card }) => card === 'activation-form');
    assert.deepEqual([form?.event, form?.buttons], ['update', ['Activate']], JSON.stringify(later));
    assert.doesNotMatch(form?.text ?? '', /Working on it/);
    assert.ok(
      later.some(({ card }) => card === 'activation-active'),
      JSON.stringify(later),
    );
    const again = await theater.play('engineer: [Activate]');
    assert.ok(
      again.some(({ title }) => title === 'You already have this access'),
      JSON.stringify(again),
    );
    const made = (await theater.requests()).filter((request) => request.includes('ctivate'));
    assert.equal(made.length, 1, made.join());
  });
});
