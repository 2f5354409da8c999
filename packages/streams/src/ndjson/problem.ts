import { type DecodeError } from '@portal/contracts';

/** Something in the input that is not as it should be. A record with a readable topic still comes, as `undecodable`. */
export interface InputProblem {
  readonly file: string;
  /** 1 for the first line; 0 when the file as a whole is meant. */
  readonly line: number;
  /** Dotted path; null when the line as a whole is meant. */
  readonly field: string | null;
  readonly reason: string;
  /** `file:line: field: reason`. */
  readonly text: string;
}

export const problemOf = (
  file: string,
  line: number,
  error: Pick<DecodeError, 'field' | 'reason'>,
): InputProblem => {
  const { field, reason } = error;
  return { file, line, field, reason, text: `${file}:${line}: ${field ?? 'line'}: ${reason}` };
};
