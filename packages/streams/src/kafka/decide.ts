import { atMost } from '@portal/async';
import {
  type Decision,
  DEFAULT_TOPIC_PREFIX,
  decisionFault,
  encodeDecision,
} from '@portal/contracts';
import { type KafkaConnection, openKafka } from './client.ts';
import { type RegistryConnection } from './registry-http.ts';
import { registerSchema } from './schemas.ts';
import { answeredWithin } from '../wait.ts';
import { decisionsTopic } from './topics.ts';
import { ANSWER_MS, CLOSE_MS, kafkaAt, named } from './who.ts';

export interface DecideOptions {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
  readonly prefix?: string;
  /** Longest wait for one answer of Kafka or the registry, milliseconds; 30 s when absent. */
  readonly timeoutMs?: number;
}

/**
 * Writes decisions down, in the order given; all replicas have them when this resolves. Throws when one may not be
 * written, before any is, and when Kafka or the registry cannot be used.
 */
export async function decide(
  decisions: readonly Decision[],
  options: DecideOptions,
): Promise<void> {
  for (const decision of decisions) {
    const fault = decisionFault(decision);
    if (fault !== null) throw new Error(fault);
  }
  const { prefix = DEFAULT_TOPIC_PREFIX, timeoutMs = ANSWER_MS } = options;
  const who = kafkaAt(options.kafka);
  const schemaId = await registerSchema(options.registry, 'decisions', prefix, timeoutMs);
  const producer = (await openKafka(options.kafka)).producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  try {
    await answeredWithin(producer.connect(), timeoutMs, who);
    const sending = producer.send({
      topic: decisionsTopic(prefix),
      acks: -1,
      messages: decisions.map((decision) => ({
        key: decision.decision_id,
        partition: 0,
        value: encodeDecision(decision, schemaId),
      })),
    });
    await answeredWithin(sending, timeoutMs, who);
  } catch (error) {
    throw named(error, who);
  } finally {
    await atMost(CLOSE_MS, producer.disconnect());
  }
}
