import { unsupportedCodec } from './codecs.ts';
import { type Layout } from './layout.ts';
import {
  type FetchedRange,
  NEWS,
  ONE_BATCH,
  type Reach,
  request,
  type Wanted,
  WHAT_IS_THERE,
} from './request.ts';
import { troubleOf } from './trouble.ts';

/** A partition whose next batch this process cannot decompress. The text says where, why and what to do. */
export interface Unreadable extends Wanted {
  readonly reason: string;
}

export type Fetched =
  | {
      readonly kind: 'ranges';
      readonly ranges: readonly FetchedRange[];
      readonly unreadable: readonly Unreadable[];
    }
  /** The offset asked for is not in the log (any more). Nothing was skipped: nothing is given. */
  | { readonly kind: 'out_of_range'; readonly topic: string; readonly partition: number }
  | { readonly kind: 'away'; readonly reason: string; readonly refused: boolean };

/**
 * One fetch request to one broker, outside any group: what is asked for is what comes, in order,
 * and an offset that is gone is said instead of being reset. Partitions without news have no range.
 */
export async function fetchFrom(
  layout: Layout,
  nodeId: string,
  wanted: readonly Wanted[],
  reach: Reach = NEWS,
): Promise<Fetched> {
  try {
    const ranges = await request(layout.cluster, nodeId, wanted, reach);
    return { kind: 'ranges', ranges, unreadable: [] };
  } catch (error) {
    if (unsupportedCodec(error) === null) return await fetchFailure(layout, error);
    return await fetchApart(layout, nodeId, wanted);
  }
}

/** One batch that cannot be read fails the whole answer. Asked for apart, each partition gives what it can. */
async function fetchApart(
  layout: Layout,
  nodeId: string,
  wanted: readonly Wanted[],
): Promise<Fetched> {
  const ranges: FetchedRange[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of wanted) {
    const fetched = await fetchAlone(layout, nodeId, one);
    if (fetched.kind !== 'ranges') return fetched;
    ranges.push(...fetched.ranges);
    unreadable.push(...fetched.unreadable);
  }
  return { kind: 'ranges', ranges, unreadable };
}

/** Batches before the one that cannot be read come one by one, so that it is known which one it is. */
async function fetchAlone(layout: Layout, nodeId: string, one: Wanted): Promise<Fetched> {
  let reason = '';
  for (const reach of [WHAT_IS_THERE, ONE_BATCH]) {
    try {
      const ranges = await request(layout.cluster, nodeId, [one], reach);
      // A batch that compaction emptied, before the one in question, has no range either.
      if (ranges.length > 0 || reason === '') return { kind: 'ranges', ranges, unreadable: [] };
    } catch (error) {
      const codec = unsupportedCodec(error);
      if (codec === null) return await fetchFailure(layout, error);
      reason = `${one.topic} partition ${one.partition} offset ${one.offset}: ${codec.message}`;
    }
  }
  return { kind: 'ranges', ranges: [], unreadable: [{ ...one, reason }] };
}

/** What went wrong, as an answer; the connection it came by is opened anew. */
export async function fetchFailure(layout: Layout, error: unknown): Promise<Fetched> {
  const known = error as { name?: string; topic?: string; partition?: number };
  if (known.name === 'KafkaJSOffsetOutOfRange') {
    const { topic = '', partition = -1 } = known;
    return { kind: 'out_of_range', topic, partition };
  }
  await forgetBroker(layout, error);
  return { kind: 'away', ...troubleOf(error) };
}

/** A closed connection is dropped so that the next fetch opens one; leaders may have moved meanwhile. */
async function forgetBroker(layout: Layout, error: unknown): Promise<void> {
  const { host, port } = error as { host?: string; port?: number };
  if (host !== undefined && port !== undefined) {
    layout.cluster.removeBroker({ host, port });
    await layout.cluster.refreshMetadata().catch(() => undefined);
  }
  await layout.refresh().catch(() => undefined);
}
