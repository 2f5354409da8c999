import { dayOf, MICROS_PER_DAY } from '@portal/billing';
import { type BillingEvent, customerRef, DEFAULT_SETTINGS, type Entry, fold, foreseenFields, emptyState, type State } from '@portal/projection';
import { aCharge, anEntitlement, aPlan, aSubscription, at, aUsage, CUSTOMER, foldBatches, given, givenLog, logOf, ORGANIZATION, recordText, foldBatch, anInvoice } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const point = (iso: string, value: string, fact: Parameters<typeof aUsage>[0] = {}, id?: string) =>
  aUsage({ kind: 'point', timestamp: at(iso), value, ...fact }, id ? { event_id: id } : {});
const latest = aCharge({ aggregation: 'latest', properties: { amount: '1' } });
const usageEntry = (offset: number, event: BillingEvent): Entry => ({ kind: 'event', at: { family: event.family, partition: 0, offset }, event });
type Loads = { fields: number; rounds: number };
function foldCount(state: State, fields: ReadonlyMap<string, string>, entries: readonly Entry[]): Loads & { out: any; ms: number } {
  const loaded = new Map<string, string | null>();
  let wanted = foreseenFields(entries); let n = 0, rounds = 0;
  const t = Date.now();
  for (;;) {
    for (const name of wanted) loaded.set(name, fields.get(name) ?? null);
    n += wanted.length; rounds++;
    const f = fold(state, loaded, entries, DEFAULT_SETTINGS);
    if (f.kind === 'needs') { wanted = f.fields; continue; }
    return { fields: n, rounds, out: f, ms: Date.now() - t };
  }
}

describe('scratch', () => {
  it('T1 terminated sub makes every event rewalk', () => {
    const run = (extra: BillingEvent[]) => {
      const pts = Array.from({ length: 2000 }, (_, i) => point('2026-11-05T00:00:00Z', '1', { timestamp: (at('2026-11-01T00:00:00Z') + i * 400_000_000) as never }, `p${i}`));
      const r = foldBatches(ref, logOf([aSubscription({ charges: [latest] }), ...extra, ...pts]));
      const c = foldCount(r.state, r.fields, [usageEntry(1_000_001, aUsage({ metric_code: 'other', timestamp: at('2026-11-20T00:00:00Z') }))]);
      return { fields: c.fields, rounds: c.rounds };
    };
    console.log('T1', run([]), run([aSubscription({ id: '33333333-3333-4333-8333-333333333334', external_id: 'x', status: 'terminated', terminated_at: at('2026-03-01T00:00:00Z') })]));
  });
  it('T2 silent-then-alive series scans the horizon', () => {
    const mk = (sparse: boolean) => {
      const ev: BillingEvent[] = [aSubscription({ charges: [{ ...latest, recurring: true }] })];
      if (sparse) ev.push(point('2026-01-20T00:00:00Z', '1', { dimensions: { r: 'a' } }));
      for (let d = 0; d < 290; d++) for (let i = 0; i < 5; i++) ev.push(point('2026-01-01T00:00:00Z', '1', { timestamp: (at('2026-01-21T00:00:00Z') + d * MICROS_PER_DAY + i * 1000) as never, dimensions: { r: 'b' } }, `e${d}-${i}`) );
      if (sparse) ev.push(point('2026-11-10T00:00:00Z', '1', { dimensions: { r: 'a' } }));
      const r = foldBatches(ref, logOf(ev));
      const c = foldCount(r.state, r.fields, [usageEntry(1_000_001, point('2026-11-20T00:00:00Z', '1', { dimensions: { r: 'b' } }, 'new'))]);
      return { fields: c.fields, rounds: c.rounds, ms: c.ms };
    };
    // at() of 'x' is avoided by override
    console.log('T2', mk(false), mk(true));
  });
});
