import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Described {
  readonly components: { readonly schemas: object };
}

/**
 * Checks values against the named component schemas of an OpenAPI 3.1 document, with a validator that
 * shares nothing with the library the document was made by. Returns the problems, none when it fits.
 * The document lets answers grow; what is answered today must be described, in the order it comes in.
 */
export function openapiValidator(document: Described) {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  ajv.addKeyword('components');
  ajv.addSchema({ components: { schemas: document.components.schemas } }, 'openapi');
  return (name: string, value: unknown): readonly string[] => {
    const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
    if (validate === undefined) throw new Error(`no schema named ${name}`);
    const problems = validate(value) === true ? [] : ajv.errorsText(validate.errors).split(', ');
    return [...problems, ...undescribed({ $ref: `/${name}` }, value, name, document)];
  };
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Fields that the schema does not name, or names in another order. */
function undescribed(schema: Schema, value: unknown, at: string, document: Described): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { properties, items, anyOf } = resolved(schema, document);
  const others = (anyOf ?? []).flatMap((each) => undescribed(each, value, at, document));
  if (Array.isArray(value)) {
    const own = items === undefined ? [] : value;
    return [...others, ...own.flatMap((each) => undescribed(items!, each, `${at}[]`, document))];
  }
  if (properties === undefined) return others;
  const given = Object.keys(value);
  const known = Object.keys(properties).filter((key) => key in value);
  const wrong = given.filter((key, index) => key !== known[index]);
  return [
    ...others,
    ...wrong.map((key) => `${at}.${key} is not described there`),
    ...Object.entries(value).flatMap(([key, each]) =>
      undescribed(properties[key] ?? {}, each, `${at}.${key}`, document),
    ),
  ];
}

function resolved(schema: Schema, document: Described): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name === undefined) return schema;
  return (document.components.schemas as Readonly<Record<string, Schema>>)[name] ?? {};
}
