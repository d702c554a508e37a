import type { Socket } from 'node:net';

/** Why a wait ended. */
export type Awakening = 'rung' | 'timeout' | 'closed';

/** Lets callers wait until something changes, for at most some real milliseconds or until their connection closes. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  wait(timeoutMs: number, socket?: Socket): Promise<Awakening> {
    if (socket?.destroyed) return Promise.resolve('closed');
    return new Promise((resolve) => {
      const finish = (awakening: Awakening): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        socket?.off('close', onClose);
        resolve(awakening);
      };
      const wake = (): void => finish('rung');
      const onClose = (): void => finish('closed');
      const timer = setTimeout(() => finish('timeout'), timeoutMs);
      this.#waiting.add(wake);
      socket?.once('close', onClose);
    });
  }
}
