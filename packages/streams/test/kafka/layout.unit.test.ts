import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { type Cluster } from 'kafkajs';
import { createLayout } from '../../src/kafka/layout.ts';

/** kafkajs' own judgement of an answer. */
const { parse } = createRequire(__filename)(
  'kafkajs/src/protocol/requests/metadata/v6/response.js',
) as { readonly parse: (answer: unknown) => Promise<unknown> };

const [FINE, UNKNOWN_TOPIC, NO_LEADER, FORBIDDEN] = [0, 3, 5, 29];
const topic = (name: string, topicErrorCode: number, ...partitionErrorCodes: number[]) => ({
  ...{ topic: name, topicErrorCode },
  partitionMetadata: partitionErrorCodes.map((partitionErrorCode, partitionId) => ({
    ...{ partitionErrorCode, partitionId, leader: partitionErrorCode === NO_LEADER ? -1 : 1 },
  })),
});

/** A cluster of brokers that give this answer, or this failure, and who was asked. */
function clusterOf(brokers: Readonly<Record<string, () => Promise<unknown>>>) {
  const asked: string[] = [];
  const findBroker = ({ nodeId }: { readonly nodeId: string }) =>
    Promise.resolve({
      lookupRequest: () => () => ({ request: {}, response: { parse } }),
      async metadata(this: { lookupRequest: () => (topics: object) => Protocol }) {
        asked.push(nodeId);
        const { response, requestTimeout } = this.lookupRequest()({});
        expect(requestTimeout).toBeLessThanOrEqual(5_000);
        return response.parse(await brokers[nodeId]!());
      },
    });
  const cluster = {
    getNodeIds: () => Object.keys(brokers).map(Number),
    findBroker,
    refreshMetadata: () => Promise.resolve(),
  } as unknown as Cluster;
  return { cluster, asked };
}

interface Protocol {
  readonly response: { readonly parse: (answer: unknown) => Promise<unknown> };
  readonly requestTimeout: number;
}

const answering =
  (...topicMetadata: object[]) =>
  () =>
    Promise.resolve({ topicMetadata });
const failing = (name: string) => () => Promise.reject(Object.assign(new Error(name), { name }));
const TOPICS = ['usage', 'wallets', 'customers'];

describe('what the brokers have of our topics', () => {
  it('is known also while one topic is not there and a partition of another has no leader', async () => {
    const { cluster } = clusterOf({
      1: answering(
        topic('usage', FINE, FINE, NO_LEADER),
        topic('wallets', UNKNOWN_TOPIC),
        topic('customers', FINE, FINE),
      ),
    });
    const layout = createLayout(cluster, TOPICS);
    await layout.refresh();
    const known = TOPICS.map((name) => layout.partitionsOf(name).map(({ leader }) => leader));
    expect(known).toEqual([[1, -1], [], [1]]);
  });

  it('is asked of the next broker when one is silent, and of that one first from then on', async () => {
    const { cluster, asked } = clusterOf({
      1: failing('KafkaJSRequestTimeoutError'),
      2: answering(topic('usage', FINE, FINE)),
    });
    const layout = createLayout(cluster, TOPICS);
    await layout.refresh();
    await layout.refresh();
    expect(asked).toEqual(['1', '2', '2']);
    expect(layout.partitionsOf('usage')).toHaveLength(1);
  });

  it('stays as it was when a broker says no, and no other one is asked', async () => {
    const answers = [answering(topic('usage', FINE, FINE)), answering(topic('usage', FORBIDDEN))];
    const { cluster, asked } = clusterOf({ 1: () => answers.shift()!(), 2: answering() });
    const layout = createLayout(cluster, TOPICS);
    await layout.refresh();
    await expect(layout.refresh()).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(asked).toEqual(['1', '1']);
    expect(layout.partitionsOf('usage')).toHaveLength(1);
  });
});
