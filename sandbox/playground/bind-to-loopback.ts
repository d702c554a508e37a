import { Server } from 'node:net';

/**
 * Preload for the Agents Playground, which listens on all interfaces by itself: a bare port is bound to 127.0.0.1. It also
 * probes the port with such a call, so that both see the same.
 */
const listen = Server.prototype.listen as (...args: unknown[]) => Server;

Server.prototype.listen = function onLoopback(this: Server, ...args: unknown[]): Server {
  const [port, second] = args;
  if (typeof port !== 'number') return listen.apply(this, args);
  const rest = typeof second === 'string' ? args.slice(2) : args.slice(1);
  return listen.apply(this, [port, '127.0.0.1', ...rest]);
};
