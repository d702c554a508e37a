import { inspect } from 'node:util';

const REDACTED = '[redacted]';

/** Text that must not be printed: every way of showing it answers `[redacted]`. Only `src/adapters/identity` reveals it. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
