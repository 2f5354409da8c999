/**
 * Offsets as everything outside `kafka/` sees them: the number of the partition's log times 2^40, plus the
 * broker's own offset. A topic that is made again starts at 0 once more, while what was folded of the old one is
 * remembered by higher offsets; so the new log's offsets must lie above all of the old one's.
 * 2^40 records of one log and 8,000 logs of a partition fit an exact number.
 */
const ROOM = 2 ** 40;
export const HISTORIES_MAX = 8_000;

/** The number of the log an offset belongs to: 0 for a partition's first. */
export const historyOf = (offset: number): number => Math.floor(offset / ROOM);

/** What the broker calls it. */
export const brokerOffset = (offset: number): number => offset % ROOM;

export const logicalOffset = (history: number, broker: number): number => history * ROOM + broker;

/** For people: `17`, and `17 (history 1)` for a log that was made again. */
export const offsetText = (offset: number): string => {
  const history = historyOf(offset);
  return history === 0 ? String(offset) : `${brokerOffset(offset)} (history ${history})`;
};

/** What such a text, or the plain number, means; null: neither. */
export function offsetOf(text: string): number | null {
  const [, number = '', history = '0'] = OFFSET_TEXT.exec(text) ?? [];
  const offset = logicalOffset(Number(history), Number(number));
  if (number === '' || Number(history) > HISTORIES_MAX || !Number.isSafeInteger(offset))
    return null;
  // With its history named, a number is the broker's.
  return history !== '0' && Number(number) >= ROOM ? null : offset;
}

const OFFSET_TEXT = /^(\d{1,16})(?: \(history (\d{1,4})\))?$/;
