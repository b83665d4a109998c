/**
 * The built-in components, `view` to `rtc-room`, one file each. The runtime calls
 * {@link registerComponents} once, before the first page is made.
 *
 * A tag of a template is compiled to `tt-TAG`, so `view` is put into the space with
 * `space.setGlobalUsingComponent("tt-view", …)`: a definition made with `space.define…`, or the name
 * of an element where the browser needs no help. What the runtime does for all components, so that
 * none has to: `tap`, `longpress`, `longtap` and touch events, `id`, `class`, `style`, `data-*`,
 * `mark:*`, `bind*` and `catch*`. A component raises its own events with `triggerEvent(name, detail)`
 * of its glass-easel element and stops what native controls inside it would let bubble.
 */
import type { ComponentSpace, GeneralBehavior } from "glass-easel";
import type { Phone } from "../phone";

/** What the runtime has to know of the built-in components. */
export interface BuiltIns {
  /** By tag as in the source (`view`): what it may be given beside what every tag may. */
  attributes: Record<string, readonly string[]>;
  /** By address (`tt://form-field`): behaviors that a page's own components can name. */
  behaviors: Record<string, GeneralBehavior>;
}

/**
 * What selector queries ask of an element beyond its box. A component that has some of it sets it as
 * the property `query` of its DOM element (`element.$$`).
 */
export interface QueryHooks {
  /** What scrolls, where that is not the element itself: for `scrollOffset`. */
  scroller?: HTMLElement;
  /** For `context()`: a `VideoContext`, a `CanvasContext`. */
  context?: unknown;
  /** For `node()`: a canvas. */
  node?: unknown;
}

/** Puts all built-in components into the space of the mini-program. */
export function registerComponents(_phone: Phone, _space: ComponentSpace): BuiltIns {
  return { attributes: {}, behaviors: {} };
}
