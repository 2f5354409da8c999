import { type DecodeError } from '@portal/contracts';
import { aWallet, type CUSTOMER, memoryBench, until } from '@portal/testkit';
import { expect, it } from '@jest/globals';
import { follow, startHealing } from './heal-on.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { testLog } from '../log-source.ts';

const NO_SCHEMA: DecodeError = {
  ...{ code: 'unknown_schema_id', field: null, reason: 'the registry knows no schema 7' },
  schema_id: 7,
};

it('many customers of whom something is lost are told of in one line, and their parked records in another', async () => {
  const customers = Array.from({ length: 30 }, (_, n) => `11111111-1111-4111-8111-${n + 10 ** 11}`);
  const of = (customer: string, offset: number, index: number) =>
    recordOf({
      ...{ kind: 'event', at: { family: 'wallets', partition: 0, offset: index } },
      event: aWallet({ version: offset + 1 }, { customer_id: customer as typeof CUSTOMER }),
    });
  const log = testLog(
    Array.from({ length: 120 }, (_, offset) => offset).flatMap((offset) =>
      customers.map((customer, n) => of(customer, offset, offset * customers.length + n)),
    ),
  );
  log.refuse = ({ offset }) => (offset % 31 === 0 ? null : NO_SCHEMA);
  const store = memoryBench().store(GENERATION);
  await follow(store, log);
  expect(await store.beyondCount()).toBe(customers.length);
  await store.addToStorm({ family: 'wallets', partition: 0, ...NO_SCHEMA }, [1, 2], 1);
  log.refuse = () => null;
  log.begin = 30;
  const healing = startHealing(store, log);
  const lines = (text: string) =>
    healing.said.filter((line) => line.includes(text)).map((line) => JSON.parse(line) as unknown);
  const isHealed = async () => (await store.parkedCount()) === 29;
  await until('what the log holds is taken in', isHealed);
  await until('it is said', () => lines('are lost').length >= 2);
  await healing.stop();
  expect(lines('parked records of customers are lost')).toMatchObject([{ customers: 29 }]);
  expect(lines('parked records are lost')).toMatchObject([
    { records: 29, first: 1, last: 29, begin: 30, code: 'unknown_schema_id' },
  ]);
  expect(await store.storms()).toHaveLength(1);
  expect(await store.beyondCount()).toBe(29);
});
