import * as z from 'zod';
import { isSecret, readSmallFile } from './secrets.ts';

/** `problems` holds one line per wrong variable, each starting with its name; never a value. */
export type ConfigResult<Value> =
  | { readonly kind: 'valid'; readonly config: Value }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/**
 * Reads the variables named in `shape` from an environment. A variable set to nothing counts as not
 * set, because compose files and shells pass `NAME=` for "no value". A secret may come from the file that
 * `NAME_FILE` names instead.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigResult<z.output<z.ZodObject<Shape>>> {
  const given = new Map(
    Object.entries(shape).map(([name, schema]) => [name, lookUp(name, schema, environment)]),
  );
  const values = Object.fromEntries(
    [...given].flatMap(([name, one]) => (one.kind === 'text' ? [[name, one.text]] : [])),
  );
  const parsed = z.object(shape).safeParse(values);
  const unusable = [...given.values()].flatMap((one) => (one.kind === 'problem' ? [one.text] : []));
  if (parsed.success && unusable.length === 0) return { kind: 'valid', config: parsed.data };
  const problems = (parsed.error?.issues ?? []).flatMap(({ path, message }) => {
    const name = String(path[0]);
    const one = given.get(name) ?? { kind: 'none' };
    switch (one.kind) {
      case 'text':
        return [`${one.from}: ${message}`];
      case 'none':
        return [`${name}: is not set`];
      case 'problem':
        return [];
      default:
        return one satisfies never;
    }
  });
  return { kind: 'invalid', problems: [...unusable, ...problems] };
}

type Given =
  | { readonly kind: 'none' }
  /** `from` is the variable it came by. */
  | { readonly kind: 'text'; readonly text: string; readonly from: string }
  | { readonly kind: 'problem'; readonly text: string };

function lookUp(
  name: string,
  schema: z.core.$ZodType,
  environment: Readonly<Record<string, string | undefined>>,
): Given {
  const text = set(environment[name]);
  const from = `${name}_FILE`;
  const path = isSecret(schema) ? set(environment[from]) : null;
  if (path === null) return text === null ? { kind: 'none' } : { kind: 'text', text, from: name };
  if (text !== null)
    return { kind: 'problem', text: `${from}: ${name} is set, too; set one of them` };
  const read = readSmallFile(path);
  return read.kind === 'problem'
    ? { kind: 'problem', text: `${from}: ${read.problem}` }
    : { kind: 'text', text: read.text, from };
}

const set = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text;

/** The values of all parts, or every problem of any. */
export function together<Values extends Readonly<Record<string, unknown>>>(parts: {
  readonly [Name in keyof Values]: ConfigResult<Values[Name]>;
}): ConfigResult<Values> {
  const entries = Object.entries<ConfigResult<unknown>>(parts);
  const problems = entries.flatMap(([, part]) => (part.kind === 'invalid' ? part.problems : []));
  if (problems.length > 0) return { kind: 'invalid', problems };
  const values = entries.map(([name, part]) => [name, part.kind === 'valid' ? part.config : null]);
  return { kind: 'valid', config: Object.fromEntries(values) as Values };
}

/** The variables of `shape` for `--help`: name, meaning and default, one per line. */
export function describeConfig(shape: z.ZodRawShape): string {
  const { properties = {} } = z.toJSONSchema(z.object(shape), { unrepresentable: 'any' });
  const names = Object.keys(properties);
  const width = Math.max(0, ...names.map((name) => name.length));
  return names
    .map((name) => `  ${name.padEnd(width)}  ${meaning(name, properties[name])}`)
    .join('\n');
}

function meaning(
  name: string,
  property: boolean | z.core.JSONSchema.BaseSchema | undefined,
): string {
  if (typeof property !== 'object') return '';
  const { description = '', default: fallback } = property;
  if (property['secret'] === true) return `${description}; or ${name}_FILE, a file that holds it`;
  const scalar = typeof fallback === 'string' || typeof fallback === 'number';
  return scalar ? `${description} [${fallback}]` : description;
}
