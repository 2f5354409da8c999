import { topicOf } from '@portal/contracts';
import { type Coordinates, FAMILIES, type Place } from '@portal/projection';
import { type LogRanges, offsetOf, topicMissingText } from '@portal/streams';

/** Why there is no such partition, with how many there are; null: it is there. */
export function placeFault(
  { family, partition }: Place,
  { ranges, missing }: LogRanges,
  prefix: string,
): string | null {
  const topic = topicOf(family, prefix);
  if (missing.includes(family)) return topicMissingText(topic);
  const own = ranges.filter((range) => range.family === family);
  if (own.some((range) => range.partition === partition)) return null;
  return `there is no ${family}/${partition}: the topic ${topic} has ${own.length} partitions, from 0 on`;
}

/** What `usage/3` names, or what is wrong with it. */
export function readPlace(text: string): Place | string {
  const [name, number = '', ...rest] = text.split('/');
  const family = FAMILIES.find((one) => one === name);
  const isNumber = /^\d{1,9}$/.test(number);
  return family === undefined || !isNumber || rest.length > 0
    ? `${text} is no family/partition, such as usage/3`
    : { family, partition: Number(number) };
}

/** What `usage/3@17` or `usage/3@17 (history 1)` names, or what is wrong with it. */
export function readRecordPlace(text: string): Coordinates | string {
  const [name = '', number = '', ...rest] = text.split('@');
  const at = readPlace(name);
  const offset = offsetOf(number);
  return typeof at === 'string' || offset === null || rest.length > 0
    ? `${text} is no family/partition@offset, such as usage/3@17 or 'usage/3@17 (history 1)'`
    : { ...at, offset };
}
