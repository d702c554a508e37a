import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createMeters } from '../../src/adapters/telemetry/meters.ts';
import { createScrape } from '../../src/adapters/telemetry/scrape.ts';
import { TracedTelemetry } from '../../src/adapters/telemetry/traced-telemetry.ts';

/** Telemetry that keeps what it is told. */
export interface KeptTelemetry {
  readonly telemetry: TracedTelemetry;
  /** What is over, in the order in which it ended. */
  spans(): readonly ReadableSpan[];
  /** Values by series, as Prometheus' text has them. */
  series(): Promise<ReadonlyMap<string, number>>;
}

/** Makes telemetry without a collector; without traces when they are switched off. */
export function keptTelemetry({ isTracing = true }: { readonly isTracing?: boolean } = {}): KeptTelemetry {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const scrape = createScrape();
  const meters = createMeters(resourceFromAttributes({}), [scrape.reader]);
  return {
    telemetry: new TracedTelemetry(meters, isTracing ? provider.getTracer('test') : null),
    spans: () => exporter.getFinishedSpans(),
    async series() {
      return seriesOf(await scrape.print());
    },
  };
}

/** Reads Prometheus' text. */
export function seriesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => /^[^#\s]/.test(line));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}
