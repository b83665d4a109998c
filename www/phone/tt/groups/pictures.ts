/** Pictures that are there already: looked at, measured, made smaller, kept. */
import { loadImage } from "../../images";
import type { Phone } from "../../phone";
import type { Api } from "../api";
import { badParameter, refused, wrongType } from "../../failure";
import { button, element, openDialog, say } from "../../ui";
import { extensionOf, readFile } from "./paths";

export function pictures(api: Api): void {
  const { phone } = api;

  api.async<{ src: string }>(
    "getImageInfo",
    { src: "string" },
    "width height type path orientation",
    async ({ src }) => {
      const image = await loadImage(phone, src);
      const { naturalWidth, naturalHeight } = image;
      const type = (await formatOf(image)) ?? (extensionOf(src).replace("jpg", "jpeg") || "unknown");
      return { width: naturalWidth, height: naturalHeight, type, path: src, orientation: "up" };
    },
  );

  api.async<{ src: unknown; quality?: number; compressedWidth?: number; compressedHeight?: number }>(
    "compressImage",
    { src: "string|array", quality: "number?", compressedWidth: "number?", compressedHeight: "number?" },
    "tempFilePath",
    async ({ src, quality = 80, compressedWidth, compressedHeight }) => {
      const compress = async (path: unknown): Promise<string> => {
        if (typeof path !== "string") throw wrongType("src", "string", path);
        const image = await loadImage(phone, path);
        const ratio = image.naturalHeight / image.naturalWidth;
        const width = compressedWidth ?? (compressedHeight ? compressedHeight / ratio : image.naturalWidth);
        const canvas = new OffscreenCanvas(Math.round(width), Math.round(compressedHeight ?? width * ratio));
        canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
        const blob = await canvas.convertToBlob({
          type: "image/jpeg",
          quality: Math.min(100, Math.max(0, quality)) / 100,
        });
        return phone.store.files.addTemporary(blob, "jpg");
      };
      return {
        tempFilePath: Array.isArray(src) ? await Promise.all(src.map(compress)) : await compress(src),
      };
    },
  );

  api.async<{ urls: unknown[]; current?: string }>(
    "previewImage",
    { urls: "array", current: "any?", showmenu: "boolean?" },
    "",
    ({ urls, current }) => {
      if (urls.length === 0) throw badParameter("params.urls should not be empty");
      void preview(phone, urls.map(String), Math.max(0, urls.indexOf(current)));
    },
  );

  for (const kind of ["Image", "Video"] as const) {
    api.async<{ filePath: string }>(
      `save${kind}ToPhotosAlbum`,
      { filePath: "string" },
      "",
      async ({ filePath }) => {
        const data = readFile(phone, filePath);
        if (!(await phone.authorize("scope.album"))) throw refused();
        // The album of a browser is its folder of downloads.
        const link = element("a");
        link.href = URL.createObjectURL(new Blob([data]));
        link.download = filePath.slice(filePath.lastIndexOf("/") + 1);
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      },
    );
  }
}

/** The formats of pictures by their first byte. */
const FORMATS: Readonly<Record<number, string>> = {
  0x89: "png",
  0xff: "jpeg",
  0x47: "gif",
  0x52: "webp",
  0x42: "bmp",
  0x3c: "svg",
};

async function formatOf({ src }: HTMLImageElement): Promise<string | undefined> {
  const data = await fetch(src)
    .then((answer) => answer.arrayBuffer())
    .catch(() => undefined);
  return data && FORMATS[new Uint8Array(data)[0] ?? 0];
}

function preview(phone: Phone, urls: string[], first: number): Promise<void> {
  return openDialog<void>(phone, "full", say(phone, "Pictures", "图片预览"), undefined, (dialog, close) => {
    const strip = element("div", "strip");
    strip.tabIndex = 0;
    const images = urls.map((url, index) => {
      const image = element("img");
      image.src = phone.url(url);
      image.alt = say(
        phone,
        `Picture ${index + 1} of ${urls.length}`,
        `第 ${index + 1} 张，共 ${urls.length} 张`,
      );
      return image;
    });
    strip.append(...images);
    const place = element("div", "top");
    const tell = (): void => {
      place.textContent = `${Math.round(strip.scrollLeft / (strip.clientWidth || 1)) + 1} / ${urls.length}`;
    };
    strip.addEventListener("scroll", tell);
    strip.addEventListener("click", () => close());
    strip.addEventListener("keydown", ({ key }) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (step) strip.scrollBy({ left: step * strip.clientWidth, behavior: "smooth" });
    });
    dialog.append(
      strip,
      place,
      element(
        "div",
        "bottom",
        button(say(phone, "Close", "关闭"), "", () => close()),
      ),
    );
    requestAnimationFrame(() => {
      strip.scrollLeft = first * strip.clientWidth;
      tell();
    });
  });
}
