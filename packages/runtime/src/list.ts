import * as z from 'zod';

/** A comma-separated list; spaces around the items and empty items are dropped. */
export function list(what: string, item: RegExp) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .refine((parts) => parts.every((part) => item.test(part)), `must be a comma list of ${what}`);
}
