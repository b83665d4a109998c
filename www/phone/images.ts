/** Pictures as `tt` and components load them: to be drawn, measured, made smaller. */
import type { Phone } from "./phone";
import { lastly } from "./promise";
import { header, send } from "./proxy";

/** A picture by a path or address of a page; rejects where it is none. */
export async function loadImage(phone: Phone, path: string): Promise<HTMLImageElement> {
  const image = new Image();
  const url = phone.url(path);
  const foreign = /^https?:/.test(url) && !url.startsWith(window.location.origin);
  // A canvas it is drawn on can be read on a phone, whatever its server says of other origins.
  if (foreign) image.crossOrigin = "anonymous";
  image.src = url;
  try {
    await image.decode().catch(async (error: unknown) => {
      if (!foreign) throw error;
      const { answer } = send(phone, {
        kind: "download",
        method: "GET",
        url,
        headers: {},
        timeout: 60_000,
        body: null,
      });
      const { headers, body } = await answer;
      image.src = URL.createObjectURL(new Blob([body], { type: header(headers, "content-type") ?? "" }));
      await lastly(image.decode(), () => URL.revokeObjectURL(image.src));
    });
  } catch {
    throw new Error(`the image cannot be loaded: ${path}`);
  }
  return image;
}
