import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type IMetricReader, MetricReader } from '@opentelemetry/sdk-metrics';

/** A gauge that has to ask a database which does not answer is left out of the text. */
const COLLECT_WITHIN_MS = 3_000;

/** A reader that has nothing to push and nothing to end. */
class ScrapeReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

export interface Scrape {
  readonly reader: IMetricReader;
  print(): Promise<string>;
}

/** Reads the metrics in Prometheus' text format, whenever it is asked. */
export function createScrape(): Scrape {
  const reader = new ScrapeReader();
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    reader,
    async print() {
      const { resourceMetrics } = await reader.collect({ timeoutMillis: COLLECT_WITHIN_MS });
      return serializer.serialize(resourceMetrics);
    },
  };
}
