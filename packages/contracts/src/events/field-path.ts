import { excerpt } from '../excerpt.ts';

const SHOWN_MAX = 40;

/** Without dots and brackets, which separate the parts of a path. */
const PLAIN_KEY = /^[\w-]{1,40}$/;

/** How a map's key stands in a path: quoted unless it is a plain word. */
export const pathOfKey = (name: string): string => (PLAIN_KEY.test(name) ? name : shown(name));

/** Enough of a wrong word to find it, never all of a long one; quoted, so that it stays on its line. */
export const shown = (value: string, max = SHOWN_MAX): string =>
  JSON.stringify(excerpt(value, max));

/** The names and places that a field's path is made of: of `charges[2]."a.b"` charges, 2 and a.b. */
export function segmentsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(SEGMENT)].map(([segment, place]) => {
    if (place !== undefined) return Number(place);
    return segment.startsWith('"') && segment.endsWith('"') ? unquoted(segment) : segment;
  });
}

/** A place, a quoted name, a plain one. */
const SEGMENT = /\[(\d+)\]|"(?:[^"\\]|\\.)*"|[^.[\]]+/g;

/** As it stands when it is no JSON, as where a path was cut. */
function unquoted(segment: string): string {
  try {
    return String(JSON.parse(segment));
  } catch {
    return segment;
  }
}
