/**
 * `provide` and `inject` of components: values that reach all descendants, of which each takes those
 * of its nearest ancestor.
 */
import { Component, type Element, type GeneralComponent } from "glass-easel";

export type Provided = Record<PropertyKey, unknown>;
/** `["a"]`, or `{ name: "a" }`, or `{ name: { from: "a", default: 1 } }`. */
export type Inject = PropertyKey[] | Record<string, PropertyKey | Rule>;
interface Rule {
  from?: PropertyKey;
  default?: unknown;
}

/** Made when somebody first asks: by then the component has its data. */
const makers = new WeakMap<Element, () => Provided>();
const provided = new WeakMap<Element, Provided>();
const asked = new WeakMap<Element, Inject[]>();

export const provide = {
  /** Sets what a component provides, and what it and its behaviors ask for; what comes later wins. */
  start(node: GeneralComponent, values: (() => Provided) | undefined, inject: Inject[]): void {
    if (values) makers.set(node, values);
    if (inject.length > 0) asked.set(node, inject);
  },

  change(node: GeneralComponent, values: Provided): void {
    provided.set(node, { ...valuesOf(node), ...values });
  },

  injected(node: GeneralComponent): Provided {
    const entries = (asked.get(node) ?? []).flatMap((inject): (readonly [PropertyKey, Rule])[] =>
      Array.isArray(inject)
        ? inject.map((key) => [key, { from: key }] as const)
        : Object.entries(inject).map(
            ([name, rule]) => [name, typeof rule === "object" ? rule : { from: rule }] as const,
          ),
    );
    const values: Provided = {};
    for (const [name, rule] of entries) {
      values[name] = find(node, rule.from ?? name, "default" in rule ? rule.default : undefined);
    }
    return values;
  },
};

function valuesOf(node: Element): Provided | undefined {
  const made = makers.get(node);
  if (made) {
    makers.delete(node);
    provided.set(node, { ...made() });
  }
  return provided.get(node);
}

function find(node: GeneralComponent, key: PropertyKey, missing: unknown): unknown {
  for (let at: Element | null = parent(node); at; at = parent(at)) {
    const values = valuesOf(at);
    if (values && key in values) return values[key];
  }
  return missing;
}

/** The next element up: through a component's template to the component itself. */
function parent(node: Element): Element | null {
  if (node.parentNode) return node.parentNode;
  const host = node.ownerShadowRoot?.getHostNode();
  return host && host !== node && Component.isComponent(host) ? host : null;
}
