/**
 * `__webviewId__` and `__nodeId__`, with which frameworks name instances: the page, and the component
 * in it, 0 being the page itself. An object that carries both stands for the instance that has them.
 */
import type { GeneralComponent } from "glass-easel";
import type { Instance } from "./instance";

export interface Ids {
  __webviewId__: number;
  __nodeId__: number;
}

let pages = 0;
let components = 0;
const nodes = new Map<string, GeneralComponent>();

/** Gives a new instance its ids; those of the components around are given. */
export function giveIds(instance: Instance, node: GeneralComponent): void {
  const owner = node.ownerShadowRoot?.getHostNode().getMethodCaller() as Partial<Ids> | undefined;
  instance.__webviewId__ = owner?.__webviewId__ ?? ++pages;
  instance.__nodeId__ = owner ? ++components : 0;
  nodes.set(key(instance as unknown as Ids), node);
}

/** An instance that is gone is not to be found any more. */
export function forgetIds(instance: Instance): void {
  nodes.delete(key(instance as unknown as Ids));
}

/** The component with the ids that an object carries, itself or from its prototype. */
export function nodeWithIds(carrier: object): GeneralComponent | undefined {
  return nodes.get(key(carrier as Ids));
}

function key({ __webviewId__, __nodeId__ }: Ids): string {
  return `${__webviewId__} ${__nodeId__}`;
}
