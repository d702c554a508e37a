import { setTimeout as pause } from 'node:timers/promises';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { reportingExport } from './export-failures.ts';
import { createMeters } from './meters.ts';
import { createScrape } from './scrape.ts';
import type { OpenTelemetry, TelemetryOptions } from './telemetry-options.ts';
import { TracedTelemetry } from './traced-telemetry.ts';

/** A collector that is slow costs no more than the spans of one outage: what does not fit the queue is dropped. */
const MOST_SPANS = 8_192;
const SPANS_AT_A_TIME = 512;
const SPANS_EVERY_MS = 1_000;
const METRICS_EVERY_MS = 30_000;
const EXPORT_WITHIN_MS = 3_000;
const FLUSH_WITHIN_MS = 2_000;
const LONGEST_FACT = 200;

/** Starts the SDK: traces and metrics are pushed where an address is given, and metrics can be read as text. */
export function startTelemetry(options: TelemetryOptions): OpenTelemetry {
  const { isScraped, otlpUrl, replica, log, flushWithinMs = FLUSH_WITHIN_MS } = options;
  const resource = resourceFromAttributes({ 'service.name': 'pimlico', 'service.instance.id': replica });
  const scrape = isScraped ? createScrape() : null;
  const exported = (signal: string) => ({ url: `${otlpUrl}/v1/${signal}`, timeoutMillis: EXPORT_WITHIN_MS });
  const pushed =
    otlpUrl === null
      ? null
      : new PeriodicExportingMetricReader({
          exporter: reportingExport(new OTLPMetricExporter(exported('metrics')), 'metrics', log),
          exportIntervalMillis: METRICS_EVERY_MS,
          exportTimeoutMillis: EXPORT_WITHIN_MS,
        });
  const meters = createMeters(
    resource,
    [scrape?.reader, pushed].filter((reader) => reader != null),
  );
  const tracing =
    otlpUrl === null
      ? null
      : new TracerProvider({
          resource,
          spanLimits: { attributeValueLengthLimit: LONGEST_FACT },
          spanProcessors: [
            new BatchSpanProcessor({
              exporter: reportingExport(new OTLPTraceExporter(exported('traces')), 'traces', log),
              maxQueueSize: MOST_SPANS,
              maxExportBatchSize: SPANS_AT_A_TIME,
              scheduledDelayMillis: SPANS_EVERY_MS,
              exportTimeoutMillis: EXPORT_WITHIN_MS,
            }),
          ],
        });
  return {
    telemetry: new TracedTelemetry(meters, tracing?.getTracer('pimlico') ?? null),
    print: scrape === null ? null : () => scrape.print(),
    async close() {
      const flushed = Promise.allSettled([tracing?.shutdown(), meters.close()]);
      await Promise.race([flushed, pause(flushWithinMs, undefined, { ref: false })]);
    },
  };
}
