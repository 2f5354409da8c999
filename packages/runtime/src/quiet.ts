import { type Logger } from './logger.ts';

/** Reports trouble without repeating itself. */
export interface QuietLog {
  /**
   * `cause` is what lines are counted by: the kind of trouble, not its text. The first line of a cause comes at once,
   * then at most one a minute, which says of itself that it tells of the last minute: with `times`, how often since the
   * last line, and `last_at`, when it last was.
   */
  warn(cause: string, fields: object, message: string): void;
  /** The same for good news. */
  info(cause: string, fields: object, message: string): void;
}

const EVERY_MS = 60_000;
/** Causes at a time; further ones share a place. A cause is forgotten after a minute without it. */
const CAUSES_MAX = 100;

interface Cause {
  readonly level: 'warn' | 'info';
  times: number;
  /** Epoch milliseconds of the last time. */
  lastAt: number;
  fields: object;
  message: string;
}

/** For trouble that is expected and tried again: a peer that is away, an event that cannot be read. */
export function createQuietLog(logger: Logger): QuietLog {
  const causes = new Map<string, Cause>();
  const sum = ({ level, fields, message, times, lastAt }: Cause): void => {
    const last_at = new Date(lastAt).toISOString();
    const told = `${message}: ${times} more in the last minute, last at ${last_at}`;
    logger[level]({ ...fields, times, last_at }, told);
  };
  const scheduleSummary = (name: string, cause: Cause): void => {
    const timer = setTimeout(() => {
      if (cause.times === 0) {
        causes.delete(name);
        return;
      }
      sum(cause);
      cause.times = 0;
      scheduleSummary(name, cause);
    }, EVERY_MS);
    // A process that ends does not wait for this timer.
    timer.unref();
  };
  const tell =
    (level: Cause['level']): QuietLog['warn'] =>
    (given, fields, message) => {
      const name = causes.size < CAUSES_MAX || causes.has(given) ? given : 'others';
      const known = causes.get(name);
      if (known !== undefined) {
        Object.assign(known, { fields, message, times: known.times + 1, lastAt: Date.now() });
        return;
      }
      const cause: Cause = { level, fields, message, times: 0, lastAt: Date.now() };
      causes.set(name, cause);
      logger[level](fields, message);
      scheduleSummary(name, cause);
    };
  return { warn: tell('warn'), info: tell('info') };
}
