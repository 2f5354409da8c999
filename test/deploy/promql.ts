import { parser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** What one PromQL expression asks for. */
export interface Asked {
  /** Where it is no PromQL. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels of `by`, `without`, `on`, `ignoring`. */
  readonly grouping: readonly string[];
}

export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
  /** The nearest aggregation around it and what it groups by; null: none. */
  readonly within: { readonly by: readonly string[]; readonly operator: string } | null;
}

/** The only file that knows the grammar: Prometheus' own, as its web page uses it. */
export function asked(expression: string): Asked {
  const errors: string[] = [];
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  const textOf = ({ from, to }: { readonly from: number; readonly to: number }): string =>
    expression.slice(from, to);
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError)
        errors.push(`at ${node.from}: ${textOf(node) || 'something is missing'}`);
      if (node.name === 'VectorSelector') selectors.push(selectorOf(node.node, textOf));
      if (node.name === 'GroupingLabels') grouping.push(...within(node.node, 'LabelName', textOf));
    },
  });
  return { errors, selectors, grouping };
}

type TextOf = (at: { readonly from: number; readonly to: number }) => string;

const selectorOf = (node: SyntaxNode, textOf: TextOf) => ({
  metric: within(node, 'Identifier', textOf)[0] ?? '',
  labels: within(node, 'LabelName', textOf),
  within: aggregationOf(node, textOf),
});

function aggregationOf(node: SyntaxNode, textOf: TextOf): Selector['within'] {
  const parent = node.parent;
  if (parent === null) return null;
  if (parent.name !== 'AggregateExpr') return aggregationOf(parent, textOf);
  const operator = parent.getChild('AggregateOp');
  const modifier = parent.getChild('AggregateModifier');
  return {
    operator: operator === null ? '' : textOf(operator),
    by: modifier === null ? [] : within(modifier, 'LabelName', textOf),
  };
}

/** The texts of all nodes of this name below a node. */
function within(node: SyntaxNode, name: string, textOf: TextOf): string[] {
  const found: string[] = [];
  node.cursor().iterate((at) => {
    if (at.name === name) found.push(textOf(at));
  });
  return found;
}
