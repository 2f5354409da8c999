import pino, { type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import { redact } from './redact.ts';
import { shorten } from './shorten.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly service: string;
  readonly level: LevelWithSilent;
  /** Where lines go; the standard output when left out. */
  readonly destination?: DestinationStream;
}

/**
 * Writes finished lines where this logger writes its own, past `shorten` and `redact`: for lines that are made of nothing
 * but what is known to be harmless.
 */
export function plainLines(logger: Logger): (line: string) => void {
  const { [pino.symbols.streamSym]: stream } = logger as unknown as Readonly<
    Record<symbol, DestinationStream>
  >;
  return (line) => {
    stream?.write(line);
  };
}

/**
 * One JSON object per line. Every finished line passes through `shorten` and `redact`, whatever was logged
 * and however deep, so neither a portal token nor a text without end can reach a log by a forgotten field.
 */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => redact(shorten(line)) },
    },
    destination ?? pino.destination(1),
  );
}
