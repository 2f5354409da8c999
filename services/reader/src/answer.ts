import { type Micros } from '@portal/billing';
import { type DashboardStatus, otherZoneData } from '@portal/contracts';
import {
  type Answer,
  type DatePolicy,
  type DetailedAnswer,
  type StatusReason,
  view,
  viewDetails,
} from '@portal/projection';
import { etagOf } from './etag.ts';
import { consistencyToken, metaOf } from './meta.ts';
import { type Question } from './questions.ts';
import { type HeaderList } from './reply.ts';
import { statusHeader, statusOf } from './status.ts';
import { type Stored } from './stored.ts';

export interface DashboardAnswer {
  readonly status: DashboardStatus;
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: HeaderList;
  /** Until this instant the same document gives the same answer; null: for ever. */
  readonly validUntil: Micros | null;
}

export interface AnswerSettings {
  readonly topicPrefix: string;
  readonly datePolicy: DatePolicy;
  /** Version of the time zone data that `view` reckons with here. */
  readonly zoneData: string;
}

/** The bytes and the headers of a 200. Fields come in the order of the contract: summary, meta, details. */
export function renderAnswer(
  stored: Stored,
  { include, at }: Pick<Question, 'include' | 'at'>,
  now: Micros,
  { topicPrefix, datePolicy, zoneData }: AnswerSettings,
): DashboardAnswer {
  const { document, items } = stored;
  const instant = at ?? now;
  const answer: Answer | DetailedAnswer =
    items === null
      ? view(document, instant, datePolicy)
      : viewDetails(document, items, instant, datePolicy);
  const reasons = [...answer.reasons, ...zoneReasons(stored.generation, zoneData)];
  const content = {
    ...answer.summary,
    ...(include.has('meta') ? { meta: metaOf(stored, reasons, now, topicPrefix) } : {}),
    ...('details' in answer ? { details: answer.details } : {}),
  };
  const body = Buffer.from(JSON.stringify(content));
  const etag = etagOf(body);
  const headers = [
    ...['Content-Type', 'application/json; charset=utf-8'],
    ...['ETag', etag],
    ...['Cache-Control', 'private, no-cache'],
    ...['Consistency-Token', consistencyToken(document.vector, topicPrefix)],
  ];
  const notFresh = statusHeader(reasons);
  if (notFresh !== null) headers.push('Dashboard-Status', notFresh);
  return {
    status: statusOf(reasons),
    body,
    etag,
    headers,
    validUntil: answer.validUntil,
  };
}

function zoneReasons(generation: string, zoneData: string): readonly StatusReason[] {
  const other = otherZoneData(generation, zoneData);
  return other === null ? [] : [{ code: 'time_zone_data', detail: zoneText(other) }];
}

/** For people: the two versions that differ. */
export const zoneText = (other: { readonly generation: string; readonly own: string }): string =>
  `folded with time zone data ${other.generation}, answered with ${other.own}`;
