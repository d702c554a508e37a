import { noTelemetry } from '../../ports/telemetry.ts';
import type { OpenTelemetry, TelemetryOptions } from './telemetry-options.ts';

/** Starts what operators asked for. When they asked for nothing, no part of the SDK is even read from the disk. */
export async function openTelemetry(options: TelemetryOptions): Promise<OpenTelemetry> {
  if (!options.isScraped && options.otlpUrl === null) {
    return { telemetry: noTelemetry, print: null, close: async () => undefined };
  }
  const { startTelemetry } = await import('./start-telemetry.ts');
  return startTelemetry(options);
}
