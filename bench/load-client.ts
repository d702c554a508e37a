import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import type { Load, LoadResult, Speaker } from './load.ts';

/*
 * Speaks to a bot as the Bot Connector does, in a process of its own so that making the load costs the bot nothing. Each message
 * of the parent is a Load; the answer is a LoadResult.
 */
process.on('message', (load: Load) => {
  carryOut(load).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit(0));

async function carryOut(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.atATime });
  // Written before the first is sent: only the bot is to be measured.
  const bodies = load.said.map(({ by, text }) => Buffer.from(JSON.stringify(activityOf(load, by, text))));
  let next = 0;
  const failures: Record<number, number> = {};
  const start = performance.now();
  const speak = async (): Promise<void> => {
    for (;;) {
      const mine = next++;
      const body = bodies[mine];
      if (body === undefined) {
        return;
      }
      const dueMs = start + ((load.overMs ?? 0) * mine) / bodies.length;
      if (dueMs > performance.now()) {
        await pause(dueMs - performance.now());
      }
      const status = await post(load, agent, body);
      if (status !== 200) {
        failures[status] = (failures[status] ?? 0) + 1;
      }
    }
  };
  await Promise.all(Array.from({ length: load.atATime }, speak));
  const milliseconds = performance.now() - start;
  agent.destroy();
  return { milliseconds, failures };
}

function activityOf({ serviceUrl, tenantId, botId }: Load, by: Speaker, text: string): object {
  const now = Temporal.Now.instant().toString({ smallestUnit: 'millisecond' });
  return {
    id: randomUUID(),
    type: 'message',
    timestamp: now,
    localTimezone: 'Europe/Madrid',
    serviceUrl,
    channelId: 'msteams',
    locale: 'en-US',
    from: { id: by.teamsId, name: by.name, aadObjectId: by.id },
    conversation: { conversationType: 'personal', tenantId, id: by.conversationId },
    recipient: { id: botId, name: 'Pimlico' },
    entities: [{ type: 'clientInfo', locale: 'en-US', country: 'ES', platform: 'Windows', timezone: 'Europe/Madrid' }],
    channelData: { tenant: { id: tenantId } },
    textFormat: 'plain',
    text,
    attachments: [],
  };
}

function post(load: Load, agent: Agent, body: Buffer): Promise<number> {
  const { endpoint, token } = load;
  const { promise, resolve } = Promise.withResolvers<number>();
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    authorization: `Bearer ${token}`,
  };
  const outgoing = request(endpoint, { method: 'POST', agent, headers }, (answer) => {
    answer.resume();
    answer.once('end', () => resolve(answer.statusCode ?? 0));
  });
  outgoing.once('error', () => {
    // A connection that was kept alive may be closed by the other side in the instant in which it is used again.
    resolve(outgoing.reusedSocket ? post(load, agent, body) : 0);
  });
  outgoing.end(body);
  return promise;
}
