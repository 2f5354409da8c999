export { kafkaFrom, type KafkaSettings, KAFKA_VARIABLES } from './kafka.ts';
export { redisFrom, REDIS_VARIABLES } from './redis.ts';
export { registryFrom, type RegistrySettings, REGISTRY_VARIABLES } from './registry.ts';
