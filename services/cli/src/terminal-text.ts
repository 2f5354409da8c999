/**
 * Text that came from outside, as a terminal may be given it: names, reasons, names of files. Characters that move
 * the cursor, colour, end a line or turn the direction would let a customer's name write lines of ours.
 */
export const terminalText = (text: string): string => text.replace(COMMANDS, '\ufffd');

/** Controls of both sets (ESC, CSI), line and paragraph ends, and what orders text by command. */
// eslint-disable-next-line no-control-regex
const COMMANDS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** A column that wide leaves room for the others. */
const CELL_CHARACTERS_MAX = 60;

/** The same, or its beginning, for a cell of a table. */
export function terminalCell(text: string): string {
  const shown = Array.from(terminalText(text));
  return shown.length <= CELL_CHARACTERS_MAX
    ? shown.join('')
    : `${shown.slice(0, CELL_CHARACTERS_MAX - 1).join('')}…`;
}
