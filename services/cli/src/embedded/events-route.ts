import {
  type DecodeError,
  formatLine,
  type LogRecord,
  readJson,
  readRecord,
  withTopic,
} from '@portal/contracts';
import { type RequestHandler } from 'express';

export interface EventsRouteOptions {
  /**
   * Appends lines to the log that is being projected. Resolves when they are on disk, with true once they
   * are projected too, with false when that takes longer than anybody waits.
   */
  readonly accept: (lines: readonly string[]) => Promise<boolean>;
}

/** Issues as FastAPI tells them, so that clients of the dashboard read these errors too. */
interface Issue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/**
 * `POST /events`, embedded mode only: one event or an array of them in the NDJSON form
 * (`{"topic":"billing.usage","value":{…}}`; the topic may be left out). All of them are appended to the log
 * or, when one is malformed, none: 422 names each field at fault.
 */
export function eventsRoute({ accept }: EventsRouteOptions): RequestHandler {
  return async (request, response) => {
    const body = typeof request.body === 'string' ? request.body : '';
    const read = readEvents(body);
    if (read.issues.length > 0) {
      response.status(422).json({ detail: read.issues });
      return;
    }
    const projected = await accept(read.records.map(toLine));
    response.status(202).json({ accepted: read.records.length, projected });
  };
}

/** Where an event lies is the log's to say: a place that somebody names may be taken already. */
const toLine = (record: LogRecord): string =>
  formatLine({ ...record, key: null, partition: null, offset: null });

function readEvents(body: string): {
  readonly records: readonly LogRecord[];
  readonly issues: readonly Issue[];
} {
  const json = readJson(body);
  if (json.kind === 'malformed') {
    return { records: [], issues: [{ loc: ['body'], msg: json.reason, type: 'json_invalid' }] };
  }
  const isList = Array.isArray(json.value);
  const values = isList ? (json.value as readonly unknown[]) : [json.value];
  const records: LogRecord[] = [];
  const issues: Issue[] = [];
  values.forEach((value, index) => {
    const at = isList ? ['body', index] : ['body'];
    const parsed = readRecord(withTopic(value));
    if (parsed.kind === 'malformed') issues.push(issueOf(at, parsed.error));
    else if (parsed.record.decoded.kind === 'event') records.push(parsed.record);
    else issues.push(refusalOf(at, parsed.record));
  });
  if (values.length === 0) {
    issues.push({ loc: ['body'], msg: 'no event given', type: 'too_short' });
  }
  return { records, issues };
}

function refusalOf(at: readonly (string | number)[], { decoded }: LogRecord): Issue {
  switch (decoded.kind) {
    case 'undecodable':
      return issueOf(at, decoded.error);
    case 'unknown_type':
      return {
        loc: [...at, 'event_type'],
        msg: `${JSON.stringify(decoded.event_type)} is no event type of this topic`,
        type: 'unknown_event_type',
      };
    case 'null':
    case 'event':
      return { loc: [...at, 'value'], msg: 'an event is required', type: 'missing' };
    default:
      return decoded satisfies never;
  }
}

const issueOf = (at: readonly (string | number)[], error: DecodeError): Issue => ({
  loc: error.field === null ? at : [...at, ...error.field.split('.')],
  msg: error.reason,
  type: error.code,
});
