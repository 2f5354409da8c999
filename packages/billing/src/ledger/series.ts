/**
 * A series is what cells are told apart by besides time: the event's kind, the subscription it names
 * (if any) and its dimensions. Its text is a canonical JSON array, '' for the plain counter.
 */
export interface Series {
  readonly kind: 'counter' | 'point' | 'change' | 'unique';
  /** External id of the only subscription this usage counts for; null = for all of them. */
  readonly scope: string | null;
  readonly dimensions: Readonly<Record<string, string>>;
}

export function seriesText(series: Series): string {
  const names = Object.keys(series.dimensions).sort();
  if (series.kind === 'counter' && series.scope === null && names.length === 0) return '';
  const pairs = names.map((name) => [name, series.dimensions[name] ?? '']);
  return JSON.stringify([LETTERS[series.kind], series.scope, pairs]);
}

const LETTERS = { counter: 'c', point: 'p', change: 'd', unique: 'u' } as const;
const KINDS = { c: 'counter', p: 'point', d: 'change', u: 'unique' } as const;

/** Whether the series is of this scope: told without reading its dimensions, as limits count many. */
export const isOfScope = (text: string, scope: string | null): boolean =>
  text === '' ? scope === null : text.startsWith(`,${JSON.stringify(scope)},[`, '["c"'.length);

/** The kind of a series, told by the letter that its text begins with. */
export function kindOfSeries(text: string): Series['kind'] {
  if (text === '') return 'counter';
  return KINDS[text.charAt('["'.length) as keyof typeof KINDS];
}

export function parseSeries(text: string): Series {
  if (text === '') return { kind: 'counter', scope: null, dimensions: {} };
  const [kind, scope, pairs] = JSON.parse(text) as [
    keyof typeof KINDS,
    string | null,
    [string, string][],
  ];
  return { kind: KINDS[kind], scope, dimensions: Object.fromEntries(pairs) };
}
