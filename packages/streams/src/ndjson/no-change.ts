import { excerpt, type LogRecord, topicOf } from '@portal/contracts';
import { EVENT_TYPES, FAMILIES } from '@portal/projection';

/** A kind of record that is good in form and changes nothing. */
export interface NoChange {
  /** The same for records of one kind. */
  readonly kind: string;
  /** What is said of `count` of them; `first` is the place of the first. */
  readonly text: (count: number, first: string) => string;
}

const TYPE_SHOWN_MAX = 80;

/** null: the record may change something, or is malformed. */
export function noChangeOf({ family, decoded }: LogRecord, prefix?: string): NoChange | null {
  switch (decoded.kind) {
    case 'event':
    case 'undecodable':
      return null;
    case 'null':
      return {
        kind: 'null',
        text: (count, first) =>
          `${records(count)} without a value (first: ${first}); ${nothing(count)}: ` +
          'what is gone is told by an event, such as invoice.deleted',
      };
    case 'unknown_type': {
      const topic = topicOf(family, prefix);
      const type = decoded.event_type;
      const shown = JSON.stringify(excerpt(type, TYPE_SHOWN_MAX));
      const own = FAMILIES.find((each) => (EVENT_TYPES[each] as readonly string[]).includes(type));
      const text = (count: number, first: string): string =>
        own === undefined
          ? `${records(count)} of the unknown type ${shown} in ${topic} (first: ${first}); ${nothing(count)}: ` +
            'correct the type, or use a version that knows it'
          : `${records(count)} of type ${shown} in ${topic} (first: ${first}); ${nothing(count)}: ` +
            `the topic of this type is ${topicOf(own, prefix)}`;
      return { kind: `${topic} ${type}`, text };
    }
    default:
      return decoded satisfies never;
  }
}

export const furtherKinds: NoChange = {
  kind: 'further',
  text: (count, first) =>
    `${records(count)} of further unknown types (first: ${first}); ${nothing(count)}`,
};

const records = (count: number): string => (count === 1 ? '1 record' : `${count} records`);

const nothing = (count: number): string => `${count === 1 ? 'it changes' : 'they change'} nothing`;
