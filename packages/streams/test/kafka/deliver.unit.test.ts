import { type KafkaMessage } from 'kafkajs';
import { describe, expect, it } from '@jest/globals';
import { deliver, PIECE_RECORDS } from '../../src/kafka/deliver.ts';
import { type KafkaLog } from '../../src/kafka/log.ts';
import { startPosition } from '../../src/kafka/positions.ts';
import { type FetchedRange } from '../../src/kafka/request.ts';
import { type Follower, type SourceBatch, type StreamNotice } from '../../src/index.ts';

const TOPIC = 'billing.usage';

const message = (offset: number): KafkaMessage => ({
  ...{ key: Buffer.from('o:c'), value: null, timestamp: '0', attributes: 0 },
  ...{ offset: String(offset), headers: {} },
});

/** The offset after its last record is a transaction marker. */
const rangeOf = (count: number): FetchedRange => ({
  ...{ topic: TOPIC, partition: 0, from: 5, next: 5 + count + 1, bytes: 0 },
  messages: Array.from({ length: count }, (_, index) => message(5 + index)),
});

/** What follows a partition from offset 5, and what was seen of it. */
function following(
  answer: (batch: SourceBatch) => 'commit' | 'retry' | 'stop',
  decodes = Infinity,
) {
  const notices: StreamNotice[] = [];
  const batches: SourceBatch[] = [];
  const moved: number[] = [];
  const position = startPosition({ topic: TOPIC, family: 'usage', partition: 0 }, 5);
  position.turn = 'follower';
  let decoded = 0;
  const log = {
    notice: (notice: StreamNotice) => notices.push(notice),
    decode: (at, messages) => {
      decoded += 1;
      if (decoded > decodes) return Promise.resolve({ kind: 'registry_away', reason: 'away' });
      const records = messages.map(({ offset }) => ({
        ...{ family: at.family, partition: at.partition, offset: Number(offset), key: 'o:c' },
        ...{ timestamp: 0, headers: {}, decoded: { kind: 'null' as const } },
      }));
      return Promise.resolve({ kind: 'decoded', records });
    },
  } as Pick<KafkaLog, 'notice' | 'decode'> as KafkaLog;
  const follower = {
    batch: (batch: SourceBatch) => {
      batches.push(batch);
      return Promise.resolve(answer(batch));
    },
  } as Pick<Follower, 'batch'> as Follower;
  const events = { moved: () => moved.push(position.next) };
  const give = (range: FetchedRange, ours = () => true) =>
    deliver(log, follower, position, range, ours, events);
  return { give, position, batches, moved, notices };
}

const spans = (batches: readonly SourceBatch[]) =>
  batches.map(({ from, next, records }) => [from, next, records.length]);

describe('a fetched range', () => {
  const [first, second] = [5 + PIECE_RECORDS, 5 + 2 * PIECE_RECORDS];

  it('is given in pieces that follow each other without a gap, the last with the end of the range', async () => {
    const { give, position, batches, moved } = following(() => 'commit');
    await give(rangeOf(2 * PIECE_RECORDS + 1));
    expect(spans(batches)).toEqual([
      [5, first, PIECE_RECORDS],
      [first, second, PIECE_RECORDS],
      [second, second + 2, 1],
    ]);
    expect(moved).toEqual([first, second, second + 2]);
    expect(position.turn).toBe('ready');
  });

  it('without a record is given all the same: its offsets are known to hold none', async () => {
    const { give, batches } = following(() => 'commit');
    await give({ ...rangeOf(0), next: 9 });
    expect(spans(batches)).toEqual([[5, 9, 0]]);
  });

  it.each([
    ['retry', 'held'],
    ['stop', 'stopped'],
  ] as const)('goes no further than the piece that is answered by %s', async (answer, turn) => {
    const { give, position, batches } = following(({ from }) => (from === 5 ? 'commit' : answer));
    await give(rangeOf(3 * PIECE_RECORDS));
    expect(batches.length).toBe(2);
    expect([position.next, position.turn]).toEqual([first, turn]);
  });

  it('goes no further while the registry is away', async () => {
    const { give, position, batches, notices } = following(() => 'commit', 1);
    await give(rangeOf(2 * PIECE_RECORDS));
    expect(batches.length).toBe(1);
    expect([position.next, position.turn]).toEqual([first, 'held']);
    expect(notices).toMatchObject([{ kind: 'registry_away', reason: 'away' }]);
  });

  it('goes no further once the partition is somebody else’s', async () => {
    const { give, position, batches } = following(() => 'commit');
    await give(rangeOf(2 * PIECE_RECORDS), () => position.next === 5);
    expect(batches.length).toBe(1);
    expect(position.next).toBe(first);
  });
});
