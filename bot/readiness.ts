import { principalId } from '../src/domain/ids.ts';
import type { Store } from '../src/ports/store.ts';
import type { Telemetry } from '../src/ports/telemetry.ts';
import type { Readiness } from './server.ts';

/** Nobody: only to see whether the database answers. */
const NOBODY = principalId('00000000-0000-0000-0000-000000000000');

export interface ReadinessParts {
  readonly store: Store;
  readonly telemetry: Pick<Telemetry, 'watch'>;
  /** Whether the channel's keys are at hand. */
  haveKeys(): Promise<boolean>;
}

/** Says which parts are ready to serve, to whoever asks and to the metrics. */
export function createReadiness({ store, telemetry, haveKeys }: ReadinessParts): () => Promise<Readiness> {
  const readiness = async (): Promise<Readiness> => {
    const [database, keys] = await Promise.all([doesAnswer(store), haveKeys()]);
    // Migrations are run before the first request is taken; without them there is no server to ask.
    return { database, migrations: true, keys };
  };
  telemetry.watch('pimlico_ready', async () =>
    Object.entries(await readiness()).map(([part, isReady]) => ({ labels: { part }, value: Number(isReady) })),
  );
  return readiness;
}

async function doesAnswer(store: Store): Promise<boolean> {
  try {
    await store.now.people.find(NOBODY);
    return true;
  } catch {
    return false;
  }
}
