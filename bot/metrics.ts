/** Counters of this replica, printed in Prometheus' text format. */
export interface Metrics {
  count(name: CounterName, label: string): void;
  print(): string;
}

const COUNTERS = {
  pimlico_activities_total: { label: 'status', help: 'Requests to /api/messages by HTTP status.' },
  pimlico_deliveries_total: { label: 'result', help: 'Attempts to send a card by result.' },
} as const;
export type CounterName = keyof typeof COUNTERS;

export function createMetrics(): Metrics {
  const values = new Map<CounterName, Map<string, number>>();
  return {
    count(name, label) {
      const counter = values.get(name) ?? new Map<string, number>();
      values.set(name, counter.set(label, (counter.get(label) ?? 0) + 1));
    },
    print() {
      const lines = Object.entries(COUNTERS).flatMap(([name, { label, help }]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} counter`,
        ...[...(values.get(name as CounterName) ?? [])].map(([value, n]) => `${name}{${label}="${value}"} ${n}`),
      ]);
      const memory = [
        '# HELP process_resident_memory_bytes Resident memory.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      ];
      return `${[...lines, ...memory].join('\n')}\n`;
    },
  };
}
