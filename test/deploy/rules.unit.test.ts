import { readFileSync } from 'node:fs';
import { createProjectorMetrics } from '@portal/projector';
import { createReaderMetrics, createStoreGauges } from '@portal/reader';
import { createMetricsRegistry } from '@portal/runtime';
import { createMemoryDatabase, createMemoryReader } from '@portal/stores';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { asked } from './promql.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const FILE = 'deploy/prometheus-rules.yaml';
const { groups } = parse(readFileSync(FILE, 'utf8')) as {
  groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const operations = readFileSync('docs/operations.md', 'utf8');

/** What Prometheus adds to everything it fetches. */
const TARGET = ['instance', 'job'];

/** Of the whole store and generation: every projector that feeds it sets the same. */
const TOLD_ALIKE = [
  ...['lag_records', 'parked_records', 'customers_beyond_holes'],
  ...['storms', 'storms_open', 'storms_lost'],
].map((name) => `portal_projector_${name}`);
const OWNED = 'portal_projector_partitions_owned';

/** Every series the services expose, with its labels. */
function exposed(): ReadonlyMap<string, readonly string[]> {
  const projector = createMetricsRegistry('projector');
  createProjectorMetrics(projector);
  const reader = createMetricsRegistry('reader');
  createReaderMetrics(reader);
  createStoreGauges(reader, createMemoryReader({ database: createMemoryDatabase() }));
  const series = new Map<string, readonly string[]>();
  for (const registry of [projector, reader]) {
    for (const { name, type } of registry.getMetricsAsArray()) {
      const metric = registry.getSingleMetric(name) as unknown as { labelNames?: string[] };
      const labels = ['service', ...TARGET, ...(metric.labelNames ?? [])];
      series.set(name, labels);
      if (String(type) !== 'histogram') continue;
      series.set(`${name}_bucket`, [...labels, 'le']);
      for (const part of ['sum', 'count']) series.set(`${name}_${part}`, labels);
    }
  }
  return series;
}

describe('the grammar', () => {
  it.each(['sum(rate(x[5m])', 'x ==', 'x{a=b}', 'sum by x', 'rate(x[5 minutes])'])(
    'refuses %s',
    (expression) => {
      expect(asked(expression).errors).not.toEqual([]);
    },
  );

  it('finds what is asked for', () => {
    expect(asked('sum by (a) (rate(x{b="c"}[5m])) > on (d) y')).toEqual({
      errors: [],
      selectors: [
        { metric: 'x', labels: ['b'], within: { operator: 'sum', by: ['a'] } },
        { metric: 'y', labels: [], within: null },
      ],
      grouping: ['a', 'd'],
    });
  });
});

describe('the alert rules', () => {
  const series = exposed();

  it('have names of their own', () => {
    expect(rules.length).toBeGreaterThan(20);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it.each(rules)('$alert asks for what the services expose', ({ expr }) => {
    const { errors, selectors, grouping } = asked(expr);
    expect(errors).toEqual([]);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, labels } of selectors) {
      expect([...series.keys()]).toContain(metric);
      expect(series.get(metric)).toEqual(expect.arrayContaining([...labels]));
    }
    const all = selectors.flatMap(({ metric }) => series.get(metric) ?? []);
    expect(all).toEqual(expect.arrayContaining([...grouping]));
  });

  it.each(rules)('$alert adds up nothing that several projectors tell alike', ({ expr }) => {
    for (const { metric, within } of asked(expr).selectors) {
      if (TOLD_ALIKE.includes(metric)) expect(['max', 'count']).toContain(within?.operator);
      // Two generations own all partitions each.
      if (metric === OWNED) expect(within).toEqual({ operator: 'sum', by: ['generation'] });
    }
  });

  it('tell apart what several projectors tell alike by names that there are', () => {
    expect([...series.keys()]).toEqual(expect.arrayContaining([...TOLD_ALIKE, OWNED]));
    for (const metric of TOLD_ALIKE) expect(operations).toContain(metric);
  });

  it.each(rules)('$alert says what it is, how bad, and what to do', (rule) => {
    expect(rule.for).toMatch(/^\d{1,3}[smh]$/);
    expect(['critical', 'warning']).toContain(rule.labels['severity']);
    const { summary = '', description = '', runbook_url } = rule.annotations;
    expect(summary.length).toBeGreaterThan(10);
    expect(description.length).toBeGreaterThan(10);
    expect(runbook_url).toBe(`docs/operations.md#${rule.alert.toLowerCase()}`);
    expect(operations).toContain(`\n#### ${rule.alert}\n`);
  });

  it('are all that docs/operations.md names', () => {
    const named = [...operations.matchAll(/^#### (Portal\w+)$/gm)].map(([, name]) => name);
    expect([...named].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });
});
