import { Option } from 'commander';
import { EXIT, type Output } from './say.ts';

const DEFAULT_SECONDS = 30;
const SECONDS_MAX = 86_400;

/** How long a command waits for one answer; every command that asks a server has it. */
export const timeoutOption = (): Option =>
  new Option(
    '--timeout <seconds>',
    'fail when a server does not answer, or nothing goes on, for so long',
  ).default(String(DEFAULT_SECONDS));

/** Milliseconds, or null: the command has failed then. */
export function patienceOf(given: string, output: Output): number | null {
  const seconds = Number(given);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= SECONDS_MAX) return seconds * 1_000;
  output.fail(`--timeout takes seconds above 0, at most ${SECONDS_MAX}`, null, EXIT.usage);
  return null;
}

/** How long a client may take to close what it opened, milliseconds. */
const CLOSE_MS = 2_000;

/**
 * Ends the process although a client that got no answer still waits for one: what the command had to say is said. Does
 * not keep a process that could end by itself.
 */
export function endSoon(): void {
  setTimeout(() => process.exit(), CLOSE_MS).unref();
}
