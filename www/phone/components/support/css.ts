/** Lengths and classes of a page, for elements inside a component that the page cannot reach. */
import type { GeneralComponent } from "glass-easel";
import { inlineStyle as toCss } from "../../inline-style";

/** A style that a page gave a built-in component, for an element in it. */
export function ownCss(component: GeneralComponent, style: string): string {
  return toCss(style, component.ownerShadowRoot?.getHostNode().is);
}

/** A length as attributes have them: a bare number is in pixels. */
export function length(value: string | number): string {
  const text = String(value).trim();
  return /^-?\d*\.?\d+$/.test(text) ? `${text}px` : toCss(text);
}

/** A length in pixels; `0` for what is none. */
export function pixels(value: string | number): number {
  const [, number, unit] = /^\s*(-?\d*\.?\d+)(px|rpx|vw|vh|)\s*$/i.exec(String(value)) ?? [];
  if (number === undefined) return 0;
  switch (unit?.toLowerCase()) {
    case "rpx":
      return (Number(number) * innerWidth) / 750;
    case "vw":
      return (Number(number) * innerWidth) / 100;
    case "vh":
      return (Number(number) * innerHeight) / 100;
    default:
      return Number(number);
  }
}

/**
 * Class names as the style sheets of the template that `component` stands in have them: those of a
 * custom component are kept apart by a prefix.
 */
export function classes(component: GeneralComponent, names: string): string {
  const owner = component.ownerShadowRoot?.getHostNode();
  const options = owner?.getComponentOptions();
  const manager = owner?.getOwnerSpace().styleScopeManager;
  const prefixes = [options?.styleScope, options?.extraStyleScope].map((scope) =>
    typeof scope === "number" ? manager?.queryName(scope) : undefined,
  );
  const scoped = prefixes.filter(Boolean);
  return names
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((name) => (scoped.length > 0 ? scoped.map((prefix) => `${prefix}--${name}`) : [name]))
    .join(" ");
}
