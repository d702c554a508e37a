import type { Log } from '../../ports/log.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

export interface TelemetryOptions {
  /** Whether metrics are to be read as Prometheus' text. */
  readonly isScraped: boolean;
  /** Where traces and metrics are sent to, as OTLP over HTTP; null when they are not. */
  readonly otlpUrl: string | null;
  readonly replica: string;
  readonly log: Log;
  /** How long {@link OpenTelemetry.close} may take; milliseconds, 2,000 by default. */
  readonly flushWithinMs?: number;
}

export interface OpenTelemetry {
  readonly telemetry: Telemetry;
  /** Prometheus' text; null when nobody asked for it. */
  readonly print: (() => Promise<string>) | null;
  /** Sends what is left, as long as that may take. Never fails. */
  close(): Promise<void>;
}
