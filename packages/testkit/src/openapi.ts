import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/**
 * Checks values against the named component schemas of an OpenAPI 3.1 document, with a validator that
 * shares nothing with the library the document was made by. Returns the problems, none when it fits.
 */
export function openapiValidator(document: { readonly components: { readonly schemas: object } }) {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  ajv.addKeyword('components');
  ajv.addSchema({ components: { schemas: document.components.schemas } }, 'openapi');
  return (name: string, value: unknown): readonly string[] => {
    const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
    if (validate === undefined) throw new Error(`no schema named ${name}`);
    return validate(value) === true ? [] : ajv.errorsText(validate.errors).split(', ');
  };
}
