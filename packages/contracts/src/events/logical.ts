import avsc, { type Schema, type Type } from 'avsc';
import { inPath, isUnion } from './skim.ts';

/** A field that the writer means in another way than we do: the bytes would be read without a word, and wrong. */
export interface Difference {
  /** Dotted, `[]` for each list or map around it: `subscription.charges[].valid_from`. */
  readonly field: string;
  readonly written: string;
  readonly ours: string;
  /** What a producer must send instead. */
  readonly send: string;
}

/** Where two schemas that resolve to each other disagree on what a value means. Throws when one is no Avro schema. */
export const meaningDifferences = (writer: Schema, reader: Schema): readonly Difference[] =>
  differences(withMeaning(writer), withMeaning(reader), '');

/** Every logical type of the Avro specification; it has others ignored. */
const NAMES = [
  ...['decimal', 'big-decimal', 'uuid', 'duration', 'date', 'time-millis', 'time-micros'],
  ...['timestamp-millis', 'timestamp-micros', 'timestamp-nanos'],
  ...['local-timestamp-millis', 'local-timestamp-micros', 'local-timestamp-nanos'],
];

const { ArrayType, LogicalType, MapType, RecordType } = avsc.types;

/** The library wants every logical type to say how its values are converted: not at all. */
class AsWritten extends LogicalType {
  protected override _fromValue(value: unknown): unknown {
    return value;
  }
  protected override _toValue(value: unknown): unknown {
    return value;
  }
}

/**
 * For schemas that are compared or passed on: without these the library forgets the names of logical
 * types, and a schema that it writes says `long` for every instant.
 */
export const LOGICAL_TYPES: Record<string, typeof LogicalType> = Object.fromEntries(
  NAMES.map((name) => [name, AsWritten]),
);

const withMeaning = (schema: Schema): Type =>
  avsc.Type.forSchema(schema, { omitRecordMethods: true, logicalTypes: LOGICAL_TYPES });

/** In step with the reader, which is not recursive. What cannot be read as each other is no matter of meaning. */
function differences(writer: Type, reader: Type, path: string): readonly Difference[] {
  if (isUnion(writer)) return writer.types.flatMap((branch) => differences(branch, reader, path));
  if (isUnion(reader)) return reader.types.flatMap((branch) => differences(writer, branch, path));
  if (reader instanceof RecordType) {
    if (!(writer instanceof RecordType)) return [];
    return reader.fields.flatMap(({ name, aliases, type }) => {
      const written = writer.fields.find((field) => [name, ...aliases].includes(field.name));
      return written === undefined ? [] : differences(written.type, type, inPath(path, name));
    });
  }
  if (reader instanceof ArrayType) {
    return writer instanceof ArrayType
      ? differences(writer.itemsType, reader.itemsType, `${path}[]`)
      : [];
  }
  if (reader instanceof MapType) {
    return writer instanceof MapType
      ? differences(writer.valuesType as Type, reader.valuesType as Type, `${path}[]`)
      : [];
  }
  const [written, ours] = [meaningOf(writer), meaningOf(reader)];
  if (written.form !== ours.form || meansTheSame(written, ours)) return [];
  return [{ field: path, written: written.text, ours: ours.text, send: toSend(ours) }];
}

interface Meaning {
  readonly form: 'number' | 'text' | null;
  readonly base: string;
  readonly logical: string | null;
  readonly text: string;
}

function meaningOf(type: Type): Meaning {
  const isLogical = type instanceof LogicalType;
  const base = (isLogical ? type.underlyingType : type).typeName;
  const logical = isLogical ? type.typeName.replace('logical:', '') : null;
  const form = FORMS[base] ?? null;
  return { form, base, logical, text: logical === null ? `plain ${base}` : `${logical} (${base})` };
}

const FORMS: Readonly<Record<string, Meaning['form']>> = {
  ...{ int: 'number', long: 'number', float: 'number', double: 'number' },
  ...{ string: 'text', bytes: 'text' },
};

/**
 * A number that we read in a unit must say the same unit. One without a unit may say anything: an entity's
 * version may be an instant. Texts are checked by themselves, but bytes of a logical type are none.
 */
function meansTheSame(written: Meaning, ours: Meaning): boolean {
  if (ours.form === 'number') return ours.logical === null || written.logical === ours.logical;
  return written.base !== 'bytes' || written.logical === null;
}

function toSend({ form, logical }: Meaning): string {
  if (form === 'text') return 'text';
  return logical === 'date' ? 'days since 1970' : 'microseconds since 1970';
}
