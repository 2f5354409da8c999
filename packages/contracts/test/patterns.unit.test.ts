import { describe, expect, it } from '@jest/globals';
import {
  DECIMAL_PATTERN,
  isZone,
  parseDate,
  parseDecimal,
  parseIso,
  whyNoInstant,
} from '@portal/billing';
import {
  checkEvent,
  createAvroResolver,
  normaliseProperties,
  parseLine,
  readJson,
} from '@portal/contracts';
import { parseCustomerRef, parseUuid } from '@portal/projection';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { valueOf } from './events/values.ts';

/** 16 KB to 1 MB, each four times the one before. */
const SIZES = [16_384, 65_536, 262_144, 1_048_576];
/** Three times the share of a linear pattern; a quadratic one is over it from the second size on. */
const SLACK = 3;
/** Below this the clock and the machine say more than the pattern does. */
const LEAST_MICROS = 5_000;

/** CPU time of one run in microseconds: other processes do not count. */
function cost(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Measurements before a pattern is called slow: garbage may be collected in any one of them, not in all. */
const TRIES = 4;

/** How far the cost of larger texts exceeds that of a linear pattern: the least of several measurements. */
function excess(
  run: (text: string) => unknown,
  hostile: (size: number) => string,
  sizes: readonly number[] = SIZES,
): number {
  let least = Infinity;
  for (let tried = 0; tried < TRIES && least > SLACK; tried += 1) {
    least = Math.min(least, excessOnce(run, hostile, sizes));
  }
  return least;
}

/** Stops where it is clear. */
function excessOnce(
  run: (text: string) => unknown,
  hostile: (size: number) => string,
  sizes: readonly number[],
): number {
  const [smallest = 0] = sizes;
  let first = LEAST_MICROS;
  let worst = 0;
  for (const size of sizes) {
    const text = hostile(size);
    const spent = cost(() => run(text));
    if (size === smallest) first = Math.max(first, spent);
    worst = Math.max(worst, spent / (first * (size / smallest)));
    if (worst > SLACK) break;
  }
  return worst;
}

/** One piece again and again between a beginning and an end that make a match almost, but not quite, possible. */
const PIECES = [
  '1',
  '0',
  '9.',
  'a',
  'A-',
  '-',
  '.',
  ' ',
  '+',
  '/',
  '_',
  '"',
  '\\',
  '[]',
  '{',
  ':',
  'T',
  'ey-',
  'change',
  '\ud800',
  'é',
  '\n',
];
const AROUND = [
  ['', ''],
  ['1', 'x'],
  ['2026-11-10T10:00:00.', 'Z'],
  ['a', '\n'],
] as const;

const HOSTILE = PIECES.flatMap((piece) =>
  AROUND.map(([start, end]) => ({
    name: `${JSON.stringify(start)} ${JSON.stringify(piece)}… ${JSON.stringify(end)}`,
    text: (size: number): string => start + piece.repeat(size / piece.length) + end,
  })),
);

interface Pattern {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

/** Published by the endpoint as it is; it meets answers of ours, whose amounts have a length, and no foreign text. */
const PUBLISHED = 'packages/contracts/src/http/fields.ts';
/** Built from parts; tested by their functions below. */
const BUILT = ['packages/billing/src/micros.ts'];

const sources = ['packages/contracts/src', 'packages/billing/src'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

function patternsOf(file: string): { literals: readonly Pattern[]; built: boolean } {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext);
  const literals: Pattern[] = [];
  let built = false;
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      literals.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    const isMade = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (isMade && node.expression.getText(source) === 'RegExp') built = true;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { literals, built };
}

const found = sources.map((file) => ({ file, ...patternsOf(file) }));
const literals = found.flatMap((each) => each.literals).filter(({ file }) => file !== PUBLISHED);

function worstOf(run: (text: string) => unknown): string {
  const slow = HOSTILE.filter(({ text }) => excess(run, text) > SLACK);
  return slow.length === 0 ? 'linear' : `slow for ${slow.map(({ name }) => name).join(', ')}`;
}

describe('the patterns that meet foreign text', () => {
  it('are all known to this test', () => {
    expect(literals.length).toBeGreaterThan(5);
    expect(found.filter((each) => each.built).map(({ file }) => file)).toEqual(BUILT);
  });

  it.each(literals)('$file /$source/ is linear', ({ source, flags }) => {
    const pattern = new RegExp(source, flags);
    expect(worstOf((text) => pattern.test(text))).toBe('linear');
  });

  it('would not be found linear if they were not: the decimal of before', () => {
    const before = /^[+-]?(\d+\.?\d*|\.\d+)$/;
    const hostile = (size: number): string => `${'1'.repeat(size)}x`;
    const sizes = [4_096, 16_384, 65_536];
    expect(excess((text) => before.test(text), hostile, sizes)).toBeGreaterThan(SLACK);
    expect(excess((text) => DECIMAL_PATTERN.test(text), hostile, sizes)).toBeLessThanOrEqual(SLACK);
  });
});

describe('what reads foreign text', () => {
  const inEvent = (family: 'customers' | 'usage' | 'invoices', field: string) => (text: string) =>
    checkEvent(family, valueOf(family, { [field]: text }), null);

  it.each<[string, (text: string) => unknown]>([
    ['an instant', parseIso],
    ['why it is none', whyNoInstant],
    ['a day', parseDate],
    ['a decimal', parseDecimal],
    ['a zone', isZone],
    ['a UUID', parseUuid],
    ['a message key', parseCustomerRef],
    ['a name', inEvent('customers', 'customer.name')],
    ['a language', inEvent('customers', 'customer.portal_locale')],
    ['a currency', inEvent('customers', 'customer.currency')],
    ['a whole number', inEvent('invoices', 'invoice.total_cents')],
    ['a date', inEvent('invoices', 'invoice.issuing_date')],
    ['a word of a closed set', inEvent('usage', 'usage.kind')],
    [
      'a map’s key',
      (text) => checkEvent('usage', valueOf('usage', { 'usage.dimensions': { [text]: 7 } }), null),
    ],
    ['a schema', (text) => createAvroResolver('usage', text)],
    ['the name of a type', (text) => createAvroResolver('usage', JSON.stringify(text))],
  ])('%s is linear', (_, run) => {
    expect(worstOf(run)).toBe('linear');
  });

  it.each<[string, (text: string) => unknown]>([
    ['JSON', readJson],
    ['a line', (text) => parseLine(`{"topic":"usage","value":${text}`)],
    ['properties', (text) => normaliseProperties('graduated', text)],
  ])('%s is linear', (_, run) => {
    const slow = ['"', '[', '{"a":', '1', '\\u', '"a":1,', ' '].filter((piece) =>
      ['', '{', '"', '['].some((start) => {
        const text = (size: number): string => start + piece.repeat(size / piece.length);
        return excess(run, text) > SLACK;
      }),
    );
    expect(slow).toEqual([]);
  });
});
