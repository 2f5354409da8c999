/** How often each thing is to happen, and what it means when it happens more often. */
export type ExpectedCounts = Readonly<
  Record<string, { readonly count: number; readonly more: string }>
>;

/**
 * Each count that is not the expected one, in words; whatever is not expected is to happen never. What became less is told
 * as well: written down, it cannot come back unseen.
 */
export function countFaults(
  expected: ExpectedCounts,
  counts: Readonly<Record<string, number>>,
): readonly string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(counts)]);
  return [...names].flatMap((name) => {
    const { count: wanted, more } = expected[name] ?? {
      count: 0,
      more: 'it was not needed before',
    };
    const got = counts[name] ?? 0;
    if (got === wanted) return [];
    const meaning = got > wanted ? more : 'better: write the lower number down';
    return [`${name}: ${got} instead of ${wanted} (${meaning})`];
  });
}
