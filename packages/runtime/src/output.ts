import pino, { type DestinationStream } from 'pino';

/** A destination of log lines that is written to behind the requests that make them. */
export interface Output extends DestinationStream {
  write(line: string): void;
}

/** Bytes that are collected before they are written. */
const BATCH_BYTES = 8_192;
/** Milliseconds that a line waits at most: what a kill -9 may lose. */
const FLUSH_MS = 50;
/** Bytes that wait where nobody reads the output; further lines are dropped then. */
const WAITING_BYTES_MAX = 16 * 1_024 * 1_024;

/** The standard output, in pieces of whole lines. What waits when the process exits is written then. */
export function createOutput(): Output {
  const output = pino.destination({
    ...{ dest: 1, sync: false },
    ...{ minLength: BATCH_BYTES, periodicFlush: FLUSH_MS, maxLength: WAITING_BYTES_MAX },
  });
  process.once('exit', () => {
    output.flushSync();
  });
  return output;
}
