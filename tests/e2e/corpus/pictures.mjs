// Compares two pictures, in a browser: it reads PNG.

/**
 * How many pixels differ. A pixel may be off by one to any side, so the edge of a box that fell between
 * two pixels is no difference.
 *
 * @param page any page of a browser
 * @returns `count`, and `picture`: the second one in grey with what differs in red
 */
export async function differences(page, wanted, actual) {
  const { count, picture } = await page.evaluate(compare, [
    wanted.toString("base64"),
    actual.toString("base64"),
  ]);
  return { count, picture: Buffer.from(picture, "base64") };
}

async function compare(pictures) {
  const SHADES = 40;
  const [wanted, actual] = await Promise.all(
    pictures.map(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return { canvas, context, data, width, height };
    }),
  );
  const { width, height } = actual;
  const alike = (one, at, other, to) =>
    [0, 1, 2].every((part) => Math.abs(one.data[at + part] - other.data[to + part]) <= SHADES);
  const near = (one, other, x, y) => {
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        if (alike(one, 4 * (y * width + x), other, 4 * (row * width + column))) return true;
      }
    }
    return false;
  };
  const out = actual.context.getImageData(0, 0, width, height);
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const inside = x < wanted.width && y < wanted.height;
      const fits =
        inside &&
        (alike(actual, at, wanted, at) || (near(actual, wanted, x, y) && near(wanted, actual, x, y)));
      const grey = 255 - (255 - (actual.data[at] + actual.data[at + 1] + actual.data[at + 2]) / 3) / 3;
      if (!fits) count += 1;
      out.data.set(fits ? [grey, grey, grey, 255] : [255, 0, 0, 255], at);
    }
  }
  actual.context.putImageData(out, 0, 0);
  const blob = await actual.canvas.convertToBlob({ type: "image/png" });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { count: count + Math.abs(wanted.width * wanted.height - width * height), picture: btoa(text) };
}
