/**
 * Fallback content of slots: shown while nobody fills the slot. The compiler puts it into an element
 * `<slot-fallback>` behind its slot. That is a component without an element in the document and with
 * a slot of the dynamic kind: its content is only made while the component has a slot.
 */
import { Component, Element, type ComponentSpace, type GeneralComponent, type Node } from "glass-easel";

/** Fallbacks in the document, and the slot that shows their content while it is shown. */
const fallbacks = new Map<GeneralComponent, Element | undefined>();

/** No template of a project can name it: their tags have a prefix. */
export function defineSlotFallback(space: ComponentSpace): void {
  const definition = space.defineComponent({
    is: "tt://slot-fallback",
    options: { virtualHost: true, dynamicSlots: true },
    template: { content: () => () => ({ C: () => {}, B: {} }) },
    lifetimes: {
      attached(this: GeneralComponent) {
        fallbacks.set(this, undefined);
        update(this);
      },
      detached(this: GeneralComponent) {
        fallbacks.delete(this);
      },
    },
  } as never);
  space.setGlobalUsingComponent("slot-fallback", definition as never);
}

/** Shows and hides fallbacks after slots were filled or emptied; whether there was anything to do. */
export function updateFallbacks(): boolean {
  let changed = false;
  for (const fallback of fallbacks.keys()) changed = update(fallback) || changed;
  return changed;
}

function update(fallback: GeneralComponent): boolean {
  const shown = fallbacks.get(fallback);
  const filled = isFilled(slotOf(fallback)?.slotNodes);
  if (filled === (shown === undefined)) return false;
  const tree = fallback.getShadowRoot();
  if (!tree) return false;
  if (shown) {
    fallbacks.set(fallback, undefined);
    tree.removeChild(shown);
  } else {
    const slot = tree.createVirtualNode("slot");
    Element.setSlotName(slot, "");
    fallbacks.set(fallback, slot);
    tree.appendChild(slot);
  }
  tree.applySlotUpdates();
  return true;
}

/** The slot whose fallback this is: the node before it. */
function slotOf(fallback: GeneralComponent): Element | undefined {
  const before = fallback.parentNode?.childNodes[fallback.parentIndex - 1];
  const element = before?.asElement() ?? undefined;
  return element && Element.getSlotName(element) !== undefined ? element : undefined;
}

/** Whether there is anything to show. The children of a `tt:if` and its like stand beside it in the list. */
function isFilled(nodes: readonly Node[] | undefined): boolean {
  return (
    nodes?.some((node) => {
      const element = node.asElement();
      if (!element) return node.asTextNode()?.textContent.trim() !== "";
      if (fallbacks.has(element as GeneralComponent))
        return fallbacks.get(element as GeneralComponent) !== undefined;
      if (Element.getInheritSlots(element)) return false;
      // A slot of the component around, whose content is handed on.
      if (Element.getSlotName(element) !== undefined) return isFilled(element.slotNodes);
      return Component.isComponent(element) || !element.isVirtual() || isFilled(element.childNodes);
    }) ?? false
  );
}
