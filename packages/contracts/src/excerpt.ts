/**
 * The beginning of a text that came from outside, for a message: at most `max` UTF-16 units, and an ellipsis where it was
 * cut; no character is cut in two. A text that fits is given as it is.
 */
export function excerpt(text: string, max: number): string {
  if (text.length <= max) return text;
  const start = text.slice(0, max);
  return `${HALF_AT_END.test(start) ? start.slice(0, -1) : start}…`;
}

const HALF_AT_END = /[\ud800-\udbff]$/;
