/** Longest text in a log line, characters: a stack of some 20 frames. */
const TEXT_MAX = 2_000;
/** Longest line, characters: what log shippers take without splitting it. */
const LINE_MAX = 16_000;
const DEPTH_MAX = 8;

/**
 * The finished line (a JSON object and a line break) with no text longer than 2,000 characters and no more than
 * 16,000 in all: what somebody sends us is never written as long as they like. What is cut says how long it was.
 */
export function shorten(line: string): string {
  // No text of it can be too long then.
  if (line.length <= TEXT_MAX) return line;
  const { msg, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const kept = cut(fields, { remaining: LINE_MAX - TEXT_MAX }, DEPTH_MAX) as object;
  const message = msg === undefined ? {} : { msg: cut(msg, { remaining: TEXT_MAX }, DEPTH_MAX) };
  return `${JSON.stringify({ ...kept, ...message })}\n`;
}

/** What finds no more room is left out; the first fields of a line are level, time and service. */
function cut(value: unknown, room: { remaining: number }, depth: number): unknown {
  if (typeof value === 'string') return cutText(value, room);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (!take(room, 8)) break;
      items.push(cut(item, room, depth - 1));
    }
    return items.length < value.length
      ? [...items, `… (${value.length - items.length} more)`]
      : items;
  }
  const fields: [string, unknown][] = [];
  for (const [name, field] of Object.entries(value)) {
    if (!take(room, name.length + 8)) break;
    fields.push([name, cut(field, room, depth - 1)]);
  }
  return Object.fromEntries(fields);
}

function cutText(text: string, room: { remaining: number }): string {
  const length = Math.max(0, Math.min(text.length, TEXT_MAX, room.remaining));
  room.remaining -= length;
  return length === text.length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}

function take(room: { remaining: number }, length: number): boolean {
  room.remaining -= length;
  return room.remaining >= 0;
}
