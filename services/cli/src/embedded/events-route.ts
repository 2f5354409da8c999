import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type DecodeError,
  excerpt,
  formatLine,
  type LogRecord,
  readJson,
  readRecord,
  segmentsOf,
  withTopic,
} from '@portal/contracts';
import { type RequestHandler } from 'express';
import { splitBody } from './split.ts';

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

/** Events of one request: some 2 MB of usual ones, a second of work. Files take more: `--events`. */
export const EVENTS_MAX = 5_000;
/** Characters of one event; the largest are subscriptions with hundreds of charges. */
export const EVENT_LENGTH_MAX = 262_144;
/** Characters of the issues that an answer lists, so that it stays below 2 KB as the reader's do; the others are counted. */
const ISSUES_LENGTH_MAX = 1_500;
/** Characters of a name or a reason in an issue. */
const WORDS_MAX = 200;
/** Characters read before others have their turn: some milliseconds. */
const READ_AT_ONCE = 16_384;

/**
 * `POST /events`, embedded mode only: one event or an array of them in the NDJSON form
 * (`{"topic":"billing.usage","value":{…}}`; the topic may be left out). All of them are appended to the log
 * or, when one is malformed, none: 422 names each field at fault. However much is posted, reads go on meanwhile.
 * The body must come as bytes: what makes a text of them replaces what is no UTF-8, and two ids become one.
 */
export function eventsRoute({ accept }: EventsRouteOptions): RequestHandler {
  return async (request, response) => {
    const body = textOf(request.body);
    const read =
      body === null
        ? refused({ loc: ['body'], msg: NOT_UTF_8, type: 'unicode_invalid' })
        : await readEvents(body);
    if (read.issues.length > 0) {
      response.status(422).json({ detail: read.issues });
      return;
    }
    const projected = await accept(read.records.map(toLine));
    response.status(202).json({ accepted: read.records.length, projected });
  };
}

const NOT_UTF_8 = 'must be UTF-8 text: it holds bytes that are none';

/** null: bytes that are no UTF-8. A byte order mark says nothing. */
function textOf(body: unknown): string | null {
  if (!Buffer.isBuffer(body)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** Where an event lies is the log's to say: a place that somebody names may be taken already. */
const toLine = (record: LogRecord): string =>
  formatLine({ ...record, key: null, partition: null, offset: null });

interface ReadEvents {
  readonly records: readonly LogRecord[];
  readonly issues: readonly Issue[];
}

async function readEvents(body: string): Promise<ReadEvents> {
  const split = splitBody(body, EVENTS_MAX);
  switch (split.kind) {
    case 'malformed':
      return refused({ loc: ['body'], msg: split.reason, type: 'json_invalid' });
    case 'too_many': {
      const msg = `more than ${EVENTS_MAX} events: send them in parts, or start with --events FILE`;
      return refused({ loc: ['body'], msg, type: 'too_long' });
    }
    case 'pieces':
      break;
    default:
      return split satisfies never;
  }
  if (split.pieces.length === 0) {
    return refused({ loc: ['body'], msg: 'no event given', type: 'too_short' });
  }
  const records: LogRecord[] = [];
  const issues: Issue[] = [];
  let wrong = 0;
  /** Characters of all issues so far. */
  let listed = 0;
  let read = 0;
  for (const { index, text } of split.pieces) {
    const result = readEvent(text, index === null ? ['body'] : ['body', index]);
    if ('msg' in result) {
      wrong += 1;
      const length = JSON.stringify(result).length;
      if (listed === 0 || listed + length <= ISSUES_LENGTH_MAX) issues.push(result);
      listed += length;
    } else if (wrong === 0) {
      records.push(result);
    }
    read += text.length + 100;
    if (read < READ_AT_ONCE) continue;
    read = 0;
    await nextTurn();
  }
  if (wrong > issues.length) {
    const msg = `${wrong - issues.length} more events have mistakes`;
    issues.push({ loc: ['body'], msg, type: 'not_listed' });
  }
  return { records, issues };
}

const refused = (issue: Issue): ReadEvents => ({ records: [], issues: [issue] });

function readEvent(text: string, at: Issue['loc']): LogRecord | Issue {
  if (text.length > EVENT_LENGTH_MAX) {
    return { loc: at, msg: `is longer than ${EVENT_LENGTH_MAX} characters`, type: 'too_long' };
  }
  const json = readJson(text);
  if (json.kind === 'malformed') return { loc: at, msg: json.reason, type: 'json_invalid' };
  const parsed = readRecord(withTopic(json.value));
  if (parsed.kind === 'malformed') return issueOf(at, parsed.error);
  return parsed.record.decoded.kind === 'event' ? parsed.record : refusalOf(at, parsed.record);
}

function refusalOf(at: readonly (string | number)[], { decoded }: LogRecord): Issue {
  switch (decoded.kind) {
    case 'undecodable':
      return issueOf(at, decoded.error);
    case 'unknown_type':
      return {
        loc: [...at, 'event_type'],
        msg: `${JSON.stringify(excerpt(decoded.event_type, WORDS_MAX))} is no event type of this topic`,
        type: 'unknown_event_type',
      };
    case 'null':
    case 'event':
      return { loc: [...at, 'value'], msg: 'an event is required', type: 'missing' };
    default:
      return decoded satisfies never;
  }
}

/** A name may be the sender's own, as of a property. */
const issueOf = (at: Issue['loc'], error: DecodeError): Issue => ({
  loc: error.field === null ? at : [...at, ...segmentsOf(excerpt(error.field, WORDS_MAX))],
  msg: excerpt(error.reason, WORDS_MAX),
  type: error.code,
});
