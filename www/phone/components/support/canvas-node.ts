/**
 * A canvas as scripts have it: the node of a selector query, or an off-screen canvas. It is no element
 * of the document, as on a phone. A context takes it, and its images, wherever it takes a picture.
 */
import type { Phone } from "../../phone";
import { loadImage } from "../../images";

type Surface = HTMLCanvasElement | OffscreenCanvas;
type Method = (...values: unknown[]) => unknown;

/** What a node or an image stands for. */
const pictures = new WeakMap<object, CanvasImageSource>();

/** The browser's own picture behind a node or an image; anything else as it is. */
export function pictureOf(value: unknown): unknown {
  return (typeof value === "object" && value !== null && pictures.get(value)) || value;
}

/** Sets the font of a 2D context; where none of its families is there, a phone falls to its sans-serif, a browser to a serif face. */
export function setFont(paint: object, font: unknown): void {
  const prototype = Object.getPrototypeOf(paint) as object;
  // What is no list of families, such as a keyword, takes nothing behind it and stays as it is.
  for (const value of [String(font), `${String(font)}, sans-serif`])
    Reflect.set(prototype, "font", value, paint);
}

const TYPES = ["2d", "webgl", "webgl2", "experimental-webgl"];
/** Methods of contexts that take pictures. */
const TAKERS = ["drawImage", "createPattern", "texImage2D", "texSubImage2D"];

export class CanvasNode {
  readonly #surface: Surface;
  readonly #phone: Phone;

  constructor(phone: Phone, surface: Surface) {
    this.#surface = surface;
    this.#phone = phone;
    pictures.set(this, surface);
    // An off-screen canvas cannot be read at once.
    if (surface instanceof HTMLCanvasElement) this.toDataURL = (...values) => surface.toDataURL(...values);
  }

  declare toDataURL?: (type?: string, quality?: number) => string;

  get [Symbol.toStringTag](): string {
    return "Canvas";
  }

  get width(): number {
    return this.#surface.width;
  }
  set width(value: number) {
    this.#surface.width = value;
  }
  get height(): number {
    return this.#surface.height;
  }
  set height(value: number) {
    this.#surface.height = value;
  }

  getContext(type: string, attributes: object = {}): unknown {
    // An off-screen canvas throws where one of a page has none.
    if (!TYPES.includes(type)) return null;
    // A file is made of what is shown, also between two frames.
    const kept = type.startsWith("webgl") ? { preserveDrawingBuffer: true, ...attributes } : attributes;
    const context = (this.#surface.getContext as (type: string, attributes: object) => object | null).call(
      this.#surface,
      type,
      kept,
    );
    if (context && !Object.hasOwn(context, "canvas")) {
      Object.defineProperty(context, "canvas", { value: this, configurable: true });
      if (type === "2d") {
        const get = (): unknown => Reflect.get(Object.getPrototypeOf(context) as object, "font", context);
        Object.defineProperty(context, "font", {
          get,
          set: (font) => {
            setFont(context, font);
          },
          configurable: true,
        });
      }
      for (const name of TAKERS) {
        const method = (context as Record<string, Method | undefined>)[name];
        if (method)
          Object.assign(context, {
            [name]: (...values: unknown[]) => method.apply(context, values.map(pictureOf)),
          });
      }
    }
    return context;
  }

  createImage(): CanvasImage {
    return new CanvasImage(this.#phone);
  }

  createImageData(width = this.width, height = this.height): ImageData {
    return new ImageData(width, height);
  }

  createPath2D(path?: Path2D | string): Path2D {
    return new Path2D(path);
  }

  requestAnimationFrame(callback: FrameRequestCallback): number {
    return requestAnimationFrame(callback);
  }

  cancelAnimationFrame(id: number): void {
    cancelAnimationFrame(id);
  }
}

/** What `createImage` gives: loads a file of the project or of the phone, or from the network. */
export class CanvasImage {
  readonly #phone: Phone;
  #src = "";
  width = 0;
  height = 0;
  complete = false;
  onload: ((event: { type: "load"; target: CanvasImage }) => void) | null = null;
  onerror: ((event: { type: "error"; target: CanvasImage; errMsg: string }) => void) | null = null;

  constructor(phone: Phone) {
    this.#phone = phone;
    pictures.set(this, new Image());
  }

  get src(): string {
    return this.#src;
  }
  set src(path: string) {
    this.#src = String(path);
    this.complete = false;
    void this.#load(this.#src);
  }

  async #load(path: string): Promise<void> {
    let failed: string | undefined;
    try {
      const image = await loadImage(this.#phone, path);
      if (path !== this.#src) return;
      pictures.set(this, image);
      this.width ||= image.naturalWidth;
      this.height ||= image.naturalHeight;
      this.complete = true;
    } catch (error) {
      failed = (error as Error).message;
    }
    if (path !== this.#src) return;
    // Outside of the promise, so that what a handler throws is an error like any other.
    setTimeout(() => {
      if (failed === undefined) this.onload?.({ type: "load", target: this });
      else this.onerror?.({ type: "error", target: this, errMsg: failed });
    });
  }
}
