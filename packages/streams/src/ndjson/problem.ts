import { type DecodeError } from '@portal/contracts';
import { STDIN } from './files.ts';
import { type Place } from './split.ts';

/** Something in the input that is not as it should be. A record with a readable topic still comes, as `undecodable`. */
export interface InputProblem {
  readonly file: string;
  /** 1 for the first line; 0 when no single line is meant. */
  readonly line: number;
  /** Dotted path; null when the line as a whole is meant. */
  readonly field: string | null;
  readonly reason: string;
  /** `file:line: field: reason`, in an array `file[element]: field: reason`, of a whole file `file: reason`. */
  readonly text: string;
}

export function problemAt(
  file: string,
  place: Place,
  { field, reason }: Pick<DecodeError, 'field' | 'reason'>,
): InputProblem {
  const { line, element } = place;
  const at = element === null ? `:${line}` : `[${element}]`;
  const text = `${shown(file)}${at}: ${field ?? (element === null ? 'line' : 'element')}: ${reason}`;
  return { file, line, field, reason, text };
}

export const problemOf = (file: string, reason: string): InputProblem => ({
  file,
  line: 0,
  field: null,
  reason,
  text: `${shown(file)}: ${reason}`,
});

export const placeText = ({ line, element }: Place): string =>
  element === null ? `line ${line}` : `element ${element}`;

const shown = (file: string): string => (file === STDIN ? 'standard input' : file);
