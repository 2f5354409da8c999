import { type Cluster, type KafkaMessage } from 'kafkajs';
import { unsupportedCodec } from './codecs.ts';
import { ONE_BATCH, type Reach, request, type Wanted } from './request.ts';

/** With the broker that leads its partition. */
export type LedWanted = Wanted & { readonly leader: string };

export type LastRecord =
  /** null: no record has that offset. */
  | { readonly kind: 'record'; readonly record: KafkaMessage | null }
  /** It is compressed in a way this process cannot read. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export type LastRecords = (at: Pick<Wanted, 'topic' | 'partition'>) => LastRecord;

/**
 * A broker gives the first batch of its answer whole, however large, and of the other partitions only batches that fit
 * into this. Most do, and what comes behind the record asked for is not kept.
 */
const FEW_BATCHES: Reach = { bytes: 65_536, waitMs: 0 };

/**
 * The records at these offsets: one request a leader, and one more for each partition whose batch is larger than
 * others leave room for. Throws what kafkajs throws.
 */
export async function lastRecords(
  cluster: Cluster,
  wanted: readonly LedWanted[],
): Promise<LastRecords> {
  const found = new Map<string, LastRecord>();
  const leaders = new Set(wanted.map(({ leader }) => leader));
  await Promise.all(
    [...leaders].map((leader) =>
      fetchInto(
        found,
        cluster,
        leader,
        wanted.filter((one) => one.leader === leader),
      ),
    ),
  );
  return (at) => found.get(nameOf(at)) ?? { kind: 'record', record: null };
}

const nameOf = ({ topic, partition }: Pick<Wanted, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`;

async function fetchInto(
  found: Map<string, LastRecord>,
  cluster: Cluster,
  leader: string,
  wanted: readonly Wanted[],
): Promise<void> {
  for (let open = wanted; open.length > 0;) {
    const answered = await fetchSome(cluster, leader, open);
    for (const [name, record] of answered) found.set(name, record);
    // Nothing at all: the log ends before these offsets by now.
    if (answered.size === 0) return;
    open = open.filter((one) => !answered.has(nameOf(one)));
  }
}

async function fetchSome(
  cluster: Cluster,
  leader: string,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, LastRecord>> {
  try {
    // What lies behind a single one plays no part: it may be compressed in another way.
    const reach = wanted.length === 1 ? ONE_BATCH : FEW_BATCHES;
    const ranges = await request(cluster, leader, wanted, reach);
    return new Map(
      ranges.map((range) => {
        const record = range.messages.find(({ offset }) => Number(offset) === range.from) ?? null;
        return [nameOf(range), { kind: 'record', record }];
      }),
    );
  } catch (error) {
    const codec = unsupportedCodec(error);
    if (codec === null) throw error;
    const [only, ...others] = wanted;
    if (only !== undefined && others.length === 0) {
      return new Map([[nameOf(only), { kind: 'unreadable', reason: codec.message }]]);
    }
  }
  // One batch that cannot be read fails the whole answer: asked for apart, the others can be told.
  const apart = new Map<string, LastRecord>();
  for (const one of wanted) {
    for (const [name, record] of await fetchSome(cluster, leader, [one])) apart.set(name, record);
  }
  return apart;
}
