import { Presets, SingleBar } from 'cli-progress';
import { type Output } from './say.ts';

export interface Progress {
  update(done: number, total: number): void;
  done(): void;
}

/** A bar with rate and time left on a terminal; nothing where nobody watches. */
export function createProgress(output: Output, what: string): Progress {
  if (output.json || !process.stderr.isTTY)
    return { update: () => undefined, done: () => undefined };
  const bar = new SingleBar(
    {
      format: `${what} {bar} {percentage} % · {value}/{total} · {eta_formatted} left`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update: (done, total) => {
      if (!started) bar.start(total, done);
      started = true;
      bar.setTotal(total);
      bar.update(done);
    },
    done: () => {
      bar.stop();
    },
  };
}
