/**
 * Text that came with events: names, codes, ids, reasons. It must change nothing around it, so characters
 * that end a line or a paragraph become blanks, and those that order text by command are left out: they are
 * invisible, and an unpaired one would reach beyond the text, whatever isolates it. Letters keep their own
 * direction. The source of the rules: Unicode Standard Annex 9, sections 2 and 3.3.
 */
export const foreignText = (text: string): string =>
  text.replace(LINE_ENDS, ' ').replace(COMMANDS, '');

const LINE_ENDS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g; // eslint-disable-line no-control-regex
const COMMANDS = /[\u202a-\u202e\u2066-\u2069]/g;

/** The same with isolating characters, where there are no elements: in attributes, options and titles. */
export const isolated = (text: string): string => `\u2068${foreignText(text)}\u2069`;

/** What is said of a foreign text where there is no room for more: in options, labels and what is only heard. */
export const glance = (text: string): string => shortened(foreignText(text));

/** More than this is not read at a glance; the whole text is shown on demand. */
export const GLANCE_CHARACTERS = 80;

/** The text, or its beginning and an ellipsis; no character is cut in two. */
export function shortened(text: string): string {
  if (text.length <= GLANCE_CHARACTERS) return text;
  const start = text.slice(0, GLANCE_CHARACTERS);
  return `${/[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start}…`;
}
