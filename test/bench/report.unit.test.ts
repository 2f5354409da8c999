import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { reportRows, reportText } from '../../bench/report.ts';
import { atLeast, atMost, type Figure, median, quantile, ratios } from '../../bench/row.ts';

const figure: Figure = { row: 'live', what: 'ratio', unit: '', values: [], goal: null };
const lineOf = (changes: Partial<Figure>): string | undefined =>
  reportText({ command: 'x', environment: {}, figures: [{ ...figure, ...changes }] })
    .split('\n')
    .find((line) => line.startsWith('| live'))
    ?.replaceAll(/ +/g, ' ');

describe('the table of the benchmarks', () => {
  it('shows the least, the middle and the most of all rounds', () => {
    expect(lineOf({ values: [3, 1.25, 2_000.4], unit: 'ms' })).toBe(
      '| live | ratio | 1.25 | 3.00 | 2000 | ms | | |',
    );
  });

  it('holds the median against the goal', () => {
    const values = [0.1, 0.6, 0.9];
    expect(lineOf({ values, goal: atLeast(0.6) })).toContain('>= 0.6 | yes');
    expect(lineOf({ values, goal: atMost(0.5) })).toContain('<= 0.5 | no');
  });

  it('names the aim beside what must be, and holds the median against the must alone', () => {
    expect(lineOf({ values: [0.6], goal: atLeast(0.5, 0.8) })).toContain('>= 0.5 (aim 0.8) | yes');
  });
});

describe('the figures for programs', () => {
  it('have the fields of the table, with numbers as they are', () => {
    expect(reportRows([{ ...figure, values: [3, 1, 2], unit: 'ms' }])).toEqual([
      {
        ...{ row: 'live', what: 'ratio', unit: 'ms', min: 1, median: 2, max: 3 },
        ...{ goal: null, reached: null },
      },
    ]);
  });

  it('say what was to be reached, and whether it was', () => {
    const [reached, missed] = reportRows([
      { ...figure, values: [2], goal: atMost(2, 1) },
      { ...figure, values: [2.1], goal: atMost(2, 1) },
    ]);
    expect(reached).toMatchObject({ goal: '<= 2 (aim 1)', reached: true });
    expect(missed).toMatchObject({ goal: '<= 2 (aim 1)', reached: false });
  });

  it('call nothing reached that was not measured', () => {
    const unmeasured = { ...figure, values: [Number.NaN] };
    const rows = reportRows([
      { ...unmeasured, goal: atMost(2) },
      { ...unmeasured, goal: atLeast(2) },
    ]);
    expect(rows.map(({ reached }) => reached)).toEqual([false, false]);
  });
});

describe('where it was measured', () => {
  it('is told without git, too', () => {
    const script = `import { describeEnvironment } from './bench/report.ts';
      process.stdout.write(describeEnvironment().commit);`;
    const run = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { cwd: resolve(__dirname, '../..'), env: { PATH: '/nowhere' }, encoding: 'utf8' },
    );
    expect(run).toMatchObject({ stdout: 'unknown', stderr: '' });
  });
});

describe('median', () => {
  it('is the middle, or half way between the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(3);
  });
});

describe('a quantile', () => {
  it('is what that share of all lie at or below', () => {
    const values = Float64Array.from({ length: 101 }, (_, index) => 100 - index);
    expect([0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([50, 99, 100]);
  });
});

describe('ratios', () => {
  it('pair what was measured in one round', () => {
    expect(ratios([10, 30], [20, 10])).toEqual([0.5, 3]);
  });
});
