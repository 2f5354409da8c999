import { parseLine, stateIdOf } from '@portal/contracts';
import {
  decodeDocument,
  encodeDocument,
  type Entry,
  itemise,
  parseCustomerRef,
  project,
  DEFAULT_SETTINGS,
} from '@portal/projection';
import { at as instant, foldBatches } from '@portal/testkit';
import { renderAnswer } from '../../services/reader/src/answer.ts';

/** One file of this folder; see README.md. */
export interface Case {
  readonly organization_id: string;
  readonly customer_id: string;
  readonly events: readonly { readonly topic: string; readonly value: unknown }[];
  readonly checks: readonly {
    readonly at: string;
    readonly path: string;
    readonly expected: unknown;
  }[];
  /** The field that is refused, a prefix of it with a dot at its end; then nothing is checked. */
  readonly refused?: string;
}

/**
 * From the NDJSON lines to the bytes and headers of the answer: parse, fold event by event, project,
 * store, render. Gives each check with what really comes of it.
 */
export function runCase(
  told: Case,
): readonly (readonly [at: string, path: string, value: unknown])[] {
  const ref = parseCustomerRef(`${told.organization_id}:${told.customer_id}`);
  if (ref === null) throw new Error('a case names a customer');
  const offsets = new Map<string, number>();
  const batches = told.events.map((event): readonly Entry[] => {
    const { family, decoded, key } = recordOf(event);
    const offset = offsets.get(family) ?? 0;
    offsets.set(family, offset + 1);
    if (decoded.kind !== 'event')
      throw new Error(`${JSON.stringify(decoded)} in ${told.events.length}`);
    if (key !== ref) throw new Error(`${String(key)} is another customer`);
    return [{ kind: 'event', at: { family, partition: 0, offset }, event: decoded.event }];
  });
  const { state } = foldBatches(ref, batches);
  const document = project(state, DEFAULT_SETTINGS);
  if (document === null) throw new Error('no event makes the customer known');
  const stored = decodeDocument(encodeDocument(stateIdOf(state), document));
  if (stored.kind === 'unreadable') throw new Error(stored.reason);
  return told.checks.map(({ at, path, expected }) => {
    const answer = renderAnswer(
      { ...stored, kind: 'stored', generation: 'case', items: itemise(state), freshness: null },
      { include: new Set(['meta', 'details']), at: instant(at) },
      instant(at),
      { topicPrefix: 'billing', datePolicy: 'calendar', zoneData: 'any' },
    );
    if (path === 'header') {
      const name = answer.headers.indexOf('Dashboard-Status');
      return [
        at,
        path,
        headerAs(expected, name === -1 ? null : (answer.headers[name + 1] ?? null)),
      ];
    }
    return [at, path, valuesAt(JSON.parse(answer.body.toString('utf8')), path.split('.'))];
  });
}

/** Fields of the events that could not be taken. */
export const refusalsOf = ({ events }: Case): readonly (string | null)[] =>
  events
    .map(recordOf)
    .flatMap(({ decoded }) => (decoded.kind === 'undecodable' ? [decoded.error.field] : []));

function recordOf(event: Case['events'][number]) {
  const line = parseLine(JSON.stringify(event));
  if (line.kind === 'malformed') throw new Error(line.error.reason);
  return line.record;
}

/** A check that names one reason is met whatever reasons stand beside it. */
function headerAs(expected: unknown, header: string | null): string | null {
  const [, status, reason] = /^(\w+); reason="(\w+)"$/.exec(String(expected)) ?? [];
  const [, really, reasons = ''] = /^(\w+); reason="([\w,]+)"$/.exec(header ?? '') ?? [];
  const isMet =
    status !== undefined && status === really && reasons.split(',').includes(reason ?? '');
  return isMet ? String(expected) : header;
}

/** Arrays on the way are flattened. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown) =>
      valuesAt(each, name === undefined ? [] : [name, ...rest]),
    );
  }
  if (name === undefined) return [value];
  if (value === null || typeof value !== 'object') throw new Error(`nothing has a ${name}`);
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest);
}
