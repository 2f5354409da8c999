import pc from 'picocolors';
import { type Output } from './say.ts';
import { terminalText } from './terminal-text.ts';

/** Says what is wrong with the input, and stops when nobody would read on: the counts at the end stay exact. */
export interface InputNotes {
  readonly malformed: (text: string) => void;
  readonly skipped: (text: string) => void;
  readonly parked: (text: string) => void;
}

/** A terminal's page or two. Each file has its own, smaller limit. */
const LINES_MAX = 200;

export function createInputNotes(output: Output): InputNotes {
  let said = 0;
  const note = (sign: string, text: string): void => {
    said += 1;
    if (said <= LINES_MAX) output.note(`${pc.yellow(sign)} ${terminalText(text)}`);
    if (said === LINES_MAX) output.note('more is not said line by line; see the counts at the end');
  };
  return {
    malformed: (text) => {
      note('malformed', text);
    },
    skipped: (text) => {
      note('skipped', text);
    },
    parked: (text) => {
      note('parked', text);
    },
  };
}
