import { cents } from '@portal/billing';
import { type BillingEvent, CONFLICTS_MAX, type Entry } from '@portal/projection';
import {
  aCustomer,
  anInvoice,
  aSubscription,
  at,
  aUsage,
  aWallet,
  CUSTOMER,
  given,
  givenLog,
  markOn,
  INVOICE,
  logOf,
  SUBSCRIPTION,
  WALLET,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-23T10:00:00Z';
const codesOf = (...events: readonly BillingEvent[]) =>
  given(...events)
    .at(NOW)
    .reasons.map(({ code }) => code);

type Pair = readonly [
  entity: string,
  id: string,
  family: string,
  of: (version: number, content: number) => BillingEvent,
];

const PAIRS: readonly Pair[] = [
  ['customer', CUSTOMER, 'customers', (version, n) => aCustomer({ version, name: `Acme ${n}` })],
  [
    'subscription',
    SUBSCRIPTION,
    'subscriptions',
    (version, n) => aSubscription({ version, external_id: `sub ${n}` }),
  ],
  ['invoice', INVOICE, 'invoices', (version, n) => anInvoice({ version, total_cents: cents(n) })],
  ['wallet', WALLET, 'wallets', (version, n) => aWallet({ version, balance_cents: cents(n) })],
];

describe.each(PAIRS)('two contents for one version of a %s', (entity, id, family, of) => {
  it('degrade the answer, and details name the entity, the version and both events', () => {
    const { reasons, details } = given(of(2, 10), of(2, 20)).at(NOW);
    expect(details.conflicts).toEqual([
      { entity, id, version: 2, events: [`${family}/0@1`, `${family}/0@3`] },
    ]);
    expect(reasons).toEqual([
      {
        code: 'conflict',
        detail: expect.stringContaining(`${entity} ${id} version 2`),
      },
    ]);
  });

  it('are none when the content is the same, whatever the type, the id and the time of the event', () => {
    const event = of(2, 10);
    const again = {
      ...event,
      event_id: 'again',
      event_type: event.event_type.replace('updated', 'created'),
      occurred_at: at('2026-11-20T00:00:00Z'),
      source: 'import',
    } as BillingEvent;
    expect(codesOf(event, again, event)).toEqual([]);
  });

  it('end with a higher version, and do not begin with a lower one', () => {
    expect(codesOf(of(2, 10), of(2, 20), of(3, 10))).toEqual([]);
    expect(codesOf(of(2, 10), of(1, 20), of(1, 30))).toEqual([]);
    expect(codesOf(of(2, 10), of(2, 20), of(1, 30))).toEqual(['conflict']);
  });

  it('stay visible however often each is sent', () => {
    const often = Array.from({ length: 30 }, () => of(2, 10));
    const { details } = given(...often, of(2, 20), ...often).at(NOW);
    expect(details.conflicts.map(({ events }) => events)).toEqual([
      [`${family}/0@1`, `${family}/0@61`],
    ]);
  });
});

describe('a deletion', () => {
  it.each<[string, BillingEvent, BillingEvent]>([
    ['subscription', aSubscription(), aSubscription({}, { event_type: 'subscription.deleted' })],
    ['wallet', aWallet(), aWallet({}, { event_type: 'wallet.deleted' })],
    ['invoice', anInvoice(), anInvoice({}, { event_type: 'invoice.deleted' })],
  ])('and the same snapshot kept, for one version of a %s, are a conflict', (_, kept, deleted) => {
    expect(codesOf(kept, deleted)).toEqual(['conflict']);
    expect(codesOf(deleted, deleted)).toEqual([]);
  });

  it('said by type and by status is the same content', () => {
    const byStatus = anInvoice({ status: 'deleted' }, { event_type: 'invoice.updated' });
    const byType = anInvoice({ status: 'deleted' }, { event_type: 'invoice.deleted' });
    expect(codesOf(byStatus, byType)).toEqual([]);
  });
});

describe('two contents under one usage event id', () => {
  const use = (event_id: string, value: string, iso = '2026-11-10T12:00:00Z') =>
    aUsage({ value, timestamp: at(iso) }, { event_id });

  it('degrade the answer, and details name the id and the event that does not count', () => {
    const { details, reasons } = given(use('tx-1', '5'), use('tx-1', '6')).at(NOW);
    expect(details.conflicts).toEqual([
      { entity: 'usage', id: 'tx-1', version: null, events: ['usage/0@3'] },
    ]);
    expect(reasons).toEqual([
      { code: 'conflict', detail: expect.stringMatching(/tx-1 .*does not count: usage\/0@3$/) },
    ]);
  });

  it('are none when the fact is sent twice', () => {
    expect(codesOf(use('tx-1', '5'), use('tx-1', '5'))).toEqual([]);
  });

  it('are told as long as event ids are kept: whole days, 401 of them behind the mark', () => {
    const pair = [use('tx-1', '5'), use('tx-1', '6')];
    expect(codesOf(...pair, ...markOn('2027-12-16'))).toEqual(['conflict']);
    expect(codesOf(...pair, ...markOn('2027-12-17'))).toEqual([]);
  });

  it('are listed newest first to be kept, whatever order they come in', () => {
    const ids = Array.from({ length: CONFLICTS_MAX + 5 }, (_, index) => index);
    const pairs = ids.map((n) => {
      const iso = `2026-11-${String((n % 20) + 1).padStart(2, '0')}T00:00:00Z`;
      return [use(`tx-${n}`, '1', iso), use(`tx-${n}`, '2', iso)];
    });
    const listed = (events: readonly BillingEvent[]) =>
      given(...events)
        .at(NOW)
        .details.conflicts.map(({ id }) => id);
    const told = listed(pairs.flat());
    expect(told).toHaveLength(CONFLICTS_MAX);
    expect(told).not.toContain('tx-0');
    expect(listed([...pairs].reverse().flat())).toEqual(told);
  });
});

describe('many conflicts', () => {
  const invoice = (n: number, total: number) =>
    anInvoice({ id: `invoice-${String(n).padStart(3, '0')}`, total_cents: cents(total) });
  const numbers = Array.from({ length: CONFLICTS_MAX + 7 }, (_, index) => index);
  const both = numbers.flatMap((n) => [invoice(n, 1), invoice(n, 2)]);

  it('are listed up to a limit, and the rest is counted', () => {
    const { details, reasons } = given(...both).at(NOW);
    expect(details.conflicts).toHaveLength(CONFLICTS_MAX);
    expect(reasons).toHaveLength(CONFLICTS_MAX + 1);
    expect(reasons.at(-1)).toEqual({ code: 'conflict', detail: expect.stringContaining('7 more') });
  });

  it('are all gone when every invoice came anew', () => {
    const mended = numbers.map((n) => anInvoice({ ...invoice(n, 2).invoice, version: 2 }));
    const { details, reasons } = given(...both, ...mended).at(NOW);
    expect([details.conflicts, reasons]).toEqual([[], []]);
  });
});

describe('where the contents lie', () => {
  const entry = (event: BillingEvent, partition: number, offset: number): Entry => ({
    kind: 'event',
    at: { family: event.family, partition, offset },
    event,
  });

  it('the lower coordinates count and are named first, whichever came first', () => {
    const log = [
      [entry(anInvoice({ total_cents: cents(200) }), 2, 3)],
      [entry(anInvoice({ total_cents: cents(300) }), 0, 90)],
    ];
    for (const order of [log, [...log].reverse()]) {
      const { details, summary } = givenLog(order).at(NOW);
      expect(details.conflicts[0]?.events).toEqual(['invoices/0@90', 'invoices/2@3']);
      expect(summary.quick_actions.outstanding_amount_cents).toBe(300);
    }
  });

  it('a parked event that comes back can begin one, and then counts when it lies lower', () => {
    const [[first, second] = []] = logOf([
      anInvoice({ total_cents: cents(200) }),
      anInvoice({ total_cents: cents(300) }),
    ]);
    if (first?.kind !== 'event' || second?.kind !== 'event') throw new Error('two events');
    const parked: Entry = { kind: 'parked', at: first.at };
    const before = givenLog([[parked, second]]).at(NOW);
    expect(before.reasons.map(({ code }) => code)).toEqual(['hole']);
    const after = givenLog([[parked, second], [first]]).at(NOW);
    expect(after.reasons.map(({ code }) => code)).toEqual(['conflict']);
    expect(after.summary.quick_actions.outstanding_amount_cents).toBe(200);
  });
});
