import { Socket } from 'node:net';

/**
 * A socket whose corked writes of one turn of the event loop leave together, in one system call: `pg` corks and uncorks around
 * each statement, and most statements of a transaction are sent one behind the other without waiting. Nothing is held longer
 * than until the code that runs now gives way.
 */
export class GatheringSocket extends Socket {
  #isHeld = false;

  override cork(): void {
    super.cork();
    if (this.#isHeld) {
      return;
    }
    this.#isHeld = true;
    super.cork();
    process.nextTick(() => {
      this.#isHeld = false;
      this.uncork();
    });
  }
}
