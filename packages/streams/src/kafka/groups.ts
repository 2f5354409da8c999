import { type Admin } from 'kafkajs';
import { answeredWithin } from '../wait.ts';
import { kafkaMessageOf } from './trouble.ts';
import { waitOut } from './wait-out.ts';
import { type KafkaConnection, openKafka } from './client.ts';
import { kafkaAt, named } from './who.ts';

/** Kafka's own name of its cluster; a broker that is away is waited for until the signal aborts. */
export async function kafkaClusterId(
  connection: KafkaConnection,
  signal: AbortSignal,
  trouble: (reason: string, retryInMs: number) => void,
): Promise<string> {
  const kafka = await openKafka(connection);
  const ask = async (): Promise<string> => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return (await admin.describeCluster()).clusterId;
    } finally {
      await admin.disconnect();
    }
  };
  return waitOut(ask, signal, trouble);
}

/** The consumer groups there are. Rejects with SourceAway after `withinMs`. */
export const listGroups = (
  connection: KafkaConnection,
  withinMs: number,
): Promise<readonly string[]> =>
  withAdmin(connection, withinMs, async (admin) =>
    (await admin.listGroups()).groups.map(({ groupId }) => groupId),
  );

export interface DeletedGroup {
  readonly group: string;
  /** null: it is gone, also when it was gone before. */
  readonly problem: string | null;
}

/** Deletes groups; one that still has members stays, and is named. Rejects with SourceAway after `withinMs`. */
export const deleteGroups = (
  connection: KafkaConnection,
  groups: readonly string[],
  withinMs: number,
): Promise<readonly DeletedGroup[]> =>
  withAdmin(connection, withinMs, (admin) =>
    Promise.all(
      groups.map(async (group) => {
        try {
          await admin.deleteGroups([group]);
          return { group, problem: null };
        } catch (error) {
          const [of] = (error as { groups?: { error?: { type?: string } }[] }).groups ?? [];
          const isGone = of?.error?.type === 'GROUP_ID_NOT_FOUND';
          return { group, problem: isGone ? null : (of?.error?.type ?? kafkaMessageOf(error)) };
        }
      }),
    ),
  );

async function withAdmin<Result>(
  connection: KafkaConnection,
  withinMs: number,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = (await openKafka(connection)).admin();
  const done = (async () => {
    await admin.connect();
    return work(admin);
  })();
  const who = kafkaAt(connection);
  try {
    return await answeredWithin(done, withinMs, who);
  } catch (error) {
    throw named(error, who);
  } finally {
    void admin.disconnect().catch(() => undefined);
  }
}
