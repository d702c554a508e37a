import type { ChildProcess } from 'node:child_process';

import { startPlayground } from './playground.ts';
import { startRelay } from './relay.ts';
import { SandboxClient } from './sandbox-client.ts';

interface WindowOptions {
  /** Control address of a running sandbox that knows its bot. */
  readonly control: string;
  /** Handle. */
  readonly person: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The chat can no longer be shown, or something that was done in it failed. */
  onFailure(error: Error): void;
}

/** A Playground page that is one person's Teams. */
export interface PersonWindow {
  readonly person: string;
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
  close(): Promise<void>;
}

/** Opens a Playground for a person, with the relay before it, and introduces the person to the bot. */
export async function openWindow({ control, person, port, onFailure }: WindowOptions): Promise<PersonWindow> {
  const client = new SandboxClient(control, person);
  const cast = await client.cast();
  const relay = await startRelay({ client, cast, onFailure });
  try {
    const playground = await startPlayground({ cast, endpoint: relay.endpoint, port });
    const close = async (): Promise<void> => {
      await Promise.all([relay.close(), playground.stop()]);
    };
    try {
      await relay.attach(playground.url);
    } catch (error) {
      await playground.stop();
      throw error;
    }
    return { person, name: cast.person.name, url: playground.url, process: playground.process, close };
  } catch (error) {
    await relay.close();
    throw error;
  }
}
