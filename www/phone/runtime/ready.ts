/**
 * `ready` of components, which glass-easel leaves to its host: once for each that came into the
 * tree, children before their parents.
 */
import { Component, type Element, type GeneralComponent } from "glass-easel";

export class ReadyQueue {
  /** Parents come before their children, as they are attached. */
  #waiting: GeneralComponent[] = [];

  add(node: GeneralComponent): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.flush());
    this.#waiting.push(node);
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    // A parent is ready when nothing more of it follows.
    const open: GeneralComponent[] = [];
    for (const node of waiting) {
      for (let last = open.at(-1); last && !isInside(node, last); last = open.at(-1)) {
        open.pop();
        last.triggerLifetime("ready", []);
      }
      open.push(node);
    }
    for (const node of open.reverse()) node.triggerLifetime("ready", []);
  }
}

function isInside(node: GeneralComponent, ancestor: GeneralComponent): boolean {
  for (let at: Element | null = node; at;) {
    if (at === ancestor) return true;
    const owner: GeneralComponent | undefined = at.ownerShadowRoot?.getHostNode();
    at = at.parentNode ?? (owner && owner !== at && Component.isComponent(owner) ? owner : null);
  }
  return false;
}
