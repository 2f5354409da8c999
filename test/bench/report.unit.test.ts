import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { reportText } from '../../bench/report.ts';
import { type Figure, median, ratios } from '../../bench/row.ts';

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
    expect(lineOf({ values, goal: { kind: 'at_least', value: 0.6 } })).toContain('≥ 0.6 | yes');
    expect(lineOf({ values, goal: { kind: 'at_most', value: 0.5 } })).toContain('≤ 0.5 | no');
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

describe('ratios', () => {
  it('pair what was measured in one round', () => {
    expect(ratios([10, 30], [20, 10])).toEqual([0.5, 3]);
  });
});
