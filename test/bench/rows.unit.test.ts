import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROW_NAMES } from '../../bench/row.ts';

const ROOT = resolve(__dirname, '../..');
const bench = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['scripts/bench.mjs', ...args], { cwd: ROOT, encoding: 'utf8' });
const names = [...ROW_NAMES].sort();

describe('the rows of the benchmarks', () => {
  it('can each be asked for alone, and no others', () => {
    const [, list = ''] = bench('--only', 'nothing').stderr.split(': ');
    expect(list.trim().split(', ').sort()).toEqual(names);
  });

  it('all stand in the help', () => {
    const [, text = ''] = /one row alone: ([^]*?)\n {2}--/.exec(bench('--help').stdout) ?? [];
    expect(text.split(/,\s+/).sort()).toEqual(names);
  });

  it('all stand in the table of the README', () => {
    const text = readFileSync(resolve(ROOT, 'bench/README.md'), 'utf8');
    const told = [...text.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(names);
  });
});

describe('sizes of the benchmarks', () => {
  it('are small or large, not both', () => {
    const run = bench('--quick', '--full');
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('exclude each other');
  });
});
