/** A set of UTC days (days since 1970) as sorted, disjoint, inclusive ranges: daily usage is one range. */
export type DayRanges = readonly (readonly [first: number, last: number])[];

export function withDay(ranges: DayRanges, day: number): DayRanges {
  if (hasDay(ranges, day)) return ranges;
  const before = ranges.filter(([, last]) => last < day - 1);
  const after = ranges.filter(([first]) => first > day + 1);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  const first = touching[0]?.[0] ?? day;
  const last = touching.at(-1)?.[1] ?? day;
  return [...before, [Math.min(first, day), Math.max(last, day)], ...after];
}

export const hasDay = (ranges: DayRanges, day: number): boolean =>
  ranges.some(([first, last]) => first <= day && day <= last);

/** The days of `[from, to)` that are in the set. */
export function daysBetween(ranges: DayRanges, from: number, to: number): readonly number[] {
  const days: number[] = [];
  for (const [first, last] of ranges) {
    for (let day = Math.max(first, from); day <= last && day < to; day += 1) days.push(day);
  }
  return days;
}

/** The set without the days before `day`. */
export function daysFrom(ranges: DayRanges, day: number): DayRanges {
  if (ranges[0] === undefined || ranges[0][0] >= day) return ranges;
  return ranges
    .filter(([, last]) => last >= day)
    .map(([first, last]) => [Math.max(first, day), last] as const);
}

export function withoutDay(ranges: DayRanges, day: number): DayRanges {
  return ranges.flatMap(([first, last]) => {
    if (day < first || day > last) return [[first, last] as const];
    const parts = [[first, day - 1] as const, [day + 1, last] as const];
    return parts.filter(([from, to]) => from <= to);
  });
}

export const mergeDays = (a: DayRanges, b: DayRanges): DayRanges =>
  daysBetween(b, -Infinity, Infinity).reduce(withDay, a);
