/** `createIntersectionObserver`: tells when nodes come into sight, of the window or of another node. */
import type { Element, GeneralComponent } from "glass-easel";
import { domOf } from "./selector";
import { pageWindow } from "./window";

export interface ObserverOptions {
  thresholds?: number[];
  initialRatio?: number;
  observeAll?: boolean;
}
export interface Margins {
  left?: number;
  right?: number;
  top?: number;
  bottom?: number;
}
interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  width: number;
  height: number;
}
export interface Intersection {
  id: string;
  dataset: Record<string, unknown>;
  intersectionRatio: number;
  boundingClientRect: Box;
  intersectionRect: Box;
  relativeRect: Box;
  time: number;
}

export class IntersectionObserver {
  readonly #root: GeneralComponent | undefined;
  readonly #options: Required<ObserverOptions>;
  #relativeTo: string | null = null;
  #margins: Margins = {};
  #observers: globalThis.IntersectionObserver[] = [];

  /** `root` is the page or component in whose template to look. */
  constructor(root: GeneralComponent | undefined, options: ObserverOptions = {}) {
    this.#root = root;
    this.#options = { thresholds: [0], initialRatio: 0, observeAll: false, ...options };
  }

  relativeTo(selector: string, margins: Margins = {}): this {
    this.#relativeTo = selector;
    this.#margins = margins;
    return this;
  }

  relativeToViewport(margins: Margins = {}): this {
    this.#relativeTo = null;
    this.#margins = margins;
    return this;
  }

  observe(selector: string, callback: (intersection: Intersection) => void): void {
    const tree = this.#root?.getShadowRoot();
    const found = this.#options.observeAll ? tree?.querySelectorAll(selector) : tree?.querySelector(selector);
    const targets = found ? [found].flat() : [];
    const place = pageWindow(this.#root);
    const reference = this.#relativeTo === null ? null : tree?.querySelector(this.#relativeTo);
    const root = (reference && domOf(reference)) ?? place?.window ?? null;
    const { top = 0, right = 0, bottom = 0, left = 0 } = this.#margins;
    for (const target of targets) {
      const dom = domOf(target);
      if (!dom) continue;
      let ratio = this.#options.initialRatio;
      const observer = new globalThis.IntersectionObserver(
        (entries) => {
          for (const entry of entries) {
            const before = ratio;
            ratio = entry.isIntersecting ? Math.max(entry.intersectionRatio, Number.MIN_VALUE) : 0;
            // The browser tells the first state always, the platform where it crosses a threshold.
            if (!this.#options.thresholds.some((threshold) => crosses(before, entry, threshold))) continue;
            callback(intersection(target, entry, pageWindow(this.#root)?.rect));
          }
        },
        {
          // Only what contains a node can be asked about; for others, the window stands in.
          root: root?.contains(dom) ? root : (place?.window ?? null),
          rootMargin: `${top}px ${right}px ${bottom}px ${left}px`,
          threshold: this.#options.thresholds,
        },
      );
      observer.observe(dom);
      this.#observers.push(observer);
    }
  }

  disconnect(): void {
    for (const observer of this.#observers.splice(0)) observer.disconnect();
  }
}

function crosses(before: number, entry: IntersectionObserverEntry, threshold: number): boolean {
  const met = before > 0 && before >= threshold;
  return met !== (entry.isIntersecting && entry.intersectionRatio >= threshold);
}

function intersection(
  target: Element,
  entry: IntersectionObserverEntry,
  origin = new DOMRect(),
): Intersection {
  const box = ({ left, top, width, height }: DOMRectReadOnly): Box => {
    const x = left - origin.left;
    const y = top - origin.top;
    return { left: x, top: y, right: x + width, bottom: y + height, width, height };
  };
  return {
    id: target.id,
    dataset: { ...target.dataset } as Record<string, unknown>,
    intersectionRatio: entry.intersectionRatio,
    boundingClientRect: box(entry.boundingClientRect),
    intersectionRect: box(entry.intersectionRect),
    relativeRect: box(entry.rootBounds ?? new DOMRect()),
    time: entry.time,
  };
}
