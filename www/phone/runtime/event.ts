/** Events as a page's code gets them, made of glass-easel's. */
import { Component, type Element, type ShadowedEvent } from "glass-easel";
import { NODE } from "./node";

/** A finger, in the page's coordinates. */
export interface Touch {
  identifier: number;
  pageX: number;
  pageY: number;
  clientX: number;
  clientY: number;
  /** On a canvas: seen from its upper left. */
  x?: number;
  y?: number;
}

export interface PlatformEvent {
  type: string;
  timeStamp: number;
  target: EventNode;
  currentTarget: EventNode;
  mark: Record<string, unknown>;
  detail: unknown;
  touches?: Touch[];
  changedTouches?: Touch[];
  [key: string]: unknown;
}
export interface EventNode {
  id: string;
  dataset: Record<string, unknown>;
  tagName: string;
  readonly offsetLeft: number;
  readonly offsetTop: number;
}

export function platformEvent(raised: ShadowedEvent<unknown>): PlatformEvent {
  return {
    type: raised.type,
    timeStamp: Math.round(performance.now()),
    target: node(elementOf(raised.target)),
    currentTarget: node(elementOf(raised.currentTarget)),
    mark: { ...raised.mark },
    detail: raised.detail ?? {},
    ...raised.extraFields,
  };
}

/** glass-easel's element of what it hands out: an element, or the instance of a component. */
export function elementOf(target: object): Element {
  return ((target as Record<PropertyKey, unknown>)[NODE] as Element | undefined) ?? (target as Element);
}

/** The tag as the template has it. */
export function tagOf(element: Element): string {
  const is = Component.isComponent(element) ? element.tagName : ((element as { is?: string }).is ?? "");
  return is.replace(/^tt-/, "");
}

/** The places are worked out when they are asked for: that costs a layout. */
class EventNodeOf implements EventNode {
  declare readonly offsetLeft: number;
  declare readonly offsetTop: number;
  readonly id: string;
  readonly dataset: Record<string, unknown>;
  readonly tagName: string;

  constructor(element: Element) {
    this.id = element.id;
    this.dataset = { ...element.dataset };
    this.tagName = tagOf(element).toUpperCase();
    const dom = element.$$ as unknown as Partial<HTMLElement> | null;
    for (const name of ["offsetLeft", "offsetTop"] as const) {
      Object.defineProperty(this, name, {
        enumerable: true,
        configurable: true,
        get: () => dom?.[name] ?? 0,
      });
    }
  }
}

function node(element: Element): EventNode {
  return new EventNodeOf(element);
}
