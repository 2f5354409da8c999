import { startProcess } from '../process.ts';

/** What `open-loop.ts` reads on its standard input. */
export interface OfferedJob {
  readonly port: number;
  /** Asked for in turn. */
  readonly paths: readonly string[];
  /** Clients that wait for one answer at a time. */
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface OfferedResult {
  /** Requests per second. */
  readonly offered: number;
  /** Answers with 200 per second, and their milliseconds since the request was due. */
  readonly accepted: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers per second with 503 that say when to come again. */
  readonly shed: number;
  /** Answers with 503 that do not. */
  readonly shedBare: number;
  /** Answers with another status. */
  readonly other: number;
  /** Connections that broke under a request. */
  readonly broken: number;
  /** Requests without an answer at the end. */
  readonly unanswered: number;
}

/** Runs a job in a process of its own. */
export async function runOffered(job: OfferedJob): Promise<OfferedResult> {
  const { said, stop } = await startProcess('bench/load/open-loop.ts', {
    ...{ input: JSON.stringify(job), until: 'result', withinMs: 120_000 },
  });
  await stop();
  return said['result'] as OfferedResult;
}
