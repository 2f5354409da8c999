import pino, { type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import { redact } from './redact.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly service: string;
  readonly level: LevelWithSilent;
  /** Where lines go; the standard output when left out. */
  readonly destination?: DestinationStream;
}

/**
 * One JSON object per line. Every finished line passes through `redact`, whatever was logged and
 * however deep, so a portal token cannot reach a log by a forgotten field.
 */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redact },
    },
    destination ?? pino.destination(1),
  );
}
