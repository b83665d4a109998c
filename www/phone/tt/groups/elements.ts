/** How a context finds the component that it is about: when it is used, for a page may render it later. */
import type { Phone } from "../../phone";
import { builtInOf } from "../../components/support/builtin";
import { nodeOf } from "../../runtime/node";

/** Where a selector looks: in a component's own element, or in the page on top. */
function scope(phone: Phone, component: unknown): Element {
  const element: unknown = nodeOf(component ?? phone.currentPage())?.$$;
  return element instanceof Element ? element : phone.screen;
}

/** The built-in component with a tag and an id; `id` is the element itself where a selector query found it. */
export function findById(
  phone: Phone,
  tag: string,
  id: string | HTMLElement,
  component?: unknown,
): HTMLElement | undefined {
  if (typeof id === "object") return id;
  const found = scope(phone, component).querySelector(`tt-${tag}#${CSS.escape(id)}`);
  return found instanceof HTMLElement ? found : undefined;
}

/** The built-in component with a tag and an attribute of this value. */
export function findByProperty(
  phone: Phone,
  tag: string,
  name: string,
  value: string,
  component?: unknown,
): HTMLElement | undefined {
  for (const each of scope(phone, component).querySelectorAll<HTMLElement>(`tt-${tag}`)) {
    if (propertyOf(each, name) === value) return each;
  }
  return undefined;
}

/** What a page gave a built-in component. */
export function propertyOf(element: Element, name: string): unknown {
  return (builtInOf(element)?.self.props as Record<string, unknown> | undefined)?.[name];
}
