/** What adapters say to operators: an event name and facts, as pino takes them. */
export interface AdapterLog {
  info(facts: object, event: string): void;
  warn(facts: object, event: string): void;
  error(facts: object, event: string): void;
}

/** Says nothing; for callers that do not care. */
export const silentLog: AdapterLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
