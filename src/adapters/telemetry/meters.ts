import type { Counter, Histogram, ObservableGauge } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { type IMetricReader, MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  METRICS,
  type Metric,
} from '../../ports/metrics.ts';
import type { Reading, Telemetry } from '../../ports/telemetry.ts';

/** The instruments behind the catalogue of metrics. */
export interface Meters extends Pick<Telemetry, 'count' | 'record' | 'watch'> {
  close(): Promise<void>;
}

/** Makes one instrument for each metric; counters whose labels are known begin at 0. */
export function createMeters(resource: Resource, readers: readonly IMetricReader[]): Meters {
  const provider = new MeterProvider({ resource, readers: [...readers] });
  const meter = provider.getMeter('pimlico');
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const gauges = new Map<string, ObservableGauge>();
  for (const [name, metric] of Object.entries<Metric>(METRICS)) {
    const { kind, help, buckets = [], starts = [] } = metric;
    if (kind === 'counter') {
      const counter = meter.createCounter(name, { description: help });
      for (const labels of starts) {
        counter.add(0, labels);
      }
      counters.set(name, counter);
    } else if (kind === 'histogram') {
      const advice = { explicitBucketBoundaries: [...buckets] };
      histograms.set(name, meter.createHistogram(name, { description: help, advice }));
    } else {
      gauges.set(name, meter.createObservableGauge(name, { description: help }));
    }
  }
  gauges.get('process_resident_memory_bytes')?.addCallback((result) => result.observe(process.memoryUsage.rss()));
  return {
    count: (name: CounterName, labels: LabelsOf<CounterName>) => counters.get(name)?.add(1, labels),
    record: (name: HistogramName, value: number, labels: LabelsOf<HistogramName>) =>
      histograms.get(name)?.record(value, labels),
    watch<Name extends GaugeName>(name: Name, read: () => Promise<readonly Reading<Name>[] | null>) {
      gauges.get(name)?.addCallback(async (result) => {
        for (const { value, labels } of (await read()) ?? []) {
          result.observe(value, labels);
        }
      });
    },
    close: () => provider.shutdown(),
  };
}
