import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { createKafkaSource } from '@portal/streams';
import { anInvoice, at, aUsage, endWithUs } from '@portal/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from './corner.ts';
import { eventLine } from './event-line.ts';
import { somebody, type Somebody } from './malformed.ts';
import { eventually } from './process.ts';
import { runCommand, startCommand, watchCommand } from './start-command.ts';

const COMMAND = 'services/cli/dist/main.cjs';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'input-'));
});
afterAll(() => rm(root, { recursive: true }));
async function folder(name: string): Promise<string> {
  const path = join(root, randomUUID(), name);
  await mkdir(path, { recursive: true });
  return path;
}

const who = (): Somebody => somebody(randomUUID());
const invoice = (id: string, whose: Somebody, version = 1, number = id): string =>
  eventLine(anInvoice({ id, version, number }, { ...whose, event_id: `${id}-${number}` }));
const usage = (id: string, whose: Somebody, timestamp = '2026-11-10T12:00:00Z'): string =>
  eventLine(aUsage({ timestamp: at(timestamp) }, { ...whose, event_id: id }));

interface Lines {
  readonly lines: Readonly<Record<string, number>>;
  readonly files: number;
  readonly faults: number;
}
const sumOf = ({ read, ...rest }: Lines['lines']): [number | undefined, number] => [
  read,
  Object.values(rest).reduce((sum, count) => sum + count, 0),
];

