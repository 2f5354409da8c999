import { newer, type SingleEvent, type UsageSeries } from './usage.ts';

/**
 * The number of different keys of which the newest event (by time, then id) is no removal: in the period, or
 * with what is carried since the subscription began. A key belongs to the scope its events name, so that a
 * removal for one subscription leaves the key alone that was added for all of them.
 */
export function memberCount(series: readonly UsageSeries[], withCarried: boolean): number {
  const newest = new Map<string | null, Map<string | null, SingleEvent>>();
  for (const { scope, events, carried } of series) {
    const ofScope = newest.get(scope) ?? new Map<string | null, SingleEvent>();
    newest.set(scope, ofScope);
    if (withCarried && carried?.kind === 'unique') noteNewest(ofScope, carried.events);
    noteNewest(ofScope, events);
  }
  const members = new Set<string | null>();
  for (const ofScope of newest.values()) {
    for (const [key, { operation }] of ofScope) if (operation !== 'remove') members.add(key);
  }
  return members.size;
}

function noteNewest(newest: Map<string | null, SingleEvent>, events: readonly SingleEvent[]): void {
  for (const event of events) newest.set(event.key, newer(newest.get(event.key), event));
}
