import { type KafkaMessage } from 'kafkajs';
import { type Family, partitionName } from '@portal/projection';
import { until } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { deliver, type Delivery } from '../../src/kafka/deliver.ts';
import { createLanes, DELIVERY_RECORDS } from '../../src/kafka/lanes.ts';
import { type KafkaLog } from '../../src/kafka/log.ts';
import { type Position, startPosition } from '../../src/kafka/positions.ts';
import { type FetchedRange } from '../../src/kafka/request.ts';
import { type Follower, type SourceBatch, type StreamNotice } from '../../src/index.ts';

type Answer = Awaited<ReturnType<Follower['take']>>;

const FIRST = 5;

function positionOf(family: Family, partition = 0): Position {
  const position = startPosition({ topic: `billing.${family}`, family, partition }, FIRST);
  position.turn = 'follower';
  return position;
}

const message = (offset: number): KafkaMessage => ({
  ...{ key: Buffer.from('o:c'), value: null, timestamp: '0', attributes: 0 },
  ...{ offset: String(offset), headers: {} },
});

/** The offset after its last record is a transaction marker. */
const rangeOf = ({ topic, partition }: Position, count: number): FetchedRange => ({
  ...{ topic, partition, from: FIRST, next: FIRST + count + 1, bytes: 0 },
  messages: Array.from({ length: count }, (_, index) => message(FIRST + index)),
});

/** Lanes before a follower that answers as told, and what was seen of them. */
function lanesTo(
  answer: (batches: readonly SourceBatch[]) => Answer | Promise<Answer>,
  { decode, isOurs = () => true }: Partial<KafkaLog & Delivery> = {},
) {
  const notices: StreamNotice[] = [];
  const deliveries: (readonly SourceBatch[])[] = [];
  const moved: string[] = [];
  const log = {
    notice: (notice: StreamNotice) => notices.push(notice),
    decode:
      decode ??
      ((at, messages) => {
        const records = messages.map(({ offset }) => ({
          ...{ family: at.family, partition: at.partition, offset: Number(offset), key: 'o:c' },
          ...{ timestamp: 0, headers: {}, decoded: { kind: 'null' as const } },
        }));
        return Promise.resolve({ kind: 'decoded', records });
      }),
  } as Pick<KafkaLog, 'notice' | 'decode'> as KafkaLog;
  const follower = {
    take: async (batches: readonly SourceBatch[]) => {
      deliveries.push(batches);
      return await answer(batches);
    },
  } as Pick<Follower, 'take'> as Follower;
  const events = {
    moved: (position: Position) => moved.push(`${position.name}@${position.next}`),
  };
  const lanes = createLanes((pieces) => deliver({ log, follower, isOurs, events }, pieces));
  return { lanes, deliveries, moved, notices };
}

const spansOf = (deliveries: readonly (readonly SourceBatch[])[]) =>
  deliveries.map((batches) =>
    batches.map((batch) => [partitionName(batch), batch.from, batch.next, batch.records.length]),
  );

