import { type DecodeError, excerpt, plainEvent, readWireHeader } from '@portal/contracts';
import { type CustomerRef, customerRef, parseCustomerRef } from '@portal/projection';
import { type DocumentStore, type ParkedRecord, type Storm } from '@portal/stores';
import { type RecordBytes, type SourceRecord } from '@portal/streams';
import { bytesExcerpt, type Excerpt, hexExcerpt, textExcerpt } from './excerpts.ts';
import { shownHeaders, type ShownHeaders } from './headers.ts';
import { REASON_MAX } from './words.ts';

/** What the store holds of a place of the log. */
export type ParkedNow =
  | { readonly kind: 'parked'; readonly record: ParkedRecord }
  /** It lies between the first and the last record of these storms, and may be one of theirs. */
  | { readonly kind: 'in_storms'; readonly storms: readonly Storm[] }
  | { readonly kind: 'not_parked' };

/** What decoding says of a record today. */
export type Today =
  | { readonly kind: 'decodes' }
  /** It changes nothing, and never was parked for what it holds now. */
  | { readonly kind: 'means_nothing'; readonly why: string }
  /** `isAsParked`: for the same code, field and schema; null: the store names nothing to compare with. */
  | { readonly kind: 'fails'; readonly error: DecodeError; readonly isAsParked: boolean | null };

/** A record of the log as a person may look at it: bounded, and without what might be a secret. */
export interface ShownRecord extends ShownHeaders {
  /** By the log's own time, epoch milliseconds; null: it has none. */
  readonly cameAt: number | null;
  readonly key: Excerpt;
  /** Of the value, in bytes; null: there is none. */
  readonly length: number | null;
  readonly schemaId: number | null;
  readonly today: Today;
  /** Whom the event names, or else the key; null where none can be read. */
  readonly customer: CustomerRef | null;
  /** The event as JSON when it decodes, else the first bytes of the value. */
  readonly content: Excerpt;
}

const KEY_MAX = 300;
/** More than nearly every event takes. */
const CONTENT_MAX = 8_000;

export function shownRecord(
  record: SourceRecord,
  { key, value }: RecordBytes,
  now: ParkedNow,
): ShownRecord {
  const { decoded, timestamp, headers } = record;
  const event = decoded.kind === 'event' ? decoded.event : null;
  const header = value === null ? null : readWireHeader(value);
  return {
    ...shownHeaders(headers),
    cameAt: timestamp,
    key: bytesExcerpt(key, KEY_MAX),
    length: value?.length ?? null,
    schemaId: header?.kind === 'header' ? header.schemaId : null,
    today: todayOf(decoded, now),
    customer:
      event === null
        ? parseCustomerRef(record.key ?? '')
        : customerRef(event.organization_id, event.customer_id),
    content: event === null ? undecoded(value) : jsonExcerpt(plainEvent(event)),
  };
}

const undecoded = (value: Uint8Array | null): Excerpt =>
  value === null ? { kind: 'none' } : hexExcerpt(value);

const jsonExcerpt = (event: object): Excerpt =>
  textExcerpt(JSON.stringify(event, null, 2), CONTENT_MAX);

function todayOf(decoded: SourceRecord['decoded'], now: ParkedNow): Today {
  switch (decoded.kind) {
    case 'event':
      return { kind: 'decodes' };
    case 'null':
      return { kind: 'means_nothing', why: 'it has no value' };
    case 'unknown_type': {
      const type = excerpt(decoded.event_type, KEY_MAX);
      return { kind: 'means_nothing', why: `no event type is named ${type}` };
    }
    case 'undecodable': {
      const { error } = decoded;
      const reason = excerpt(error.reason, REASON_MAX);
      return { kind: 'fails', error: { ...error, reason }, isAsParked: isAsParked(error, now) };
    }
    default:
      return decoded satisfies never;
  }
}

function isAsParked(error: DecodeError, now: ParkedNow): boolean | null {
  if (now.kind === 'not_parked') return null;
  const causes = now.kind === 'parked' ? [now.record] : now.storms;
  return causes.some(
    ({ code, field, schema_id }) =>
      code === error.code && field === error.field && schema_id === error.schema_id,
  );
}

export async function parkedAt(
  store: Pick<DocumentStore, 'parkedPage' | 'storms'>,
  at: Pick<ParkedRecord, 'family' | 'partition' | 'offset'>,
): Promise<ParkedNow> {
  const [record] = await store.parkedPage(at, at.offset, 1);
  if (record?.offset === at.offset) return { kind: 'parked', record };
  const storms = (await store.storms()).filter(
    ({ family, partition, first, last }) =>
      family === at.family && partition === at.partition && first <= at.offset && at.offset <= last,
  );
  return storms.length === 0 ? { kind: 'not_parked' } : { kind: 'in_storms', storms };
}
