import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inFolder, lineOf } from './reading.ts';

const lines = (...ids: string[]): string => ids.map((id) => `${lineOf(id)}\n`).join('');
const valueOf = (line: string): unknown => (JSON.parse(line) as { value: unknown }).value;

describe('a file is read by what it holds, whatever its name is', () => {
  const { file, read } = inFolder();

  it.each([
    ['text named .gz', 'a.gz', lines('a', 'b')],
    ['gzip without the name', 'a.ndjson', gzipSync(lines('a', 'b'))],
    ['text with a byte order mark', 'a.ndjson', `\ufeff${lines('a', 'b')}`],
    ['packed text with a byte order mark', 'a.gz', gzipSync(`\ufeff${lines('a', 'b')}`)],
    ['an array', 'a.json', `[${lineOf('a')},\n${lineOf('b')}]`],
    ['an array with a byte order mark', 'a.json', `\ufeff[${lineOf('a')},${lineOf('b')}]`],
    [
      'bare events',
      'a.json',
      JSON.stringify([valueOf(lineOf('a')), valueOf(lineOf('b'))], null, 2),
    ],
    [
      'printed events',
      'a.json',
      ['a', 'b'].map((id) => JSON.stringify(JSON.parse(lineOf(id)), null, 2)).join('\n'),
    ],
    ['no line break at the end', 'a.ndjson', lines('a', 'b').trimEnd()],
    ['lines ended by CRLF', 'a.ndjson', lines('a', 'b').replaceAll('\n', '\r\n')],
  ])('%s', async (_name, name, content) => {
    await writeFile(file(name), content);
    const found = await read(name);
    expect(found).toMatchObject({ ids: ['a', 'b'], malformed: [], skipped: [] });
    expect(found.tally).toEqual({ read: 2, skipped: 0, malformed: 0, files: 1, faults: 0 });
  });

  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  it.each([
    ['UTF-16, little end first', utf16(`\ufeff${lines('a')}`), 'is UTF-16 text; save it as UTF-8'],
    [
      'UTF-16, big end first',
      utf16(`\ufeff${lines('a')}`).swap16(),
      'is UTF-16 text; save it as UTF-8',
    ],
    ['UTF-16 without its mark', utf16(lines('a')), 'is UTF-16 text; save it as UTF-8'],
    ['packed UTF-16', gzipSync(utf16(`\ufeff${lines('a')}`)), 'is UTF-16 text; save it as UTF-8'],
    ['gzip in gzip', gzipSync(gzipSync(lines('a'))), 'is compressed twice; unpack it once'],
    ['a zip archive', Buffer.from('PK\x03\x04\x14\0\0\0\0\0'), 'is a zip archive; unpack it first'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3, 4, 5]), 'is compressed with zstd'],
  ])('%s is named in one line that says what to do', async (_name, content, said) => {
    await writeFile(file('a.ndjson'), content);
    const { ids, malformed, tally } = await read('a.ndjson');
    expect([ids, tally.read, tally.faults]).toEqual([[], 0, 1]);
    expect(malformed).toEqual([expect.stringContaining(`a.ndjson: ${said}`)]);
  });

  it('an empty file and one of blanks hold nothing', async () => {
    await writeFile(file('a.ndjson'), '');
    await writeFile(file('b.ndjson'), '\n \r\n');
    const found = await read('a.ndjson', 'b.ndjson');
    expect(found).toMatchObject({
      ids: [],
      malformed: [],
      tally: { read: 0, files: 2, faults: 0 },
    });
  });

  it('good lines before a broken end are kept, and the end is said with their number', async () => {
    await writeFile(file('a.gz'), Buffer.concat([gzipSync(lines('a', 'b')), Buffer.from('rest')]));
    const found = await read('a.gz');
    expect(found.ids).toEqual(['a', 'b']);
    expect(found.malformed).toEqual([
      'a.gz: after 2 lines: what follows the gzip archive is no gzip',
    ]);
  });

  it('any beginning of an archive that shows what it is gives a beginning of its events', async () => {
    const all = Array.from({ length: 40 }, (_, n) => `event-${n}`);
    const packed = Buffer.concat([
      gzipSync(lines(...all.slice(0, 25))),
      gzipSync(lines(...all.slice(25))),
    ]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: packed.length }), async (end) => {
        await writeFile(file('a.gz'), packed.subarray(0, end));
        const { ids, tally, malformed } = await read('a.gz');
        expect(ids).toEqual(all.slice(0, ids.length));
        // Half a line is the archive's fault and no second complaint.
        expect([tally.skipped, malformed.length < 2]).toEqual([0, true]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is said of a file', () => {
  const { file, read } = inFolder();

  it('names the element of an array and the field', async () => {
    const negative = lineOf('x').replace('"value":"1"', '"value":"1e3"');
    await writeFile(file('a.json'), `[${lineOf('a')},\n${negative},{"value":1},\n${lineOf('b')}]`);
    const { ids, malformed, tally } = await read('a.json');
    expect(ids).toEqual(['a', 'b']);
    expect(malformed).toEqual([
      expect.stringMatching(/^a\.json\[1\]: usage\.value: /),
      'a.json[2]: topic: is required',
    ]);
    expect(tally).toMatchObject({ read: 4, skipped: 1 });
  });

  it('is one complaint for one printed value that is no event', async () => {
    const wrapped = { events: [JSON.parse(lineOf('a')) as unknown] };
    await writeFile(file('a.json'), JSON.stringify(wrapped, null, 2));
    expect((await read('a.json')).malformed).toEqual(['a.json:1: topic: is required']);
  });

  it('is twenty lines and then a number', async () => {
    await writeFile(file('a.ndjson'), `${'{"no":"topic"}\n'.repeat(98)}${lines('a')}`);
    const { ids, malformed, tally } = await read('a.ndjson');
    expect(ids).toEqual(['a']);
    expect(malformed.slice(19)).toEqual([
      'a.ndjson:20: topic: is required',
      'a.ndjson: 78 more lines with something wrong',
    ]);
    expect(tally).toMatchObject({ read: 99, skipped: 98 });
  });

  it('is one line for each kind of record that changes nothing, with the remedy', async () => {
    const typed = (topic: string, event_type: string): string =>
      `${JSON.stringify({ topic, value: { event_type } })}\n`;
    await writeFile(
      file('a.ndjson'),
      typed('billing.invoices', 'invoice.framed').repeat(3) +
        typed('billing.usage', 'wallet.created') +
        '{"topic":"usage","value":null}\n'.repeat(2) +
        typed('billing.invoices', 'invoice.framed'),
    );
    const { kinds, malformed, skipped } = await read('a.ndjson');
    expect([kinds.length, malformed]).toEqual([7, []]);
    expect(skipped).toEqual([
      'a.ndjson: 4 records of the unknown type "invoice.framed" in billing.invoices (first: line 1); ' +
        'they change nothing: correct the type, or use a version that knows it',
      'a.ndjson: 1 record of type "wallet.created" in billing.usage (first: line 4); ' +
        'it changes nothing: the topic of this type is billing.wallets',
      'a.ndjson: 2 records without a value (first: line 5); they change nothing: ' +
        'what is gone is told by an event, such as invoice.deleted',
    ]);
  });

  it('stays short when every record has a type of its own', async () => {
    const strange = Array.from({ length: 500 }, (_, n) =>
      JSON.stringify({ topic: 'usage', value: { event_type: `type-${n}-${'x'.repeat(200)}` } }),
    );
    await writeFile(file('a.ndjson'), strange.join('\n'));
    const { skipped } = await read('a.ndjson');
    expect(skipped).toHaveLength(21);
    expect(skipped[20]).toMatch(/^a\.ndjson: 480 records of further unknown types/);
    expect(Math.max(...skipped.map(({ length }) => length))).toBeLessThan(300);
  });
});
