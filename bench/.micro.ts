import { fold, project, emptyState, foreseenFields, DEFAULT_SETTINGS, vectorText, type State } from '/work/main/packages/projection/src/index.ts';
import { encodeDocument, stateIdOf } from '/work/main/packages/contracts/src/index.ts';
import { eventStream } from '/work/main/bench/events.ts';
const heads = new Map<string, State>(); const sides = new Map<string, Map<string, string>>();
const events = [...eventStream({ customers: 1500, events: 24000, until: 1795428000000000 as never })];
const t0 = process.cpuUsage(); let off = 0; let bytes = 0; let n = 0;
const parts = { head: 0, doc: 0, set: 0 };
for (const event of events) {
  const ref = `${event.organization_id}:${event.customer_id}` as never;
  const state = heads.get(ref) ?? emptyState(ref); const side = sides.get(ref) ?? new Map(); sides.set(ref, side);
  const entries = [{ kind: 'event', at: { family: event.family, partition: 0, offset: off++ }, event }] as never;
  let wanted: readonly string[] = foreseenFields(entries); const loaded = new Map<string, string | null>();
  for (;;) {
    for (const w of wanted) loaded.set(w, side.get(w) ?? null);
    const f = fold(state, loaded, entries, DEFAULT_SETTINGS);
    if (f.kind === 'needs') { wanted = f.fields; continue; }
    if (f.kind !== 'folded') throw 1;
    for (const [k, v] of f.set) { side.set(k, v); parts.set += v.length; } for (const k of f.remove) side.delete(k);
    const d = project(f.state, DEFAULT_SETTINGS)!;
    parts.head += JSON.stringify(f.state).length; parts.doc += encodeDocument(stateIdOf(f.state), d).length; vectorText(f.state);
    heads.set(ref, f.state); n++; break;
  }
}
const c = process.cpuUsage(t0); console.log(`${((c.user + c.system) / n).toFixed(1)} us/event`, 'avg bytes', Object.fromEntries(Object.entries(parts).map(([k, v]) => [k, Math.round(v / n)])));
