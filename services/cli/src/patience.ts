import { StoreRefused, StoreUnavailable } from '@portal/stores';
import { kafkaMessageOf } from '@portal/streams';
import { Option } from 'commander';
import { EXIT, type Output } from './say.ts';

const DEFAULT_SECONDS = 30;
const SECONDS_MAX = 86_400;

/** How long a command waits for one answer; every command that asks a server has it. */
export const timeoutOption = (): Option =>
  new Option(
    '--timeout <seconds>',
    'seconds to wait for an answer, or for progress, before the command fails',
  ).default(String(DEFAULT_SECONDS));

/** Milliseconds, or null: the command has failed then. */
export function patienceOf(given: string, output: Output): number | null {
  const seconds = Number(given);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= SECONDS_MAX) return seconds * 1_000;
  output.fail(`--timeout takes seconds above 0, at most ${SECONDS_MAX}`, null, EXIT.usage);
  return null;
}

/**
 * The part of a command that asks servers. What it throws is the command's failure; and the process ends once all is
 * said, although a client may still wait for an answer that nobody gives.
 */
export async function asking(
  output: Output,
  remedy: string | null,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    output.fail(wordsOf(error), remedy, EXIT.failed);
  }
  process.stdout.write('', () => {
    process.stderr.write('', () => process.exit());
  });
}

/** The store's errors are in plain words already. */
const wordsOf = (error: unknown): string =>
  error instanceof StoreUnavailable || error instanceof StoreRefused
    ? error.message
    : kafkaMessageOf(error);
