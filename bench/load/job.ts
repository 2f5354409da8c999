import { startProcess } from '../process.ts';

export interface LoadJob {
  readonly port: number;
  /** Asked for in turn, from the first again when there are more requests than paths. */
  readonly paths: readonly string[];
  readonly connections: number;
  /** Requests before anything is measured. */
  readonly warmup: number;
  readonly requests: number;
}

export interface LoadResult {
  /** Good answers. */
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were no 200. */
  readonly failed: number;
}

const WITHIN_MS = 300_000;

/** Runs a job in a process of its own. Rejects when more than a hundredth of the answers are no 200. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const input = JSON.stringify(job);
  const { said, stop } = await startProcess('bench/load/main.ts', {
    input,
    until: 'result',
    withinMs: WITHIN_MS,
  });
  await stop();
  return said['result'] as LoadResult;
}
