/** The canvas of old, whose drawing waits for `draw()`; and what makes a file of a canvas. */
import type { Phone } from "../../phone";
import { call } from "../../async";
import type { Api } from "../api";
import { CanvasNode, pictureOf, setFont } from "../../components/support/canvas-node";
import { badParameter, Failure } from "../../failure";
import { findById, findByProperty } from "./elements";
import { loadImage } from "../../images";

/** Goes to the 2D context as it is. */
const METHODS =
  "beginPath closePath moveTo lineTo rect arc arcTo ellipse quadraticCurveTo bezierCurveTo clip fill stroke fillRect strokeRect clearRect fillText strokeText scale rotate translate transform setTransform save restore".split(
    " ",
  );
/** `setX(value)` stands for a property of the 2D context. */
const SETTERS: Record<string, string> = {
  setFillStyle: "fillStyle",
  setStrokeStyle: "strokeStyle",
  setGlobalAlpha: "globalAlpha",
  setLineCap: "lineCap",
  setLineJoin: "lineJoin",
  setLineWidth: "lineWidth",
  setMiterLimit: "miterLimit",
  setTextAlign: "textAlign",
  setTextBaseline: "textBaseline",
};
const OTHERS =
  "draw drawImage measureText createLinearGradient createCircularGradient createPattern setFontSize setLineDash setShadow";
const MEMBERS = [...METHODS, ...Object.keys(SETTERS), OTHERS].join(" ");

type Paint = CanvasRenderingContext2D;
type Step = (paint: Paint) => unknown;

export function canvas(api: Api): void {
  const { phone } = api;
  api.object("CanvasContext", MEMBERS);
  api.sync("createCanvasContext", MEMBERS, (canvasId: string, component?: unknown) =>
    canvasContext(phone, canvasId, component),
  );
  api.sync(
    "createOffscreenCanvas",
    "getContext createImage createImageData createPath2D requestAnimationFrame cancelAnimationFrame width height",
    (size?: { width?: number; height?: number }) =>
      new CanvasNode(phone, new OffscreenCanvas(size?.width ?? 300, size?.height ?? 225)),
  );

  api.async<FileOptions>(
    "canvasToTempFilePath",
    {
      canvasId: "string?",
      canvas: "any?",
      x: "number?",
      y: "number?",
      width: "number?",
      height: "number?",
      destWidth: "number?",
      destHeight: "number?",
      fileType: ["png", "jpg"],
      quality: "number?",
    },
    "tempFilePath",
    async (options) => {
      const given = pictureOf(options.canvas);
      const isCanvas = given instanceof HTMLCanvasElement || given instanceof OffscreenCanvas;
      const source = isCanvas ? given : find(phone, options.canvasId);
      if (!source) throw new Failure(`there is no canvas "${options.canvasId ?? ""}" on this page`);
      // What is said of an area counts in CSS pixels.
      const shown = source instanceof HTMLCanvasElement ? source.clientWidth : 0;
      const ratio = source.width / (shown || source.width);
      const { x = 0, y = 0, fileType = "png", quality = 1 } = options;
      const width = options.width ?? source.width / ratio - x;
      const height = options.height ?? source.height / ratio - y;
      const { destWidth = Math.round(width * ratio), destHeight = Math.round(height * ratio) } = options;
      if (!(destWidth > 0 && destHeight > 0))
        throw badParameter("params.width and params.height should be above 0");
      const copy = new OffscreenCanvas(destWidth, destHeight);
      const paint = copy.getContext("2d");
      if (fileType === "jpg" && paint) {
        paint.fillStyle = "#fff";
        paint.fillRect(0, 0, destWidth, destHeight);
      }
      paint?.drawImage(
        source,
        x * ratio,
        y * ratio,
        width * ratio,
        height * ratio,
        0,
        0,
        destWidth,
        destHeight,
      );
      const blob = await copy.convertToBlob({
        type: fileType === "jpg" ? "image/jpeg" : "image/png",
        quality,
      });
      return { tempFilePath: await phone.store.files.addTemporary(blob, fileType) };
    },
  );
}

interface FileOptions {
  canvasId?: string;
  canvas?: unknown;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  destWidth?: number;
  destHeight?: number;
  fileType?: "png" | "jpg";
  quality?: number;
}

function find(phone: Phone, id: unknown, component?: unknown): HTMLCanvasElement | undefined {
  const host =
    findByProperty(phone, "canvas", "canvasId", String(id), component) ??
    findById(phone, "canvas", String(id), component);
  return host?.querySelector("canvas") ?? undefined;
}

