import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { METRICS, type Metric } from '../../../src/ports/metrics.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const { groups } = parse(read('infra/grafana/alerts.yaml')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('infra/grafana/pimlico.json')) as {
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly Panel[];
};
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
];

/** Names of metrics in an expression, with the labels that are asked of each. */
function metricsIn(expr: string): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expr.matchAll(/\b((?:pimlico|process)_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', matchers = '']) => ({
    name,
    labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  }));
}

/** What the catalogue calls it: a histogram is read by its buckets. */
const known = (name: string): Metric | undefined =>
  (METRICS as Readonly<Record<string, Metric>>)[name.replace(/_(?:bucket|sum|count)$/, '')] ??
  (METRICS as Readonly<Record<string, Metric>>)[name];

describe('dashboard and alerts', () => {
  it('ask for metrics and labels that there are', () => {
    assert.ok(expressions.length > 30, `only ${expressions.length} expressions`);
    for (const [where, expr] of expressions) {
      const found = metricsIn(expr);
      assert.ok(found.length > 0, `${where}: no metric in ${expr}`);
      for (const { name, labels } of found) {
        const metric = known(name);
        assert.ok(metric !== undefined, `${where}: ${name} is not in the catalogue`);
        assert.equal(name.endsWith('_bucket'), metric.kind === 'histogram', `${where}: ${name} is a ${metric.kind}`);
        assert.deepEqual(
          labels.filter((label) => !metric.labels.includes(label)),
          [],
          `${where}: ${name}`,
        );
      }
      const [, grouped = ''] = /\bby \(([^)]*)\)/.exec(expr) ?? [];
      const carried = found.flatMap(({ name }) => known(name)?.labels ?? []);
      const unknown = grouped
        .split(',')
        .map((label) => label.trim())
        .filter((label) => label !== '' && label !== 'le' && !carried.includes(label));
      assert.deepEqual(unknown, [], `${where}: ${expr}`);
    }
  });

  it('show every metric there is', () => {
    const shown = new Set(
      dashboard.panels
        .flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(expr)))
        .map(({ name }) => name.replace(/_bucket$/, '')),
    );
    assert.deepEqual(
      Object.keys(METRICS).filter((name) => !shown.has(name)),
      [],
    );
  });

  it('have a paragraph for each alert, and an alert for each paragraph', () => {
    const section = read('docs/operations.md').split('## Alerts\n')[1]?.split('\n## ')[0] ?? '';
    const paragraphs = [...section.matchAll(/^\*\*(Pimlico\w+)\*\* \((page|ticket)\)/gm)];
    assert.deepEqual(
      paragraphs.map(([, name, severity]) => [name, severity]),
      rules.map(({ alert, labels }) => [alert, labels.severity]),
    );
    for (const { alert, expr } of rules) {
      const paragraph = section.split(`**${alert}**`)[1]?.split('\n\n')[0]?.replaceAll('\n', ' ') ?? '';
      const [metric] = metricsIn(expr);
      const name = metric?.name.replace(/_bucket$/, '') ?? '';
      assert.ok(
        paragraph.includes(name) || expr.includes('log_events'),
        `${alert}: its paragraph does not name ${name}`,
      );
    }
  });

  it('leave the choice of the data source to whoever imports the dashboard', () => {
    assert.deepEqual(
      dashboard.templating.list.map(({ name, type }) => [name, type]),
      [['datasource', 'datasource']],
    );
    const sources = dashboard.panels
      .filter(({ type }) => type !== 'row')
      .flatMap(({ datasource, targets = [] }) => [datasource, ...targets.map((target) => target.datasource)]);
    assert.deepEqual(new Set(sources.map((source) => source?.uid)), new Set([`\${datasource}`]));
  });

  it('lay the panels out in five rows without an overlap', () => {
    const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title);
    assert.deepEqual(rows, ['People', 'Delivery', 'Jobs and timers', 'Microsoft', 'Health']);
    const taken = new Map<string, string>();
    for (const { title, gridPos } of dashboard.panels) {
      const { x, y, w, h } = gridPos;
      assert.ok(x + w <= 24, title);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          assert.equal(taken.get(`${column}/${line}`), undefined, title);
          taken.set(`${column}/${line}`, title);
        }
      }
    }
  });
});
