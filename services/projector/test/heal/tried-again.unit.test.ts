import { type DecodeError } from '@portal/contracts';
import { customerRef, type Entry, type PartitionName } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import { aUsage, aWallet, CUSTOMER, memoryBench, ORGANIZATION, until } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { createPostponed } from '../../src/heal/postponed.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { testLog } from '../log-source.ts';
import { follow, startHealing } from './heal-on.ts';

const TEN_MINUTES = 600_000;
const COUNT = 220;
const REF = customerRef(ORGANIZATION, CUSTOMER);
/** A cause that does not pass by itself: a newer image reads such records. */
const INVALID: DecodeError = { code: 'contract_invalid', field: 'wallet.id', reason: 'not known' };
const GARBAGE: DecodeError = { code: 'avro_garbage', field: null, reason: 'no Avro', schema_id: 7 };
const STORM = { family: 'wallets', partition: 0, ...INVALID } as const;

const event = (family: 'usage' | 'wallets', offset: number) => {
  const made =
    family === 'usage'
      ? aUsage({}, { event_id: `id-${offset}` })
      : aWallet({ version: offset + 1 });
  const entry: Entry = { kind: 'event', at: { family, partition: 0, offset }, event: made };
  return recordOf(entry);
};

/** A customer whose odd wallet records, over a hundred, were parked by an older image; a newer one can read them. */
async function parkedByAnOlderImage(kept: 'one by one' | 'as a storm') {
  const log = testLog(
    (['usage', 'wallets'] as const).flatMap((family) =>
      Array.from({ length: COUNT }, (_, offset) => event(family, offset)),
    ),
  );
  const odd = Array.from({ length: COUNT / 2 }, (_, index) => 2 * index + 1);
  log.refuse = ({ family, offset }) => (family === 'wallets' && offset % 2 === 1 ? INVALID : null);
  const store = memoryBench().store(GENERATION);
  await follow(store, log);
  expect(await store.beyondCount()).toBe(1);
  if (kept === 'as a storm') {
    await store.unpark(odd.map((offset) => ({ family: 'wallets', partition: 0, offset })));
    await store.addToStorm(STORM, odd, 1);
  }
  log.refuse = () => null;
  return { log, store };
}

type Parked = Awaited<ReturnType<typeof parkedByAnOlderImage>>;
interface Trouble {
  readonly store: DocumentStore;
  end(): void;
}

const TROUBLES = {
  contended: ({ store }: Parked): Trouble => {
    let isBusy = true;
    const apply: DocumentStore['apply'] = (changes) =>
      isBusy && changes.some(({ replace }) => replace === true)
        ? Promise.resolve(changes.map(() => 'conflict'))
        : store.apply(changes);
    return {
      store: { ...store, apply },
      end: () => {
        isBusy = false;
      },
    };
  },
  worse: ({ store, log }: Parked): Trouble => {
    log.refuse = ({ family }) => (family === 'usage' ? GARBAGE : null);
    return {
      store,
      end: () => {
        log.refuse = () => null;
      },
    };
  },
  other_log: ({ store, log }: Parked): Trouble => {
    const { fingerprintOf } = log;
    const last = { offset: COUNT - 1, fingerprint: fingerprintOf(COUNT - 1) };
    const checkpoints: DocumentStore['checkpoints'] = () =>
      Promise.resolve(
        new Map<PartitionName, { next: number; occurredAt: null; last: typeof last }>([
          ['usage/0', { next: COUNT, occurredAt: null, last }],
        ]),
      );
    log.fingerprintOf = (offset) => `new ${offset}`;
    return {
      store: { ...store, checkpoints },
      end: () => {
        log.fingerprintOf = fingerprintOf;
      },
    };
  },
} as const;

describe('a customer that could not be folded anew, whatever its records were parked for,', () => {
  it.each(
    (['contended', 'worse', 'other_log'] as const).flatMap((result) =>
      (['one by one', 'as a storm'] as const).map((kept) => [result, kept] as const),
    ),
  )('is tried again after ten minutes and not before: %s, kept %s', async (result, kept) => {
    const parked = await parkedByAnOlderImage(kept);
    const trouble = TROUBLES[result](parked);
    const clock = { now: 1_795_000_000_000 };
    let checks = 0;
    const parkedCount: DocumentStore['parkedCount'] = (family) => {
      checks += 1;
      return parked.store.parkedCount(family);
    };
    const healing = startHealing(
      { ...trouble.store, parkedCount },
      parked.log,
      COUNT,
      [],
      () => clock.now,
    );
    const moreChecks = async () => {
      const before = checks;
      await until('two whole looks', () => checks >= before + 3);
    };
    await until('it fails', () =>
      healing.said.some((line) => line.includes(`"result":"${result}"`)),
    );
    trouble.end();
    await moreChecks();
    clock.now += TEN_MINUTES - 1;
    await moreChecks();
    expect(await parked.store.beyondCount()).toBe(1);
    clock.now += 1;
    await until('it is whole', async () => (await parked.store.beyondCount()) === 0);
    await until('nothing is parked', async () => {
      const [count, storms] = [await parked.store.parkedCount(), await parked.store.storms()];
      return count === 0 && storms.length === 0;
    });
    await healing.stop();
    const [record] = await parked.store.load([{ ref: REF, fields: [] }]);
    expect(record?.vector).toBe(`usage/0@${COUNT - 1} wallets/0@${COUNT - 1}`);
  });
});

describe('what is left alone', () => {
  const AT = { family: 'usage', partition: 0 } as const;

  it('is bounded, and a partition is due again also for customers that are forgotten', () => {
    const clock = { now: 0 };
    const postponed = createPostponed(() => clock.now);
    for (let n = 0; n <= 10_000; n += 1) postponed.postpone(`c${n}`);
    postponed.checkAgain(AT);
    expect(['c0', 'c1', 'c10000'].map((name) => postponed.has(name))).toEqual([false, true, true]);
    clock.now = TEN_MINUTES - 1;
    expect(postponed.takeDue()).toEqual([]);
    clock.now = TEN_MINUTES;
    expect([postponed.has('c1'), postponed.takeDue(), postponed.takeDue()]).toEqual([
      false,
      ['usage/0'],
      [],
    ]);
  });

  it('makes a partition due when the first of it may be tried again', () => {
    const clock = { now: 0 };
    const postponed = createPostponed(() => clock.now);
    postponed.postpone('a customer');
    clock.now = TEN_MINUTES / 2;
    postponed.checkAgain(AT);
    postponed.checkAgain(AT, 'a customer');
    postponed.checkAgain(AT);
    clock.now = TEN_MINUTES;
    expect(postponed.takeDue()).toEqual(['usage/0']);
  });
});
