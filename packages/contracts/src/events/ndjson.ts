import { customerRef, type CustomerId, type Family, type OrganizationId } from '@portal/projection';
import { DECODE_CODES, type Decoded, type DecodeError } from '../decoded.ts';
import { checkEvent } from './check.ts';
import { readJson } from './json.ts';
import { attempt } from './attempt.ts';
import { shown } from './field-path.ts';
import {
  ContractError,
  longFrom,
  mapOf,
  object,
  optional,
  required,
  text,
  type Fields,
} from './reading.ts';
import { name, oneOf, uuid } from './texts.ts';
import { logTime } from './times.ts';
import { DEFAULT_TOPIC_PREFIX, familyOf } from './topics.ts';
import { undecodable } from './undecodable.ts';

/** One record of the log as a line tells it; what the line leaves open is null. */
export interface LogRecord {
  readonly family: Family;
  /** `organization:customer`, from the value when the line has none; null when neither can be read. */
  readonly key: string | null;
  readonly partition: number | null;
  readonly offset: number | null;
  /** The log's own time in milliseconds. */
  readonly timestamp: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly decoded: Decoded;
}

/** `malformed`: not even the topic can be read, so there is no log it could be parked in. */
export type ParsedLine =
  | { readonly kind: 'record'; readonly record: LogRecord }
  | { readonly kind: 'malformed'; readonly error: DecodeError };

/**
 * Reads one line of the NDJSON form:
 * `{"topic":"billing.usage","value":{…}}`, optionally `key`, `partition`, `offset`, `timestamp`
 * (milliseconds, or an instant) and `headers`. In place of `value`, `undecodable` holds the error of a record
 * that was parked when it was dumped. Never throws.
 */
export function parseLine(line: string, topicPrefix = DEFAULT_TOPIC_PREFIX): ParsedLine {
  const json = readJson(line);
  if (json.kind === 'json') return readRecord(json.value, topicPrefix);
  return { kind: 'malformed', error: undecodable('malformed_json', null, json.reason).error };
}

/** As `parseLine`, for a value that `readJson` read already. */
export function readRecord(value: unknown, topicPrefix = DEFAULT_TOPIC_PREFIX): ParsedLine {
  const topic = attempt(() => {
    const fields = object(value);
    return { fields, topicName: topicOfLine(fields) };
  });
  if (topic.kind === 'undecodable') return { kind: 'malformed', error: topic.error };
  const { fields, topicName } = topic.value;
  // A dump says billing.*, wherever its topics were: it is read under any prefix.
  const family = familyOf(topicName, topicPrefix) ?? familyOf(topicName);
  if (family === null) {
    const reason = `${shown(topicName)} is no topic of ${topicPrefix}`;
    return { kind: 'malformed', error: undecodable('unknown_topic', 'topic', reason).error };
  }
  return { kind: 'record', record: recordOf(family, fields) };
}

/** A bare event stands here only when its type told no topic; that is then the field at fault. */
function topicOfLine(fields: Fields): string {
  const type = fields['event_type'];
  if (fields['topic'] !== undefined || typeof type !== 'string')
    return required(fields, 'topic', text);
  throw new ContractError(`${shown(type)} tells no topic: correct it or add "topic"`).within(
    'event_type',
  );
}

const ordinal = longFrom(0);
const headerTexts = mapOf(text, text);

const NOWHERE = { partition: null, offset: null, timestamp: null, headers: {} } as const;

/** A line whose coordinates are wrong is kept as a parked record without any. */
function recordOf(family: Family, fields: Fields): LogRecord {
  const place = attempt(() => ({
    key: optional(fields, 'key', text),
    partition: optional(fields, 'partition', ordinal),
    offset: optional(fields, 'offset', ordinal),
    timestamp: optional(fields, 'timestamp', logTime),
    headers: optional(fields, 'headers', headerTexts) ?? {},
  }));
  if (place.kind === 'undecodable') {
    return { family, key: keyOf(fields['value']), ...NOWHERE, decoded: place };
  }
  const decoded = decodedOf(family, fields, place.value.timestamp);
  return { family, ...place.value, key: place.value.key ?? keyOf(fields['value']), decoded };
}

const decodeCode = oneOf(DECODE_CODES);

function decodedOf(family: Family, fields: Fields, timestamp: number | null): Decoded {
  const parked = attempt(() =>
    optional(fields, 'undecodable', (raw) => {
      const error = object(raw);
      return undecodable(
        required(error, 'code', decodeCode),
        optional(error, 'field', name),
        required(error, 'reason', name),
      );
    }),
  );
  if (parked.kind === 'undecodable') return parked;
  if (parked.value !== null) return parked.value;
  if (!('value' in fields)) return undecodable('contract_invalid', 'value', 'is required');
  return checkEvent(family, fields['value'], timestamp);
}

/** Whom a value is about, even when the rest of it is broken. */
function keyOf(value: unknown): string | null {
  const key = attempt(() => {
    const fields = object(value);
    const organization = required(fields, 'organization_id', uuid) as OrganizationId;
    return customerRef(organization, required(fields, 'customer_id', uuid) as CustomerId);
  });
  return key.kind === 'value' ? key.value : null;
}
