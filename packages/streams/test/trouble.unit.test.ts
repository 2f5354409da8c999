import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { registryRefusal } from '../src/kafka/registry-http.ts';
import { kafkaMessageOf } from '../src/kafka/trouble.ts';

const protocol = Object.assign(
  new kafkajs.KafkaJSProtocolError('This is not the correct coordinator for this group'),
  { type: 'NOT_COORDINATOR_FOR_GROUP' },
);

/** What kafkajs writes for those who know its code. */
const RAW = 'Request ListOffsets(key: 2, version: 3) timed out of lock in the cached metadata';

describe('what an operator is told of an error of kafkajs', () => {
  it.each([
    ['KafkaJSRequestTimeoutError', 'a broker does not answer a request in time'],
    ['KafkaJSLockTimeout', 'a broker does not take the connection in time'],
    ['KafkaJSConnectionError', 'a broker is not reached'],
    ['KafkaJSBrokerNotFound', 'the broker that is needed is not known at the moment'],
    ['KafkaJSGroupCoordinatorNotFound', 'the broker that is needed is not known at the moment'],
    ['KafkaJSMetadataNotLoaded', 'Kafka has not told its topics yet'],
    ['KafkaJSTopicMetadataNotLoaded', 'Kafka has not told its topics yet'],
    ['KafkaJSNotImplemented', 'the Kafka client failed (KafkaJSNotImplemented)'],
  ])('is its kind in plain words, also after retries: %s', (name, plain) => {
    const error = Object.assign(new kafkajs.KafkaJSError(RAW), { name });
    const retries = { retryCount: 5, retryTime: 200 };
    expect(kafkaMessageOf(error)).toBe(plain);
    expect(kafkaMessageOf(new kafkajs.KafkaJSNumberOfRetriesExceeded(error, retries))).toBe(plain);
  });

  it('is what the protocol says when a broker says it', () => {
    expect(kafkaMessageOf(protocol)).toBe(
      'Kafka answers: This is not the correct coordinator for this group',
    );
  });

  it('is cut where a long text is, never within a character', () => {
    const long = `${'a'.repeat(199)}\u{1f600} and more`;
    const said = Object.assign(new kafkajs.KafkaJSProtocolError(long), { type: 'UNKNOWN' });
    expect(kafkaMessageOf(said)).toBe(`Kafka answers: ${'a'.repeat(199)}…`);
    const body = { message: `${'a'.repeat(299)}\u{1f600} and more` };
    expect(registryRefusal({ status: 500, body })).toContain(`(${'a'.repeat(299)}…)`);
  });

  it('is any other error as it is', () => {
    const cause = new kafkajs.KafkaJSConnectionError('connect ECONNREFUSED 127.0.0.1:1');
    const worded = new Error('Kafka at 127.0.0.1:1: nobody listens there', { cause });
    expect(kafkaMessageOf(worded)).toBe('Kafka at 127.0.0.1:1: nobody listens there');
    expect(kafkaMessageOf(new Error('no such host'))).toBe('no such host');
  });
});
