import { type PartitionName } from '@portal/projection';
import { type Keys } from './keys.ts';
import { type PlainCommand, type Reply } from './link.ts';
import { type Watermark } from './port.ts';

/** A list reply of texts. Throws on anything else: the command was not what the caller thinks. */
export function listOf(reply: Reply | undefined): readonly (string | null)[] {
  if (!Array.isArray(reply)) throw new TypeError(`expected a list, got ${typeof reply}`);
  return (reply as readonly Reply[]).map(textOf);
}

/** A bulk reply, null when there is none. Throws on anything else. */
export function textOf(reply: Reply | undefined): string | null {
  if (typeof reply === 'string' || reply === null) return reply;
  throw new TypeError(`expected a text, got ${typeof reply}`);
}

export const allWatermarks = (keys: Keys): PlainCommand => ({
  kind: 'plain',
  name: 'hgetall',
  key: keys.watermarks,
  args: [],
});

/** The reply to `allWatermarks`: `next occurredAt` by partition name. */
export function watermarksOf(reply: Reply | undefined): ReadonlyMap<PartitionName, Watermark> {
  if (typeof reply !== 'object' || reply === null) throw new TypeError('expected a hash');
  const marks = new Map<PartitionName, Watermark>();
  for (const [name, stored] of Object.entries(reply as Readonly<Record<string, string>>)) {
    const [next, occurredAt] = stored.split(' ');
    marks.set(name as PartitionName, {
      next: Number(next),
      occurredAt: occurredAt === '' ? null : Number(occurredAt),
    });
  }
  return marks;
}