/** One line for each thing that can become of a line, and what that is. */
const mixed = (whose: Somebody): [string, string][] => [
  ['applied', invoice('one', whose, 2)],
  ['duplicate', invoice('one', whose, 2)],
  ['stale', invoice('one', whose, 1)],
  ['conflict', invoice('one', whose, 2, 'other')],
  ['applied', usage('used', whose)],
  ['duplicate', usage('used', whose)],
  ['applied', usage('next day', whose, '2026-11-11T12:00:00Z')],
  ['applied', usage('third day', whose, '2026-11-12T12:00:00Z')],
  ['late', usage('long ago', whose, '2016-01-01T00:00:00Z')],
  ['parked', usage('bad', whose).replace('"value":"1"', '"value":"1e3"')],
  ['unknown_type', '{"topic":"invoices","value":{"event_type":"invoice.framed"}}'],
  ['unknown_type', '{"topic":"usage","value":{"event_type":"wallet.created"}}'],
  ['null', '{"topic":"usage","value":null}'],
  ['skipped', '{"no":"topic"}'],
  ['skipped', 'no json'],
];
const countOf = (lines: readonly [string, string][]): Record<string, number> => {
  const counts: Record<string, number> = { read: lines.length };
  for (const [outcome] of lines) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

describe('what start says of the lines it read', () => {
  it('adds up, in JSON, in one line and over every form of file', async () => {
    const lines = mixed(who());
    const texts = lines.map(([, text]) => text);
    const data = await folder('data');
    const dump = await folder('dump');
    await mkdir(join(dump, 'older'));
    await writeFile(join(dump, '1.json'), `[${texts.slice(0, 3).join(',\n')}]`);
    const behind = Buffer.concat([gzipSync(texts.slice(3, 8).join('\n')), Buffer.from('garbage')]);
    await writeFile(join(dump, '2.ndjson'), behind);
    await writeFile(join(dump, 'older', '3.NDJSON.1'), texts.slice(8).join('\r\n'));
    await writeFile(join(dump, 'readme.txt'), 'nothing');
    const args = ['--data', data, '--no-samples', '--events', dump];

    const started = await startCommand(args);
    const told = started as unknown as Lines;
    expect(told.lines).toEqual(countOf(lines));
    expect(sumOf(told.lines)).toEqual([lines.length, lines.length]);
    // The log of posted events is read, too.
    expect([told.files, told.faults]).toEqual([4, 1]);
    const own = started.said.filter((text) => /^(malformed|skipped) /.test(text));
    const said = own.map((text) => text.replaceAll(dump, '.'));
    expect(said).toEqual([
      expect.stringMatching(/^skipped \.: 1 file left out: not named as .*first is readme\.txt/),
      'malformed ./2.ndjson: after 5 lines: what follows the gzip archive is no gzip',
      expect.stringMatching(/^malformed \.\/older\/3\.NDJSON\.1:2: usage\.value: /),
      expect.stringMatching(/^malformed \.\/older\/3\.NDJSON\.1:6: topic: /),
      expect.stringMatching(/^malformed \.\/older\/3\.NDJSON\.1:7: line: /),
      expect.stringMatching(
        /^skipped \.\/older\/3\.NDJSON\.1: 1 record of the unknown type "invoice.framed"/,
      ),
      expect.stringMatching(/^skipped \.\/older\/3\.NDJSON\.1: 1 record of type "wallet.created"/),
      expect.stringMatching(/^skipped \.\/older\/3\.NDJSON\.1: 1 record without a value/),
    ]);
    // Each is told once, by its place, and not by the projector's log as well.
    expect(started.said.filter((text) => text.includes('"msg":"parked"'))).toEqual([]);
    expect(await started.kill('SIGTERM')).toBe(0);

    const watched = await watchCommand(['--port', '0', ...args], 'lines read ');
    expect(watched.line).toBe(
      'lines read 15: applied 4, duplicate 2, stale 1, conflict 1, late 1, parked 1, ' +
        'unknown type 2, null 1, skipped 2',
    );
    expect(await watched.kill('SIGTERM')).toBe(0);
  });

  it('holds for the standard input', async () => {
    const whose = who();
    const args = ['start', '--json', '--port', '0', '--no-samples', '--data', await folder('data')];
    const child = spawn(process.execPath, [COMMAND, ...args, '--events', '-'], {
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    endWithUs(child);
    child.stdin.end(gzipSync(`${invoice('one', whose)}\n${invoice('two', whose)}`));
    const line = await new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    });
    expect((JSON.parse(line) as Lines).lines).toMatchObject({ read: 2, applied: 2, skipped: 0 });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('comes with --follow, too, and archives in a followed folder are read as they arrive', async () => {
    const whose = who();
    const dump = await folder('dump');
    await writeFile(join(dump, 'live.ndjson'), `${invoice('one', whose)}\n`);
    const args = ['--data', await folder('data'), '--no-samples', '--follow', '--events', dump];
    const started = await startCommand(args);
    expect((started as unknown as Lines).lines).toMatchObject({ read: 1, applied: 1 });
    await writeFile(join(dump, 'late.ndjson.gz'), gzipSync(`${invoice('two', whose)}\n`));
    await appendFile(join(dump, 'live.ndjson'), `${invoice('three', whose)}\n`);
    const count = async (): Promise<number> => {
      const answer = (await (await fetch(started.customers[0]?.answer ?? '')).json()) as {
        quick_actions: { outstanding_invoice_count: number };
      };
      return answer.quick_actions.outstanding_invoice_count;
    };
    expect(await eventually(count, (outstanding) => outstanding === 3)).toBe(3);
    expect(await started.kill('SIGTERM')).toBe(0);
  });

  it.each([
    [
      'a folder without events',
      async () => folder('empty'),
      / holds no events file; looked for names that end in \.ndjson/,
    ],
    ['a device', () => Promise.resolve('/dev/null'), /: \/dev\/null is a device; give a file/],
  ])('%s is wrong use', async (_name, path, why) => {
    const { code, out, err } = await runCommand(['--events', await path()]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(why);
  });

  it('a data folder that cannot be written is named in our own words', async () => {
    const file = join(await folder('x'), 'file');
    await writeFile(file, '');
    const { code, err } = await runCommand(['--port', '0', '--data', join(file, 'data')]);
    expect([code, err]).toEqual([
      1,
      `error: ${join(file, 'data')} cannot be written or read (ENOTDIR)\n` +
        '  where posted events are kept: choose a folder of yours with --data FOLDER\n',
    ]);
  });

  it('--follow cannot follow the standard input', async () => {
    const { code, err } = await runCommand(['--follow', '--events', '-']);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('- comes once and cannot be followed; leave --follow out'),
    ]);
  });
});

describe('what publish says of the lines it read', () => {
  let corner: Corner;
  beforeAll(async () => {
    corner = await openCorner();
  });

  const publish = (args: readonly string[], input: Buffer | string) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, [COMMAND, 'publish', ...args], {
        env: { PATH: process.env['PATH'], NO_COLOR: '1', ...corner.environment },
      });
      endWithUs(child);
      const [out, err]: [string[], string[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
      child.once('close', (code) => {
        resolve({ code, out: out.join(''), err: err.join('') });
      });
      child.stdin.end(input);
    });

  it('adds up; what can be sent is sent, what cannot is said, and the exit code is 1', async () => {
    const input = mixed(who())
      .map(([, text]) => text)
      .join('\n');
    const { code, out, err } = await publish(['--json', '-'], gzipSync(input));
    const told = JSON.parse(out) as Lines;
    // 9 good events and a record without a value.
    expect(told.lines).toEqual({
      read: 15,
      published: 10,
      refused: 1,
      unknown_type: 2,
      skipped: 2,
    });
    expect(sumOf(told.lines)).toEqual([15, 15]);
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(6);
    expect(err).toContain('skipped standard input: 1 record of the unknown type "invoice.framed"');
    const source = await createKafkaSource({
      kafka: corner.kafka,
      registry: corner.registry,
      prefix: corner.prefix,
      groupId: 'nobody',
      onMissingHistory: () => 'stop',
    });
    const ends = (await source.partitions()).ranges.map(({ end }) => end);
    await source.close();
    expect(ends.reduce((sum, end) => sum + end, 0)).toBe(10);
  });

  it('is exit code 0 when every line was sent', async () => {
    const whose = who();
    const { code, out, err } = await publish(
      ['-'],
      `${invoice('a', whose)}\n\n${usage('b', whose)}`,
    );
    expect([code, out, err]).toEqual([0, 'lines read 2: published 2, refused 0, skipped 0\n', '']);
  });
});
