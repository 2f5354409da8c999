import { type AvroNode, type ScalarNode } from './schema.ts';

/** A type in a producer's words: `a double`, `a long as timestamp-millis`, `a union of null and a record`. */
export function describe(node: AvroNode): string {
  switch (node.kind) {
    case 'scalar':
      return scalar(node);
    case 'enum':
      return 'an enum';
    case 'array':
      return 'a list (array)';
    case 'map':
      return 'a map';
    case 'record':
      return 'a record';
    case 'union':
      return `a union of ${listed(node.branches.map((branch) => shallow(branch)))}`;
    default:
      return node satisfies never;
  }
}

const shallow = (node: AvroNode): string => (node.kind === 'union' ? 'a union' : describe(node));

function scalar({ type, logical, scale }: ScalarNode): string {
  if (type === 'null') return 'null';
  const bare = type === 'bytes' ? type : `${type === 'int' ? 'an' : 'a'} ${type}`;
  if (logical === null) return type === 'long' || type === 'int' ? `a plain ${type}` : bare;
  if (logical === 'decimal' && scale === null) return `${bare} as decimal without a precision`;
  return `${bare} as ${LOGICAL.test(logical) ? logical : 'something unknown'}`;
}

/** What stands there is foreign text, and shown to people. */
const LOGICAL = /^[\w.-]{1,40}$/;
const BRANCHES_MAX = 5;

function listed(branches: readonly string[]): string {
  const shown = branches.slice(0, BRANCHES_MAX);
  const more = branches.length - shown.length;
  const last = more > 0 ? `${more} more` : shown.pop();
  return shown.length === 0 ? String(last) : `${shown.join(', ')} and ${String(last)}`;
}
