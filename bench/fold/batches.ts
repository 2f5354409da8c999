import { encodeEvent } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { eventStream, type StreamOptions } from '../events.ts';

/** Values of one partition, as they come from Kafka. */
export interface Batch {
  readonly family: Family;
  readonly partition: number;
  /** Offset of the first one. */
  readonly from: number;
  readonly values: readonly Buffer[];
}

const PARTITIONS = 6;
const SCHEMA_ID = 1;

/** The stream as batches of at most `most` values: a customer's events share a partition number, facts come before usage. */
export function batchesOf(options: StreamOptions, most: number): readonly Batch[] {
  const batches: Batch[] = [];
  const filling = new Map<
    string,
    { family: Family; partition: number; from: number; values: Buffer[] }
  >();
  const flush = (): void => {
    for (const [name, batch] of filling) {
      if (batch.values.length === 0) continue;
      batches.push(batch);
      filling.set(name, { ...batch, from: batch.from + batch.values.length, values: [] });
    }
  };
  const partitions = new Map<string, number>();
  let isUsage = false;
  for (const event of eventStream(options)) {
    const { family, customer_id } = event;
    if (!isUsage && family === 'usage') flush();
    isUsage = family === 'usage';
    const partition = partitions.get(customer_id) ?? partitions.size % PARTITIONS;
    partitions.set(customer_id, partition);
    const name = `${family}/${partition}`;
    const batch = filling.get(name) ?? { family, partition, from: 0, values: [] };
    filling.set(name, batch);
    batch.values.push(encodeEvent(event, SCHEMA_ID));
    if (batch.values.length < most) continue;
    batches.push(batch);
    filling.set(name, { family, partition, from: batch.from + most, values: [] });
  }
  flush();
  return batches;
}