/** Draws nothing before `draw()`; then everything at once, in order, waiting for pictures. */
function canvasContext(phone: Phone, canvasId: string, component: unknown): Record<string, unknown> {
  let steps: Step[] = [];
  // One drawing after the other, for the next may build on this one.
  let drawing: Promise<void> = Promise.resolve();
  const context: Record<string, unknown> = {};
  const later = (step: Step): void => void steps.push(step);
  /** Has the font of the steps so far: texts are measured before they are drawn. */
  const ruler = new OffscreenCanvas(1, 1).getContext("2d");
  const both = (step: (paint: Paint) => unknown): void => {
    if (ruler) step(ruler as unknown as Paint);
    later(step);
  };

  for (const name of METHODS) {
    const put = name === "save" || name === "restore" ? both : later;
    context[name] = (...values: unknown[]) =>
      put((paint) => (paint[name as keyof Paint] as (...values: unknown[]) => void)(...values));
  }
  for (const [name, property] of Object.entries(SETTERS)) {
    const set = (value: unknown): void =>
      later((paint) => Reflect.set(paint, property, value instanceof Gradient ? value.make(paint) : value));
    context[name] = set;
    // Newer code sets the property itself.
    Object.defineProperty(context, property, { set, get: () => undefined, enumerable: true });
  }
  const font = (value: string): void => both((paint) => setFont(paint, value));
  Object.defineProperty(context, "font", { set: font, get: () => undefined, enumerable: true });

  return Object.assign(context, {
    setFontSize: (size: number) =>
      both((paint) => void (paint.font = paint.font.replace(/\d+(\.\d+)?px/, `${size}px`))),
    setLineDash: (pattern: number[], offset = 0) =>
      later((paint) => {
        paint.setLineDash(pattern);
        paint.lineDashOffset = offset;
      }),
    setShadow: (x: number, y: number, blur: number, colour: string) =>
      later((paint) =>
        Object.assign(paint, { shadowOffsetX: x, shadowOffsetY: y, shadowBlur: blur, shadowColor: colour }),
      ),
    drawImage: (path: unknown, ...place: number[]) => {
      // It loads while the page goes on; drawing waits for it.
      const image =
        typeof path === "string"
          ? loadImage(phone, path)
          : Promise.resolve(pictureOf(path) as CanvasImageSource);
      image.catch((error: Error) => console.warn(`drawImage: ${error.message}`));
      later(async (paint) => {
        const loaded = await image.catch(() => undefined);
        if (loaded)
          (paint.drawImage as (image: CanvasImageSource, ...place: number[]) => void)(
            loaded,
            ...(place.length ? place : [0, 0]),
          );
      });
    },
    measureText: (text: string) => ({ width: ruler?.measureText(String(text)).width ?? 0 }),
    createLinearGradient: (...line: [number, number, number, number]) =>
      new Gradient((paint) => paint.createLinearGradient(...line)),
    createCircularGradient: (x: number, y: number, radius: number) =>
      new Gradient((paint) => paint.createRadialGradient(x, y, 0, x, y, radius)),
    createPattern: () => {
      throw badParameter("createPattern is not supported on this context; use the canvas of type 2d");
    },
    draw: (reserve: unknown = false, callback?: unknown) => {
      const now = steps;
      steps = [];
      ruler?.reset();
      drawing = drawing.then(async () => {
        const target = find(phone, canvasId, component);
        const paint = target?.getContext("2d");
        if (!target || !paint) {
          console.warn(`There is no canvas with the canvas-id "${canvasId}" here.`);
          return;
        }
        paint.save();
        if (reserve !== true) {
          paint.setTransform(1, 0, 0, 1, 0, 0);
          paint.clearRect(0, 0, target.width, target.height);
        }
        // A page counts in CSS pixels, whatever the canvas has.
        const ratio = target.width / (target.clientWidth || target.width);
        paint.setTransform(ratio, 0, 0, ratio, 0, 0);
        for (const step of now) {
          try {
            await step(paint);
          } catch (error) {
            console.warn("canvas:", error);
          }
        }
        paint.restore();
        call(typeof reserve === "function" ? reserve : callback, undefined, { errMsg: "drawCanvas:ok" });
      });
    },
  });
}

/** Made where it is drawn. */
class Gradient {
  readonly #stops: [offset: number, colour: string][] = [];
  readonly #make: (paint: Paint) => CanvasGradient;

  constructor(make: (paint: Paint) => CanvasGradient) {
    this.#make = make;
  }

  addColorStop(offset: number, colour: string): void {
    this.#stops.push([offset, colour]);
  }

  make(paint: Paint): CanvasGradient {
    const made = this.#make(paint);
    for (const stop of this.#stops) made.addColorStop(...stop);
    return made;
  }
}
