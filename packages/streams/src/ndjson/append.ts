import { open } from 'node:fs/promises';

const LINE_FEED = 0x0a;

/**
 * Returns a function that appends events to a file, one line each, all of them or none. It resolves
 * when they are on the disk (fsync); calls are done one after the other. A file that ends in half a line, left by a
 * crash, gets a line break first. Rejects when an event holds a line break or the file cannot be written; the
 * file is then as it was before.
 */
export function createEventAppender(file: string): (events: readonly string[]) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (events) => {
    const appended = last.then(() => appendEvents(file, events));
    last = appended.catch(() => undefined);
    return appended;
  };
}

async function appendEvents(file: string, events: readonly string[]): Promise<void> {
  if (events.length === 0) return;
  if (events.some((event) => /[\r\n]/.test(event))) throw new Error('an event holds a line break');
  const handle = await open(file, 'a+');
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.from(`${await missingBreak(handle, size)}${events.join('\n')}\n`, 'utf8');
    try {
      await handle.appendFile(bytes);
      await handle.sync();
    } catch (error) {
      await handle.truncate(size);
      throw error;
    }
  } finally {
    await handle.close();
  }
}

/** A line break when the file's last line lacks one. */
async function missingBreak(
  handle: Awaited<ReturnType<typeof open>>,
  size: number,
): Promise<'' | '\n'> {
  if (size === 0) return '';
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === LINE_FEED ? '' : '\n';
}
