import * as z from 'zod';

/** `problems` holds one line per wrong variable, each starting with its name; never a value. */
export type ConfigResult<Value> =
  | { readonly kind: 'valid'; readonly config: Value }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/**
 * Reads the variables named in `shape` from an environment. A variable set to nothing counts as not
 * set, because compose files and shells pass `NAME=` for "no value".
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigResult<z.output<z.ZodObject<Shape>>> {
  const values = Object.fromEntries(
    Object.keys(shape)
      .map((name) => [name, environment[name]] as const)
      .filter(([, text]) => text !== undefined && text.trim() !== ''),
  );
  const parsed = z.object(shape).safeParse(values);
  if (parsed.success) return { kind: 'valid', config: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name}: ${name in values ? message : 'is not set'}`;
  });
  return { kind: 'invalid', problems };
}

/** The variables of `shape` for `--help`: name, meaning and default, one per line. */
export function describeConfig(shape: z.ZodRawShape): string {
  const { properties = {} } = z.toJSONSchema(z.object(shape), { unrepresentable: 'any' });
  const names = Object.keys(properties);
  const width = Math.max(0, ...names.map((name) => name.length));
  return names.map((name) => `  ${name.padEnd(width)}  ${meaning(properties[name])}`).join('\n');
}

function meaning(property: boolean | z.core.JSONSchema.BaseSchema | undefined): string {
  if (typeof property !== 'object') return '';
  const { description = '', default: fallback } = property;
  const scalar = typeof fallback === 'string' || typeof fallback === 'number';
  return scalar ? `${description} [${fallback}]` : description;
}
