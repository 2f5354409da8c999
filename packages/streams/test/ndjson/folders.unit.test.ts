import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { faultOf } from '../../src/ndjson/fault.ts';
import { checkPaths } from '../../src/index.ts';
import { inFolder, lineOf } from './reading.ts';

describe('a folder of events', () => {
  const { file, folder, read } = inFolder();

  it.each([
    'e.ndjson',
    'e.jsonl',
    'e.json',
    'E.NDJSON',
    'e.ndjson.1',
    'e.ndjson-20261101',
    'e.json.2026-11-01',
    'e.ndjson.gz',
    'e.ndjson.2.gz',
    'e.ndjson.gz.2',
    'e.GZ',
    'e.log.gzip',
  ])('gives what is in %s', async (name) => {
    await writeFile(file(name), /gz/i.test(name) ? gzipSync(lineOf('a')) : lineOf('a'));
    expect(await read()).toMatchObject({ ids: ['a'], malformed: [], skipped: [] });
  });

  it.each(['e.txt', 'e.csv', 'e.tar.gz', 'ndjson', 'e.ndjson.bak', 'e.json5', 'e.ndjson~'])(
    'leaves %s out and says so; named itself it is read',
    async (name) => {
      await writeFile(file(name), lineOf('a'));
      const found = await read();
      expect(found.ids).toEqual([]);
      expect(found.skipped).toEqual([
        `.: 1 file left out: not named as events files are (names that end in .ndjson, .jsonl, .json or .gz, ` +
          `also rotated ones such as .ndjson.1); the first is ${name}; one that is named itself is read`,
      ]);
      expect((await read(name)).ids).toEqual(['a']);
    },
  );

  it('is walked with the folders in it, in the order of the names', async () => {
    await mkdir(file('b/deep/er'), { recursive: true });
    await mkdir(file('a.d'));
    for (const name of ['z.ndjson', 'b/deep/er/x.ndjson', 'b/a.json', 'a.d/1.jsonl', 'c.ndjson']) {
      await writeFile(file(name), lineOf(name));
    }
    expect((await read()).ids).toEqual([
      'a.d/1.jsonl',
      'b/a.json',
      'b/deep/er/x.ndjson',
      'c.ndjson',
      'z.ndjson',
    ]);
  });

  it('leads in no circle, waits for no pipe, opens nothing hidden, and says each', async () => {
    await mkdir(file('in'));
    await writeFile(file('in/a.ndjson'), lineOf('a'));
    await writeFile(file('.hidden.ndjson'), lineOf('hidden'));
    await writeFile(file('.other'), '');
    await symlink(folder(), file('in/round.ndjson'));
    await symlink('nowhere', file('broken.ndjson'));
    await symlink('loop.ndjson', file('loop.ndjson'));
    await symlink('in/a.ndjson', file('link.ndjson'));
    execFileSync('mkfifo', [file('pipe.ndjson')]);
    const found = await read();
    expect(found.ids).toEqual(['a']);
    expect((await read('in/a.ndjson', '.', 'in')).ids).toEqual(['a']);
    const said = found.skipped.map((text) => /left out: (.*?); the first is (.*?);/.exec(text));
    expect(said.map((match) => match?.slice(1))).toEqual([
      ['hidden', '.hidden.ndjson'],
      ['it is a link to nothing', 'broken.ndjson'],
      ['links to folders', 'in/round.ndjson'],
      ['the same file under another name', 'link.ndjson'],
      ['it is a link that leads to itself', 'loop.ndjson'],
      ['devices and pipes', 'pipe.ndjson'],
    ]);
    expect(found.skipped[0]).toMatch(/^\.: 2 files left out: hidden/);
  });

  it('without any events file is an error that names what was looked for', async () => {
    await writeFile(file('notes.txt'), '');
    expect(await checkPaths([folder()], false)).toBe(
      `${folder()} holds no events file; looked for names that end in .ndjson, .jsonl, .json or .gz, ` +
        'also rotated ones such as .ndjson.1',
    );
    expect(await checkPaths([folder()], true)).toBeNull();
  });
});

describe('a path that cannot be read', () => {
  const { file } = inFolder();

  it('is told in our own words before anything is read', async () => {
    await symlink('nowhere', file('broken'));
    await symlink('loop', file('loop'));
    await writeFile(file('plain'), '');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(file('socket'), resolve));
    const check = async (name: string): Promise<string | null> =>
      (await checkPaths([file('plain'), name], false)) ?? null;
    expect(await check(file('missing'))).toBe(`${file('missing')} does not exist`);
    expect(await check(file('broken'))).toBe(`${file('broken')} is a link to nothing`);
    expect(await check(file('loop'))).toBe(`${file('loop')} is a link that leads to itself`);
    expect(await check(file('plain/x'))).toMatch(
      /does not exist: a part of its path is no folder$/,
    );
    expect(await check(file('socket'))).toMatch(/is a device; give a file, a folder, or - for /);
    expect(await check('/dev/null')).toMatch(/^\/dev\/null is a device/);
    expect(await check(file('plain'))).toBeNull();
    server.close();
  });

  it('that comes once cannot be followed', async () => {
    execFileSync('mkfifo', [file('pipe')]);
    const said = 'comes once and cannot be followed; leave --follow out';
    expect(await checkPaths(['-'], true)).toBe(`- ${said}`);
    expect(await checkPaths([file('pipe')], true)).toBe(`${file('pipe')} ${said}`);
    expect(await checkPaths(['-', file('pipe')], false)).toBeNull();
  });

  it('never shows the words of the system', () => {
    const error = Object.assign(new Error("EACCES: permission denied, open '/secret'"), {
      code: 'EACCES',
    });
    expect(faultOf(error)).toBe('may not be read: permission is missing');
    expect(faultOf(Object.assign(new Error('x'), { code: 'ESTALE' }))).toBe(
      'cannot be read (ESTALE)',
    );
    expect(faultOf(new Error('whatever'))).toBe('cannot be read');
  });
});
