export { createAvroResolver, decodeAvroValue, type AvroResolver } from './avro/decode.ts';
export { encodeEvent } from './avro/encode.ts';
export { withTopic } from './bare.ts';
export { checkEvent } from './check.ts';
export { readJson, type JsonRead } from './json.ts';
export { formatLine, plainEvent } from './ndjson-format.ts';
export { parseLine, readRecord, type LogRecord, type ParsedLine } from './ndjson.ts';
export { defaultPartition } from './partition.ts';
export { ENTRIES_MAX, RANGES_MAX, TEXT_KINDS, TEXT_MAX, type TextKind } from './limits.ts';
export { segmentsOf } from './field-path.ts';
export { NOT_UNICODE } from './reading.ts';
export { normaliseProperties } from './properties.ts';
export { SCHEMA_TEXTS } from './schema-texts.ts';
export {
  DEFAULT_TOPIC_PREFIX,
  familyOf,
  subjectOf,
  TOPIC_NAMES,
  type TopicName,
  topicOf,
} from './topics.ts';
export { readWireHeader, VALUE_BYTES_MAX, writeWire, type WireHeader } from './wire.ts';
