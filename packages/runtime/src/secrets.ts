import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import * as z from 'zod';

/** No secret, certificate or token is as long; what is was named by mistake. */
const FILE_BYTES_MAX = 256 * 1024;

/** Marks a variable that may also come from a file: `NAME_FILE` then holds the path of it. */
export const secret = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({ ...schema.meta(), secret: true });

export const isSecret = (schema: z.core.$ZodType): boolean =>
  z.globalRegistry.get(schema)?.['secret'] === true;

export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  /** Never holds what is in the file. */
  | { readonly kind: 'problem'; readonly problem: string };

/** A small file's text without the line break at its end, as editors and `echo` leave one. */
export function readSmallFile(path: string): FileText {
  try {
    // A pipe that nobody writes to is not waited for.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      // A device or a pipe need not end.
      if (!stat.isFile() && !stat.isDirectory()) return problem('it is no plain file');
      if (stat.size > FILE_BYTES_MAX)
        return problem(`the file is larger than ${FILE_BYTES_MAX} bytes`);
      const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      return text.trim() === '' ? problem('the file is empty') : { kind: 'text', text };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return problem(`the file cannot be read (${typeof code === 'string' ? code : 'no code'})`);
  }
}

const problem = (text: string): FileText => ({ kind: 'problem', problem: text });

/** A variable that names a file, read at the start. */
export const fileText = () =>
  z.string().transform((path, context) => {
    const read = readSmallFile(path);
    if (read.kind === 'text') return read.text;
    context.addIssue({ code: 'custom', message: read.problem });
    return z.NEVER;
  });

/** A token for each time it is shown. Throws, with the variable's name, when the file cannot be read then. */
export type TokenSource = () => string;

/** A variable that names a file whose content others replace: read at each use, and once at the start to see that it can be. */
export const tokenFile = (name: string) =>
  z.string().transform((path, context): TokenSource => {
    const first = readSmallFile(path);
    if (first.kind === 'problem') context.addIssue({ code: 'custom', message: first.problem });
    return () => {
      const read = readSmallFile(path);
      if (read.kind === 'text') return read.text;
      throw new Error(`${name}: ${read.problem}`);
    };
  });
