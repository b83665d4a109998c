/** What `tt.createSelectorQuery` and `tt.createIntersectionObserver` are: on the page on top. */
import type { GeneralComponent } from "glass-easel";
import { nodeOf } from "../node";
import { IntersectionObserver, type ObserverOptions } from "./intersection";
import { SelectorQuery } from "./selector";
import { topPage } from "./window";

export { IntersectionObserver, SelectorQuery };

export function createSelectorQuery(): SelectorQuery {
  return new SelectorQuery(topPage() as GeneralComponent | undefined);
}

/** `component` is left out by most, who then get the page on top. */
export function createIntersectionObserver(
  component?: object | ObserverOptions,
  options?: ObserverOptions,
): IntersectionObserver {
  const node = nodeOf(component);
  return new IntersectionObserver(
    node ?? (topPage() as GeneralComponent | undefined),
    options ?? (node ? undefined : (component as ObserverOptions | undefined)),
  );
}
