import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { spy } from 'sinon';
import { GatheringSocket } from '../../../../src/adapters/postgres/gathering-socket.ts';

describe('GatheringSocket', () => {
  it('sends what is written in one turn of the event loop together, in order, and the rest after it', async () => {
    const server = createServer((echo) => echo.pipe(echo)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = new GatheringSocket();
    try {
      await once(socket.connect((server.address() as AddressInfo).port, '127.0.0.1'), 'connect');
      const together = spy(socket, '_writev');
      const alone = spy(socket, '_write');
      const say = (...parts: readonly string[]): void => {
        socket.cork();
        for (const part of parts) {
          socket.write(part);
        }
        socket.uncork();
      };
      say('parse;', 'bind;');
      // As long as promises settle, the code still runs on.
      await Promise.resolve();
      say('commit;');
      assert.equal(together.callCount + alone.callCount, 0);
      await new Promise(setImmediate);
      socket.write('later;');
      socket.end();
      let text = '';
      for await (const part of socket) {
        text += String(part);
      }
      assert.equal(text, 'parse;bind;commit;later;');
      assert.deepEqual([together.callCount, alone.callCount], [1, 1]);
    } finally {
      socket.destroy();
      server.close();
    }
  });
});
