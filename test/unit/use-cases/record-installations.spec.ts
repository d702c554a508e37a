import assert from 'node:assert/strict';
import { principalId } from '../../../src/domain/ids.ts';
import type { InstallOutcome } from '../../../src/ports/bot-installer.ts';
import type { Store } from '../../../src/ports/store.ts';
import { recordInstallations } from '../../../src/use-cases/record-installations.ts';
import { createFakeClock } from '../../support/fakes/clock.ts';

const MEGAN = principalId('22222222-2222-4333-8444-555555555555');

describe('recordInstallations', () => {
  it('puts a chat on the record that the bot added itself to, and nothing that came to nothing', async () => {
    const recorded: unknown[] = [];
    const audit = { botInstalled: async ({ facts }: { facts: unknown }) => void recorded.push(facts) };
    const store = { now: { audit } } as unknown as Store;
    const outcomes: InstallOutcome[] = ['installed', 'already', 'not-allowed', 'unknown-app', 'unavailable'];
    const given: InstallOutcome[] = [];
    for (const outcome of outcomes) {
      const installer = recordInstallations({ install: async () => outcome }, { store, clock: createFakeClock() });
      given.push(await installer.install(MEGAN));
    }
    assert.deepEqual([given, recorded], [outcomes, [{ person: MEGAN }]]);
  });
});
