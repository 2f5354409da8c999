import { appendFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatLine, type LogRecord } from '@portal/contracts';
import {
  createEventAppender,
  createNdjsonSource,
  type InputProblem,
  type NdjsonSource,
  readRecords,
  type SourceRecord,
} from '../../src/index.ts';
import { createRecorder, eventIds, recordOf, type Recorder, until, usageOf } from '../recorder.ts';

const line = (id: string, place: Partial<LogRecord> = {}): string =>
  `${formatLine(recordOf(usageOf(1, id), { partition: 0, ...place }))}\n`;

describe('NDJSON files', () => {
  let folder: string;
  let problems: InputProblem[];
  let skipped: string[];
  let source: NdjsonSource | null;
  const file = (name: string): string => join(folder, name);
  const texts = (): string[] => problems.map(({ text }) => text.replace(`${folder}/`, ''));
  const told = {
    onMalformed: (problem: InputProblem): void => {
      problems.push(problem);
    },
    onSkipped: (problem: InputProblem): void => {
      skipped.push(problem.text.replace(folder, 'FOLDER'));
    },
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'streams-'));
    problems = [];
    skipped = [];
    source = null;
  });
  afterEach(async () => {
    await source?.close();
    await rm(folder, { recursive: true });
  });

  async function readAll(paths: string[]): Promise<SourceRecord[]> {
    source = createNdjsonSource({ paths, ...told });
    const records: SourceRecord[] = [];
    for (const range of (await source.partitions()).ranges) {
      for await (const batch of source.read(range, range.begin, range.end)) {
        records.push(...batch.records);
      }
    }
    return records;
  }

  async function grow(): Promise<Recorder> {
    source = createNdjsonSource({ paths: [], growing: [folder], pollMs: 5, ...told });
    const recorder = createRecorder();
    await source.follow(recorder);
    return recorder;
  }

  describe('read once', () => {
    it('come from files and folders, plain and compressed, in the order of the names', async () => {
      await writeFile(file('b.ndjson'), line('b'));
      await writeFile(file('a.jsonl.gz'), gzipSync(line('a')));
      await writeFile(file('notes.txt'), 'not events');
      expect(eventIds(await readAll([folder]))).toEqual(['a', 'b']);
      expect(problems).toEqual([]);
      expect(skipped).toEqual([
        expect.stringMatching(/^FOLDER: 1 file left out: not named as .*; the first is notes.txt;/),
      ]);
    });

    it('say which path does not exist', async () => {
      source = createNdjsonSource({ paths: [file('missing.ndjson')], ...told });
      await expect(source.partitions()).rejects.toThrow(/missing.ndjson does not exist$/);
    });

    it('report `file:line: field: reason` and park what has a topic', async () => {
      const negative = line('x').replace('"value":"1"', '"value":"1e3"');
      await writeFile(
        file('e.ndjson'),
        `${line('a')}{"topic":\n${negative}{"topic":"nope"}\n${line('b')}`,
      );
      const records = await readAll([folder]);
      expect(records.map(({ offset, decoded }) => [offset, decoded.kind])).toEqual([
        [0, 'event'],
        [1, 'undecodable'],
        [2, 'event'],
      ]);
      expect(texts()).toEqual([
        expect.stringMatching(/^e\.ndjson:2: line: /),
        expect.stringMatching(/^e\.ndjson:3: usage\.value: /),
        expect.stringMatching(/^e\.ndjson:4: topic: /),
      ]);
    });

    it('put records at their coordinates, whatever the order of the lines', async () => {
      const lines = [4, 2, 3].map((offset) => line(`at-${offset}`, { offset }));
      await writeFile(file('e.ndjson'), `${lines.join('')}${line('next')}`);
      const records = await readAll([folder]);
      expect(records.map(({ offset }) => offset)).toEqual([2, 3, 4, 5]);
      expect(eventIds(records)).toEqual(['at-2', 'at-3', 'at-4', 'next']);
    });

    it('report coordinates given twice and leave the second out', async () => {
      await writeFile(
        file('e.ndjson'),
        line('first', { offset: 7 }) + line('second', { offset: 7 }),
      );
      expect(eventIds(await readAll([folder]))).toEqual(['first']);
      expect(texts()).toEqual([
        'e.ndjson:2: offset: usage/0@7 was given before; this one is left out',
      ]);
    });

    it('park a record of a partition there is not', async () => {
      await writeFile(file('e.ndjson'), line('x', { partition: 6 }));
      const [record] = await readAll([folder]);
      expect(record?.decoded).toMatchObject({
        error: { code: 'contract_invalid', field: 'partition' },
      });
      expect(texts()).toEqual([
        'e.ndjson:1: partition: 6 is not below the number of partitions, 6',
      ]);
    });

    it('keep what could be unpacked of a broken archive and report the rest', async () => {
      const whole = gzipSync(Array.from({ length: 2_000 }, (_, n) => line(`usage-${n}`)).join(''));
      await writeFile(file('e.ndjson.gz'), whole.subarray(0, whole.length - 20));
      const { length } = await readAll([folder]);
      expect(length).toBeGreaterThan(1_900);
      expect(texts()).toEqual([`e.ndjson.gz: after ${length} lines: the archive is cut off`]);
    });

    it('can be read as records with their lines, for publishing', async () => {
      await writeFile(file('e.ndjson'), `\n${line('a')}${line('b')}`);
      const found: unknown[] = [];
      for await (const one of readRecords([folder], { ...told }))
        found.push([one.place.line, one.record.family]);
      expect(found).toEqual([
        [2, 'usage'],
        [3, 'usage'],
      ]);
    });

    it('are delivered when a follower committed them all, and not before', async () => {
      await writeFile(file('e.ndjson'), line('a') + line('b'));
      source = createNdjsonSource({ paths: [folder], batchRecords: 1, ...told });
      let delivered = false;
      void source.delivered.then(() => {
        delivered = true;
      });
      let open = false;
      const recorder = createRecorder({
        outcome: ({ from }) => (from === 0 || open ? 'commit' : 'retry'),
      });
      await source.follow(recorder);
      await until('the second', () => recorder.batches.length >= 2);
      expect(delivered).toBe(false);
      open = true;
      await source.delivered;
      expect(eventIds(recorder.committed)).toEqual(['a', 'b']);
    });

    it('of nothing are delivered at once', async () => {
      source = createNdjsonSource({ paths: [folder], ...told });
      await source.follow(createRecorder());
      await source.delivered;
    });
  });

  describe('growing', () => {
    it('give lines and files that are added, half lines when they are whole', async () => {
      await writeFile(file('a.ndjson'), line('a'));
      const recorder = await grow();
      const [next] = [line('b')];
      await appendFile(file('a.ndjson'), next.slice(0, 40));
      await writeFile(file('b.ndjson.gz'), gzipSync(line('c')));
      await until('the new file', () => recorder.committed.length === 2);
      expect(eventIds(recorder.committed)).toEqual(['a', 'c']);
      await appendFile(file('a.ndjson'), next.slice(40, -1));
      await until('the line', () => recorder.committed.length === 3);
      await appendFile(file('a.ndjson'), `\n${line('d')}`);
      await until('the last', () => recorder.committed.length === 4);
      expect(eventIds(recorder.committed)).toEqual(['a', 'c', 'b', 'd']);
      expect(problems).toEqual([]);
    });

    it('are read from the start again when they were cut, with word of it', async () => {
      await writeFile(file('a.ndjson'), line('a') + line('b'));
      const recorder = await grow();
      await until('both', () => recorder.committed.length === 2);
      await truncate(file('a.ndjson'), 0);
      await until('word', () => problems.length === 1);
      await appendFile(file('a.ndjson'), line('c'));
      await until('the new one', () => recorder.committed.length === 3);
      expect(eventIds(recorder.committed)).toEqual(['a', 'b', 'c']);
      expect(texts()[0]).toMatch(/^a\.ndjson: was cut from \d+ bytes; /);
    });

    it('are not read twice when they are rotated by a rename', async () => {
      await writeFile(file('a.ndjson'), line('a'));
      const recorder = await grow();
      await until('the first', () => recorder.committed.length === 1);
      await rename(file('a.ndjson'), file('a.1.ndjson'));
      await writeFile(file('a.ndjson'), line('b'));
      await until('the second', () => recorder.committed.length === 2);
      await appendFile(file('a.1.ndjson'), line('c'));
      await until('the third', () => recorder.committed.length === 3);
      expect(eventIds(recorder.committed)).toEqual(['a', 'b', 'c']);
    });

    it('report a record that would come before what was given already', async () => {
      await writeFile(file('a.ndjson'), line('a', { offset: 5 }));
      const recorder = await grow();
      await until('the first', () => recorder.committed.length === 1);
      await appendFile(file('a.ndjson'), line('late', { offset: 3 }) + line('b'));
      await until('the second', () => recorder.committed.length === 2);
      expect(eventIds(recorder.committed)).toEqual(['a', 'b']);
      expect(texts()).toEqual([
        'a.ndjson:2: offset: usage/0@3 comes after later ones were given; it is left out',
      ]);
    });
  });

  describe('appended to', () => {
    it('hold every event on its own line, also from many callers at once', async () => {
      const append = createEventAppender(file('log.ndjson'));
      await Promise.all(Array.from({ length: 20 }, (_, n) => append([`{"n":${n}}`, '{}'])));
      const expected = Array.from({ length: 20 }, (_, n) => `{"n":${n}}\n{}\n`).join('');
      expect(await readFile(file('log.ndjson'), 'utf8')).toBe(expected);
    });

    it('get a line break before the first event when a crash left half a line', async () => {
      await writeFile(file('log.ndjson'), '{"half":');
      await createEventAppender(file('log.ndjson'))(['{}']);
      expect(await readFile(file('log.ndjson'), 'utf8')).toBe('{"half":\n{}\n');
    });

    it('stay as they are when an event holds a line break', async () => {
      const append = createEventAppender(file('log.ndjson'));
      await append(['{}']);
      await expect(append(['{}', '{\n}'])).rejects.toThrow('line break');
      await append(['[]']);
      expect(await readFile(file('log.ndjson'), 'utf8')).toBe('{}\n[]\n');
    });
  });
});