describe('what was fetched', () => {
  const cut = FIRST + DELIVERY_RECORDS;

  it('of one partition is given in pieces without a gap, the last with the end of the range', async () => {
    const usage = positionOf('usage');
    const { lanes, deliveries, moved } = lanesTo(() => 'commit');
    await lanes.add({ position: usage, range: rangeOf(usage, DELIVERY_RECORDS + 1) });
    expect(spansOf(deliveries)).toEqual([
      [['usage/0', FIRST, cut, DELIVERY_RECORDS]],
      [['usage/0', cut, cut + 2, 1]],
    ]);
    expect(moved).toEqual([`usage/0@${cut}`, `usage/0@${cut + 2}`]);
  });

  it('without a record is given all the same: its offsets are known to hold none', async () => {
    const usage = positionOf('usage');
    const { lanes, deliveries } = lanesTo(() => 'commit');
    await lanes.add({ position: usage, range: { ...rangeOf(usage, 0), next: 9 } });
    expect(spansOf(deliveries)).toEqual([[['usage/0', FIRST, 9, 0]]]);
  });

  it('of all families of one number is given together, of other numbers at the same time', async () => {
    const [customers, usage, other] = [
      positionOf('customers'),
      positionOf('usage'),
      positionOf('usage', 1),
    ];
    const { lanes, deliveries } = lanesTo(() => 'commit');
    await Promise.all([
      lanes.add({ position: customers, range: rangeOf(customers, 2) }),
      lanes.add({ position: usage, range: rangeOf(usage, DELIVERY_RECORDS) }),
      lanes.add({ position: other, range: rangeOf(other, 1) }),
    ]);
    const ofNumber = (number: number) =>
      spansOf(deliveries.filter(([batch]) => batch?.partition === number));
    expect(ofNumber(0)).toEqual([
      [
        ['customers/0', FIRST, FIRST + 3, 2],
        ['usage/0', FIRST, cut - 2, DELIVERY_RECORDS - 2],
      ],
      [['usage/0', cut - 2, cut + 1, 2]],
    ]);
    expect(ofNumber(1)).toEqual([[['usage/1', FIRST, FIRST + 2, 1]]]);
  });

  it('while the lane is busy waits, and is given with what else waits', async () => {
    const [customers, usage] = [positionOf('customers'), positionOf('usage')];
    const wallets = positionOf('wallets');
    let release: (answer: Answer) => void = () => undefined;
    const { lanes, deliveries } = lanesTo((batches) =>
      batches[0]?.family === 'customers' ? new Promise((resolve) => (release = resolve)) : 'commit',
    );
    const first = lanes.add({ position: customers, range: rangeOf(customers, 1) });
    await until('the first to be given', () => deliveries.length === 1);
    const others = [usage, wallets].map((position) =>
      lanes.add({ position, range: rangeOf(position, 1) }),
    );
    release('commit');
    await Promise.all([first, ...others]);
    expect(deliveries.map((batches) => batches.map(({ family }) => family))).toEqual([
      ['customers'],
      ['usage', 'wallets'],
    ]);
  });

  it.each([
    ['retry', 'held'],
    ['stop', 'stopped'],
  ] as const)('goes no further than what is answered by %s', async (answer, turn) => {
    const usage = positionOf('usage');
    const { lanes, deliveries } = lanesTo(([batch]) => (batch?.from === FIRST ? 'commit' : answer));
    await lanes.add({ position: usage, range: rangeOf(usage, 3 * DELIVERY_RECORDS) });
    await lanes.drained();
    expect(deliveries.length).toBe(2);
    expect([usage.next, usage.turn]).toEqual([cut, turn]);
  });

  it('that failed together comes one by one, so that one bad partition holds up no other', async () => {
    const all = [positionOf('customers'), positionOf('usage'), positionOf('wallets')];
    const { lanes, deliveries } = lanesTo((batches) => {
      if (batches.some(({ family }) => family === 'usage')) throw new Error('a mistake of ours');
      return 'commit';
    });
    const give = (position: Position) =>
      lanes.add({ position, range: { ...rangeOf(position, 1), from: position.next } });
    await Promise.all(all.map(give));
    expect(all.map(({ next }) => next)).toEqual([FIRST, FIRST, FIRST]);
    await Promise.all(all.map(give));
    expect(deliveries.map((batches) => batches.map(({ family }) => family))).toEqual([
      ['customers', 'usage', 'wallets'],
      ['customers'],
      ['usage'],
      ['wallets'],
    ]);
    expect(all.map(({ turn }) => turn)).toEqual(['follower', 'held', 'follower']);
  });

  it('waits for the registry alone: what can be decoded goes on', async () => {
    const [customers, usage] = [positionOf('customers'), positionOf('usage')];
    const { lanes, deliveries, notices } = lanesTo(() => 'commit', {
      decode: ({ family }) =>
        Promise.resolve(
          family === 'usage'
            ? { kind: 'registry_away', reason: 'away' }
            : { kind: 'decoded', records: [] },
        ),
    });
    await Promise.all(
      [customers, usage].map((position) => lanes.add({ position, range: rangeOf(position, 1) })),
    );
    expect(deliveries.map((batches) => batches.map(({ family }) => family))).toEqual([
      ['customers'],
    ]);
    expect([usage.next, usage.turn]).toEqual([FIRST, 'held']);
    expect(notices).toMatchObject([{ kind: 'registry_away', family: 'usage', reason: 'away' }]);
  });

  it('goes no further once the partition is somebody else’s', async () => {
    const usage = positionOf('usage');
    const { lanes, deliveries } = lanesTo(() => 'commit', {
      isOurs: ({ next }) => next === FIRST,
    });
    await lanes.add({ position: usage, range: rangeOf(usage, 2 * DELIVERY_RECORDS) });
    expect(deliveries.length).toBe(1);
    expect(usage.next).toBe(cut);
  });
});
