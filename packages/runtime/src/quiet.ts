import { type Logger } from './logger.ts';

/** Says what is wrong without saying it over and over. */
export interface QuietLog {
  /**
   * `cause` is what lines are counted by: the kind of trouble, not its text. The first line of a cause comes at once,
   * then at most one a minute, with `times`: how often since the last line.
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
  fields: object;
  message: string;
}

/** For trouble that is expected and tried again: a peer that is away, an event that cannot be read. */
export function createQuietLog(logger: Logger): QuietLog {
  const causes = new Map<string, Cause>();
  const say = ({ level, fields, message, times }: Cause): void => {
    logger[level](times === 1 ? fields : { ...fields, times }, message);
  };
  const lookAgain = (name: string, cause: Cause): void => {
    const timer = setTimeout(() => {
      if (cause.times === 0) {
        causes.delete(name);
        return;
      }
      say(cause);
      cause.times = 0;
      lookAgain(name, cause);
    }, EVERY_MS);
    // Nothing is waited for: a process that ends has nothing more to say of it.
    timer.unref();
  };
  const tell =
    (level: Cause['level']): QuietLog['warn'] =>
    (given, fields, message) => {
      const name = causes.size < CAUSES_MAX || causes.has(given) ? given : 'others';
      const known = causes.get(name);
      if (known !== undefined) {
        Object.assign(known, { fields, message, times: known.times + 1 });
        return;
      }
      const cause: Cause = { level, fields, message, times: 1 };
      causes.set(name, cause);
      say(cause);
      cause.times = 0;
      lookAgain(name, cause);
    };
  return { warn: tell('warn'), info: tell('info') };
}
