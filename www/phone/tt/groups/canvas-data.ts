/** The pixels of a canvas by its `canvas-id`, read and written in one go. */
import type { Api } from "../api";
import { badParameter, Failure } from "../../failure";
import { findById, findByProperty } from "./elements";

interface Area {
  canvasId: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
const AREA = { canvasId: "string", x: "number", y: "number", width: "number", height: "number" } as const;

export function canvasData(api: Api): void {
  const paintOf = (canvasId: string): CanvasRenderingContext2D => {
    const { phone } = api;
    const host = findByProperty(phone, "canvas", "canvasId", canvasId) ?? findById(phone, "canvas", canvasId);
    const paint = host?.querySelector("canvas")?.getContext("2d");
    if (!paint) throw new Failure(`there is no canvas "${canvasId}" on this page`);
    return paint;
  };
  api.async<Area>("canvasGetImageData", AREA, "width height data", ({ canvasId, x, y, width, height }) => {
    if (!(width > 0 && height > 0)) throw badParameter("params.width and params.height should be above 0");
    return { width, height, data: paintOf(canvasId).getImageData(x, y, width, height).data };
  });
  api.async<Area & { data: ArrayLike<number> }>(
    "canvasPutImageData",
    { ...AREA, data: "arraybuffer|array" },
    "",
    (options) => {
      const { canvasId, data, x, y, width, height } = options;
      if (data.length !== width * height * 4)
        throw badParameter("params.data should hold four bytes for each pixel");
      paintOf(canvasId).putImageData(new ImageData(Uint8ClampedArray.from(data), width, height), x, y);
    },
  );
}
