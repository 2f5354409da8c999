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
import { ANSWER_MS, CLOSE_MS, named, whoOf } from './who.ts';

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
  const who = whoOf(options);
  const registering = registerSchema(options.registry, 'decisions', prefix);
  const schemaId = await answeredWithin(registering, timeoutMs, who.registry);
  const producer = (await openKafka(options.kafka)).producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  try {
    await answeredWithin(producer.connect(), timeoutMs, who.kafka);
    const sending = producer.send({
      topic: decisionsTopic(prefix),
      acks: -1,
      messages: decisions.map((decision) => ({
        key: decision.decision_id,
        partition: 0,
        value: encodeDecision(decision, schemaId),
      })),
    });
    await answeredWithin(sending, timeoutMs, who.kafka);
  } catch (error) {
    throw named(error, who.kafka);
  } finally {
    await atMost(CLOSE_MS, producer.disconnect());
  }
}
