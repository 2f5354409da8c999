/** The five event families; a topic's name is `<prefix>.<family>`. */
export const FAMILIES = ['customers', 'subscriptions', 'invoices', 'usage', 'wallets'] as const;
export type Family = (typeof FAMILIES)[number];

/** One partition of one family. */
export interface Place {
  readonly family: Family;
  readonly partition: number;
}

/** Where a record lies in the log. Two coordinates of one family order by partition, then offset. */
export interface Coordinates extends Place {
  readonly offset: number;
}

/** `usage/3`: names one partition of one family. */
export type PartitionName = `${Family}/${number}`;

export const partitionName = (at: Place): PartitionName => `${at.family}/${at.partition}`;

/** Reads what `partitionName` made. */
export function readPartitionName(name: PartitionName): Place {
  const [family, partition] = name.split('/') as [Family, string];
  return { family, partition: Number(partition) };
}

/** Negative when `a` lies before `b`. Only meaningful inside one family. */
export const compareCoordinates = (
  a: Pick<Coordinates, 'partition' | 'offset'>,
  b: Pick<Coordinates, 'partition' | 'offset'>,
): number => a.partition - b.partition || a.offset - b.offset;
