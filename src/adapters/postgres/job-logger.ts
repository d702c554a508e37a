import { Logger } from 'graphile-worker';

/** graphile-worker prints to the console unless told otherwise; what matters is reported by whoever runs it. */
export const quietJobLogger = new Logger(() => () => undefined);
