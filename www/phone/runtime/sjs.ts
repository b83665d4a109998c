/**
 * What view scripts (sjs) get that handle events or observe attributes: elements whose look they can
 * change without a detour through the page's data. What they have beside the language (`getRegExp`,
 * `getDate`) the compiler puts into the template.
 */
import { Component, type Element, type GeneralComponent } from "glass-easel";
import { inlineStyle } from "../inline-style";

/** A component as view scripts see it: its look can be changed without `setData`. */
export interface ViewInstance {
  selectComponent(selector: string): ViewInstance | null;
  selectAllComponents(selector: string): ViewInstance[];
  setStyle(style: string | Record<string, string>): ViewInstance;
  addClass(names: string): ViewInstance;
  removeClass(names: string): ViewInstance;
  hasClass(name: string): boolean;
  getDataset(): Record<string, unknown>;
  callMethod(name: string, argument?: unknown): void;
  requestAnimationFrame(callback: () => void): number;
  getState(): Record<string, unknown>;
  triggerEvent(name: string, detail?: unknown): void;
}

const instances = new WeakMap<Element, ViewInstance>();
/** Its own part of an element's style and classes, which the template does not touch. */
const SEGMENT = 3;

/** What a view script gets for an element: the same object each time, since it keeps state in it. */
export function ownerInstance(element: Element): ViewInstance {
  const known = instances.get(element);
  if (known) return known;
  const host = Component.isComponent(element) ? (element as GeneralComponent) : undefined;
  const root = host?.getShadowRoot() ?? element.ownerShadowRoot;
  const state: Record<string, unknown> = {};
  const instance: ViewInstance = {
    selectComponent(selector) {
      const found = root?.querySelector(selector);
      return found ? ownerInstance(found) : null;
    },
    selectAllComponents: (selector) => (root?.querySelectorAll(selector) ?? []).map(ownerInstance),
    setStyle(style) {
      const text =
        typeof style === "string"
          ? style
          : Object.entries(style)
              .map(([name, value]) => `${dashed(name)}:${value}`)
              .join(";");
      element.setNodeStyle(inlineStyle(text, element.ownerShadowRoot?.getHostNode().is), SEGMENT);
      return instance;
    },
    addClass(names) {
      element.toggleNodeClass(names, true, SEGMENT);
      return instance;
    },
    removeClass(names) {
      element.toggleNodeClass(names, false, SEGMENT);
      return instance;
    },
    hasClass: (name) =>
      element.classList?.contains(name, SEGMENT) || element.classList?.contains(name) || false,
    getDataset: () => element.dataset as Record<string, unknown>,
    callMethod(name, argument) {
      const caller = host?.getMethodCaller() as Record<string, unknown> | undefined;
      const method = caller?.[name];
      if (typeof method === "function") method.call(caller, argument);
    },
    requestAnimationFrame: (callback) => requestAnimationFrame(callback),
    getState: () => state,
    triggerEvent: (name, detail) => element.triggerEvent(name, detail),
  };
  instances.set(element, instance);
  return instance;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
