export * from './port.ts';
export { exportLines, type ExportOptions } from './export.ts';
export { lastOf } from './last-read.ts';
export { brokerOffset, historyOf, logicalOffset, offsetOf, offsetText } from './logical.ts';
export {
  type HistoryFound,
  type MissingHistory,
  missingHistoryText,
  type HistoryVerdict,
  type StreamNotice,
} from './notice.ts';
export { type KafkaConnection, type KafkaLogger } from './kafka/client.ts';
export { decide, type DecideOptions } from './kafka/decide.ts';
export { deleteGroups, type DeletedGroup, kafkaClusterId, listGroups } from './kafka/groups.ts';
export { publish, type Published, type PublishOptions } from './kafka/publish.ts';
export { type RegistryConnection } from './kafka/registry-http.ts';
export { DEFAULT_PARTITIONS, setUp, type SetUpOptions, type SetUpStep } from './kafka/setup.ts';
export { createKafkaSource, type KafkaSourceOptions } from './kafka/source.ts';
export { topicMissingText, topicsMissingText } from './missing.ts';
export { kafkaMessageOf } from './kafka/trouble.ts';
export { answeredWithin } from './wait.ts';
export { createEventAppender } from './ndjson/append.ts';
export { checkPaths } from './ndjson/files.ts';
export { emptyTally, type FileRecord, type ReadOptions, type Tally } from './ndjson/intake.ts';
export { type InputProblem, problemAt } from './ndjson/problem.ts';
export { readRecords } from './ndjson/read-records.ts';
export {
  createNdjsonSource,
  type NdjsonSource,
  type NdjsonSourceOptions,
} from './ndjson/source.ts';
