/** Structured log: the event name is a constant, fields hold ids and codes, never names, texts or tokens. */
export interface Log {
  /** Somebody must act. */
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Healed itself. */
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Says nothing: for tools that show what they do in another way. */
export const silentLog: Log = { error: () => undefined, warn: () => undefined, info: () => undefined };
