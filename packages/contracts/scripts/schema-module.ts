import { FAMILIES } from '@portal/projection';
import { schemaText } from './golden.ts';

/**
 * The module that carries the schemas into the code, so that no service has to find files at run time
 * and jest, tsx and the bundler need no loader for .avsc. The test compares it with schemas/.
 */
export function schemaModule(schemas: string): string {
  const entries = FAMILIES.map(
    (family) => `  ${family}:\n    ${quoted(schemaText(schemas, family))},`,
  );
  return [
    "import { type Family } from '@portal/projection';",
    '',
    '/** Written by packages/contracts/scripts/golden-schema.ts from schemas/*.avsc: never edit it. */',
    'export const SCHEMA_TEXTS: Readonly<Record<Family, string>> = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}

/** As the formatter writes it: in single quotes, unless that costs more escapes. */
const quoted = (text: string): string => {
  const singles = text.split("'").length - 1;
  const doubles = text.split('"').length - 1;
  const quote = singles > doubles ? '"' : "'";
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
};
