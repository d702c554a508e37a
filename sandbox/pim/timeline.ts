interface Entry {
  readonly at: Temporal.Instant;
  readonly run: (at: Temporal.Instant) => void;
}

/**
 * What will happen by itself, in order of time. Nothing runs until somebody looks: `settle` carries out what is due,
 * each entry at its own instant, so that a clock moved by a day leaves the same trail as one that ran through it.
 */
export class Timeline {
  readonly #entries: Entry[] = [];

  add(at: Temporal.Instant, run: Entry['run']): void {
    this.#entries.splice(this.#firstAfter(at), 0, { at, run });
  }

  settle(now: Temporal.Instant): void {
    for (let next = this.#entries[0]; next !== undefined; next = this.#entries[0]) {
      if (Temporal.Instant.compare(next.at, now) > 0) {
        return;
      }
      this.#entries.shift();
      next.run(next.at);
    }
  }

  #firstAfter(at: Temporal.Instant): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && Temporal.Instant.compare(entry.at, at) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
