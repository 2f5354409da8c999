import { createDecisionReader, type Decision, type DecisionReader } from '@portal/contracts';
import { readWireHeader, topicOf } from '@portal/contracts';
import { type PartitionName, partitionName } from '@portal/projection';
import { type StreamNotice } from '../notice.ts';
import { type LastRead } from '../port.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type Layout } from './layout.ts';
import { type BrokerRange, fetchOffsets } from './offsets.ts';
import { type SchemaAnswer } from './registry.ts';
import { NEWS, ONE_BATCH, request } from './request.ts';
import { type OursAnswer } from './subjects.ts';

/** Which log of a partition counts, as people decided. */
export interface AcceptedHistory {
  readonly history: number;
  /** The broker's first offset that was accepted: what lies below is given up. */
  readonly begin: number;
}

/** What people decided, as far as it was read. */
export interface Decisions {
  /** Reads on to the topic's end, from the begin when the topic was made again. Rejects while a broker or the registry is away; nothing is skipped then. */
  catchUp(layout: Layout): Promise<void>;
  all(): readonly Decision[];
  /** The same object until a decision changes it. */
  readonly historyOf: (partition: PartitionName) => AcceptedHistory;
}

/** What the registry says of schemas, and whether it can be believed. */
interface DecisionSchemas {
  readonly fetchSchema: (id: number) => Promise<SchemaAnswer>;
  readonly isOurs: (name: 'decisions') => Promise<OursAnswer>;
}

const FIRST: AcceptedHistory = { history: 0, begin: 0 };
/** Decisions are made by hand. As many of one kind and cause are kept; each takes some 500 bytes. */
const KEPT_MAX = 10_000;

export function createDecisions(
  prefix: string,
  schemas: DecisionSchemas,
  notice: (notice: StreamNotice) => void,
): Decisions {
  const topic = topicOf('decisions', prefix);
  const readers = new Map<number, DecisionReader>();
  const histories = new Map<PartitionName, AcceptedHistory>();
  /** By what they decide: the same thing decided again replaces the former. */
  const decided = new Map<string, Decision>();
  let next = 0;
  let last: LastRead | null = null;

  /** A topic that was made again is read from its begin: its first records have the offsets of others. */
  const isSame = async ({ cluster }: Layout, range: BrokerRange): Promise<boolean> => {
    if (last === null || last.offset < range.begin) return range.end >= next;
    if (range.end <= last.offset) return false;
    const wanted = { topic, partition: range.partition, offset: last.offset };
    const [fetched] = await request(cluster, range.leader, [wanted], ONE_BATCH);
    const found = fetched?.messages.find(({ offset }) => Number(offset) === wanted.offset);
    return found !== undefined && fingerprintOf(found) === last.fingerprint;
  };

  const take = (decision: Decision): void => {
    const key = keyOf(decision);
    decided.delete(key);
    decided.set(key, decision);
    const [oldest] = decided.keys();
    if (decided.size > KEPT_MAX && oldest !== undefined) decided.delete(oldest);
    if (decision.decision_type !== 'history.accepted') return;
    const { history, begin, ...at } = decision.history_accepted;
    const before = histories.get(partitionName(at)) ?? FIRST;
    const isNewer = history > before.history;
    if (isNewer || (history === before.history && begin > before.begin)) {
      histories.set(partitionName(at), { history, begin });
    }
  };

  const readOne = async (value: Buffer | null, offset: number): Promise<void> => {
    const read = value === null ? NO_VALUE : await decisionIn(value, readers, schemas);
    if (read.kind === 'decision') take(read.decision);
    if (read.kind === 'unreadable') {
      notice({ kind: 'decision_unreadable', offset, reason: read.reason });
    }
  };

  return {
    catchUp: async (layout) => {
      const [range] = await fetchOffsets(layout, () =>
        layout.partitionsOf(topic).map(({ partitionId: partition }) => ({ topic, partition })),
      );
      // There is no such topic: nobody decided anything.
      if (range === undefined) return;
      if (!(await isSame(layout, range))) next = range.begin;
      next = Math.max(next, range.begin);
      while (next < range.end) {
        const wanted = { topic, partition: range.partition, offset: next };
        const [fetched] = await request(layout.cluster, range.leader, [wanted], NEWS);
        if (fetched === undefined) return;
        for (const message of fetched.messages) {
          const offset = Number(message.offset);
          if (offset < next) continue;
          await readOne(message.value, offset);
          next = offset + 1;
          last = { offset, fingerprint: fingerprintOf(message) };
        }
        next = fetched.next;
      }
    },
    all: () => [...decided.values()],
    historyOf: (partition) => histories.get(partition) ?? FIRST,
  };
}

const NO_VALUE = { kind: 'unreadable', reason: 'it has no value' } as const;

async function decisionIn(
  value: Buffer,
  readers: Map<number, DecisionReader>,
  { fetchSchema, isOurs }: DecisionSchemas,
): Promise<ReturnType<DecisionReader>> {
  const header = readWireHeader(value);
  if (header.kind === 'undecodable') return { kind: 'unreadable', reason: header.error.reason };
  const { schemaId } = header;
  const known = readers.get(schemaId);
  if (known !== undefined) return known(value);
  const answer = await fetchSchema(schemaId);
  switch (answer.kind) {
    case 'away':
      throw new Error(`the schema of a decision cannot be had: ${answer.reason}`);
    case 'refused': {
      // An emptied registry knows no id: a decision is never passed by for that.
      const ours = await isOurs('decisions');
      if (ours.kind === 'away') throw new Error(ours.reason);
      return { kind: 'unreadable', reason: answer.error.reason };
    }
    case 'schema':
      try {
        const reader = createDecisionReader(answer.text);
        readers.set(schemaId, reader);
        return reader(value);
      } catch {
        return { kind: 'unreadable', reason: `schema ${schemaId} is none of decisions` };
      }
    default:
      return answer satisfies never;
  }
}

function keyOf(decision: Decision): string {
  switch (decision.decision_type) {
    case 'history.accepted': {
      const { family, partition, history } = decision.history_accepted;
      return JSON.stringify(['history', family, partition, history]);
    }
    case 'parked.accepted': {
      const { family, partition, code, field, schema_id } = decision.parked_accepted;
      return JSON.stringify(['parked', family, partition, code, field, schema_id]);
    }
    default:
      return decision satisfies never;
  }
}
