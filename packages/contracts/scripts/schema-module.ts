import { TOPIC_NAMES } from '@portal/contracts';
import { schemaText } from './golden.ts';

/**
 * The module that carries the schemas into the code, so that no service has to find files at run time
 * and jest, tsx and the bundler need no loader for .avsc. The test compares it with schemas/.
 */
export function schemaModule(schemas: string): string {
  const entries = TOPIC_NAMES.map(
    (name) => `  ${name}:\n    ${quoted(schemaText(schemas, name))},`,
  );
  return [
    "import { type TopicName } from './topics.ts';",
    '',
    '/** Written by packages/contracts/scripts/golden-schema.ts from schemas/*.avsc: never edit it. */',
    'export const SCHEMA_TEXTS: Readonly<Record<TopicName, string>> = {',
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
