/** What `setData` cost each page, with the components in it. */
import type { GeneralComponent } from "glass-easel";
import type { SetDataCost } from "../../shared/bridge";

const costs = new WeakMap<GeneralComponent, SetDataCost>();

/** What a page has cost until now, by its root. */
export function costOf(root: GeneralComponent): SetDataCost {
  return costs.get(root) ?? { calls: 0, bytes: 0, time: 0 };
}

/** Adds to what the page of a component has cost. */
export function addCost(
  node: GeneralComponent,
  { calls = 0, bytes = 0, time = 0 }: Partial<SetDataCost>,
): void {
  const root = rootOf(node);
  const cost = costOf(root);
  costs.set(root, { calls: cost.calls + calls, bytes: cost.bytes + bytes, time: cost.time + time });
}

function rootOf(node: GeneralComponent): GeneralComponent {
  let root = node;
  for (let owner = root.ownerShadowRoot; owner; owner = root.ownerShadowRoot) root = owner.getHostNode();
  return root;
}
