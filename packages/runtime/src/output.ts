import { inTime } from '@portal/async';
import pino, { type DestinationStream } from 'pino';

/** A destination of log lines that is written to behind the requests that make them. */
export interface Output extends DestinationStream {
  write(line: string): void;
  /**
   * Ends the process with this code once all lines so far are written. Where nobody reads them for a second it is killed
   * instead, as a write that is under way lets no process exit.
   */
  exit(code: number): Promise<void>;
  /** Lines that were lost so far, because nobody read the output in time. */
  dropped(): number;
}

/**
 * Characters that are collected before they are written: half of what a pipe holds. Collected here, because pino's own
 * destination measures what it has with every line that comes.
 */
const BATCH_CHARACTERS = 32_768;
/** Milliseconds that a line waits at most: what a kill -9 may lose. */
const FLUSH_MS = 50;
/** Bytes that wait where nobody reads the output; further lines are dropped then. */
const WAITING_BYTES_MAX = 16 * 1_024 * 1_024;

/** Milliseconds that the end of a process waits for whoever reads its output. */
const END_MS = 1_000;
const LINE_BREAK = 10;

/**
 * The standard output, in pieces of whole lines. What waits when the process exits is written then. `onDropped` hears,
 * when there is room again, how many lines were lost.
 */
export function createOutput(onDropped: (lines: number) => void, fd = 1): Output {
  const destination = pino.destination({
    ...{ dest: fd, sync: false, maxLength: WAITING_BYTES_MAX, contentMode: 'buffer' },
  });
  // In this mode it takes bytes; its types know texts alone.
  const write = destination.write.bind(destination) as unknown as (lines: Buffer) => void;
  let waiting = '';
  let dropped = 0;
  let told = 0;
  let isWriting = false;
  let whenWritten: (() => void)[] = [];
  const pass = (): void => {
    if (waiting === '') return;
    const lines = Buffer.from(waiting);
    waiting = '';
    isWriting = true;
    // As bytes: a text it would encode twice.
    write(lines);
  };
  destination.on('drop', (lines: Buffer) => {
    dropped += lines.reduce((count, byte) => count + (byte === LINE_BREAK ? 1 : 0), 0);
  });
  destination.on('drain', () => {
    isWriting = false;
    for (const each of whenWritten) each();
    whenWritten = [];
    const untold = dropped - told;
    told = dropped;
    if (untold > 0) onDropped(untold);
  });
  const timer = setInterval(pass, FLUSH_MS);
  timer.unref();
  process.once('exit', () => {
    pass();
    destination.flushSync();
  });
  return {
    write: (line) => {
      waiting += line;
      if (waiting.length >= BATCH_CHARACTERS) pass();
    },
    exit: async (code) => {
      pass();
      const written = new Promise<void>((resolve) => whenWritten.push(resolve));
      if (isWriting && (await inTime(written, END_MS)).kind !== 'done') {
        process.kill(process.pid, 'SIGKILL');
      }
      process.exit(code);
    },
    dropped: () => dropped,
  };
}
