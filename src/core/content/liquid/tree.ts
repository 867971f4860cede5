import type { Template, Value } from 'liquidjs';

// What our compiler reads of liquidjs's parse tree. liquidjs declares some of these fields private; this file is the only
// place that says otherwise, and the property test in test/content fails when an upgrade changes them.

export type ValueToken = {
  readonly kind: number;
  readonly content?: unknown;
  getText(): string;
  /** The text that it stands in, and where. */
  readonly input: string;
  readonly begin: number;
  // A path: `props` name the way, from `variable` when it starts at a literal.
  readonly variable?: ValueToken;
  readonly props?: readonly ValueToken[];
  // A range.
  readonly lhs?: ValueToken;
  readonly rhs?: ValueToken;
  // An operator.
  readonly operator?: string;
};

export type FilterNode = {
  readonly name: string;
  readonly raw: boolean;
  readonly handler: (this: object, value: unknown, ...args: unknown[]) => unknown;
  readonly args: readonly (ValueToken | readonly [name: string, value: ValueToken | undefined])[];
  readonly token: ValueToken;
};

export type ValueNode = {
  readonly initial: { readonly postfix: readonly ValueToken[] };
  readonly filters: readonly FilterNode[];
};

export type Branch = {
  readonly value: ValueNode;
  readonly values: readonly ValueToken[];
  readonly templates: readonly Node[];
};

/** One node; which fields are there depends on its name (`html` and `output` for what is no tag). */
export type Node = {
  readonly name?: string;
  readonly token: ValueToken & { readonly args?: string };
  readonly str?: string;
  readonly value?: ValueNode;
  readonly key?: string;
  readonly variable?: string;
  readonly collection?: ValueToken;
  readonly hash?: { readonly hash: Readonly<Record<string, ValueToken | undefined>> };
  readonly args?: { readonly hash: Readonly<Record<string, ValueToken | undefined>> };
  readonly templates?: readonly Node[];
  readonly elseTemplates?: readonly Node[];
  readonly branches?: readonly Branch[];
  readonly candidates?: readonly ValueToken[];
  readonly group?: ValueToken;
  readonly tokens?: readonly ValueToken[];
};

export function nodesOf(templates: readonly Template[]): readonly Node[] {
  return templates as unknown as readonly Node[];
}

export function valueNode(value: Value): ValueNode {
  return value as unknown as ValueNode;
}

/** Every node below and including `nodes`, in source order. */
export function* walk(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node;
    for (const branch of node.branches ?? []) yield* walk(branch.templates);
    yield* walk(node.templates ?? []);
    yield* walk(node.elseTemplates ?? []);
  }
}
