import { type Profiler, Session } from 'node:inspector/promises';

/** A function of ours: the end of its file's path, and its name there. */
export interface CountedFunction {
  readonly file: string;
  readonly name: string;
}

/**
 * How often each of these functions was called while `work` ran, as V8 itself counts: the code counts nothing. Other work
 * of this process counts as well.
 */
export async function countCalls(
  functions: readonly CountedFunction[],
  work: () => Promise<unknown>,
): Promise<readonly number[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return functions.map((each) => callsOf(each, result));
  } finally {
    session.disconnect();
  }
}

/** A function that was not called is not told of, and neither is one that has another name by now: count one call first. */
function callsOf(
  { file, name }: CountedFunction,
  scripts: readonly Profiler.ScriptCoverage[],
): number {
  const calls = scripts
    .filter(({ url }) => url.endsWith(file))
    .flatMap(({ functions }) => functions)
    .filter(({ functionName }) => functionName === name);
  return calls.reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
}
