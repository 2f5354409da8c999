import {
  type Decision,
  DEFAULT_TOPIC_PREFIX,
  decisionFault,
  encodeDecision,
} from '@portal/contracts';
import { type KafkaConnection, openKafka } from './client.ts';
import { type RegistryConnection } from './registry-http.ts';
import { registerSchema } from './schemas.ts';
import { decisionsTopic } from './topics.ts';

export interface DecideOptions {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
  readonly prefix?: string;
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
  const prefix = options.prefix ?? DEFAULT_TOPIC_PREFIX;
  const schemaId = await registerSchema(options.registry, 'decisions', prefix);
  const producer = (await openKafka(options.kafka)).producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  try {
    await producer.send({
      topic: decisionsTopic(prefix),
      acks: -1,
      messages: decisions.map((decision) => ({
        key: decision.decision_id,
        partition: 0,
        value: encodeDecision(decision, schemaId),
      })),
    });
  } finally {
    await producer.disconnect();
  }
}
