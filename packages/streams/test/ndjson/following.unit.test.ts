import { appendFile, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createNdjsonSource, type NdjsonSource } from '../../src/index.ts';
import { createRecorder, eventIds, type Recorder, until } from '../recorder.ts';
import { lineOf } from './reading.ts';

const lines = (...ids: string[]): string => ids.map((id) => `${lineOf(id)}\n`).join('');

describe('files that are followed', () => {
  let folder = '';
  let malformed: string[] = [];
  let skipped: string[] = [];
  let source: NdjsonSource;
  let recorder: Recorder;
  const file = (name: string): string => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'following-'));
    [malformed, skipped] = [[], []];
  });
  afterEach(async () => {
    await source.close();
    await rm(folder, { recursive: true });
  });

  async function follow(): Promise<void> {
    source = createNdjsonSource({
      paths: [],
      growing: [folder],
      pollMs: 5,
      onMalformed: ({ text }) => malformed.push(text.replace(`${folder}/`, '')),
      onSkipped: ({ text }) => skipped.push(text.replaceAll(folder, '.')),
    });
    recorder = createRecorder();
    await source.follow(recorder);
  }
  const ids = (): string[] => [...eventIds(recorder.committed)].sort();
  const arrived = (count: number): Promise<void> =>
    until(`${count} events`, () => recorder.committed.length === count);

  it('that are written anew are read from the start, with word of it', async () => {
    await writeFile(file('a.ndjson'), lines('a'));
    await follow();
    await arrived(1);
    // Longer than before, so that its size says nothing.
    await overwrite(file('a.ndjson'), lines('b', 'c'));
    await arrived(3);
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(malformed).toEqual(['a.ndjson: was written anew; it is read from the start']);
  });

  it('that are archives are read on while they grow, member by member and half by half', async () => {
    const second = gzipSync(lines('b', 'c'));
    await writeFile(file('a.gz'), gzipSync(lines('a')));
    await follow();
    await arrived(1);
    await appendFile(file('a.gz'), second.subarray(0, 15));
    await until('word', () => malformed.length === 1);
    await appendFile(file('a.gz'), second.subarray(15));
    await arrived(3);
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(malformed).toEqual(['a.gz: the archive is cut off; what is added to it is read']);
  });

  it('may be arrays and printed events: each comes as soon as it is whole', async () => {
    const printed = JSON.stringify(JSON.parse(lineOf('a')), null, 2);
    await writeFile(file('a.json'), `[${printed},\n${printed.slice(0, 50)}`);
    await follow();
    await arrived(1);
    await appendFile(file('a.json'), `${printed.slice(50)}]`);
    await arrived(2);
    expect(malformed).toEqual([]);
  });

  it('may come in folders that are made later, and what is left out is said once', async () => {
    await follow();
    await mkdir(file('new'));
    await writeFile(file('new/notes.txt'), '');
    await writeFile(file('new/a.ndjson'), lines('a'));
    await arrived(1);
    await writeFile(file('new/more.txt'), '');
    await appendFile(file('new/a.ndjson'), lines('b'));
    await arrived(2);
    expect(malformed).toEqual([]);
    expect(skipped).toEqual([expect.stringMatching(/^\.: 1 file left out: .*new\/notes\.txt/)]);
  });

  it('are counted, and a kind that grows is said again only when there are ten times as many', async () => {
    const nothing = '{"topic":"usage","value":null}\n';
    await writeFile(file('a.ndjson'), nothing);
    await follow();
    for (let count = 2; count <= 25; count += 1) {
      await appendFile(file('a.ndjson'), nothing);
      await arrived(count);
    }
    expect(source.tally).toMatchObject({ read: 25, skipped: 0, files: 1 });
    expect(skipped.map((text) => /: (\d+) records? without/.exec(text)?.[1])).toEqual(['1', '10']);
  });
});

/** Puts a longer text over what is there in one step: nobody sees the file empty in between. */
async function overwrite(path: string, text: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(text, 0);
  await handle.close();
}
