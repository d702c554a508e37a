import type { Log } from '../../ports/log.ts';

interface Exporter<Batch> {
  export(batch: Batch, done: (result: { readonly code: number; readonly error?: Error }) => void): void;
}

/** Says once when a collector stops taking what it is sent, and once when it takes it again: the SDK itself keeps silent. */
export function reportingExport<Batch, E extends Exporter<Batch>>(exporter: E, signal: string, log: Log): E {
  const send = exporter.export.bind(exporter);
  let isFailing = false;
  exporter.export = (batch, done) =>
    send(batch, (result) => {
      const hasFailed = result.code !== 0;
      if (hasFailed && !isFailing) {
        log.warn('telemetry.export_failed', { signal, reason: result.error?.name ?? 'unknown' });
      }
      if (!hasFailed && isFailing) {
        log.info('telemetry.export_resumed', { signal });
      }
      isFailing = hasFailed;
      done(result);
    });
  return exporter;
}
