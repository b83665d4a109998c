/** Pictures and videos that the user chooses or takes. */
import type { Phone } from "../../phone";
import type { Api } from "../api";
import { cancelled } from "../../failure";
import { choose, element, say } from "../../ui";
import { shoot } from "./shoot";

type Source = "album" | "camera";
type Medium = "image" | "video";

interface Wish {
  count: number;
  sources: Source[];
  media: Medium[];
  /** Of a video that is taken, in seconds. */
  longest: number;
  camera: "front" | "back";
}

export function chooseMedia(api: Api): void {
  const { phone } = api;
  const common = { count: "number?", sourceType: "array?", sizeType: "array?" } as const;
  api.async<{ count?: number; sourceType?: Source[] }>(
    "chooseImage",
    common,
    "tempFilePaths tempFiles",
    async (options) => {
      const files = await chosen(phone, wish({ ...options, mediaType: ["image"] }));
      const tempFiles = await Promise.all(
        files.map(async (file) => ({ path: await kept(phone, file), size: file.size })),
      );
      return { tempFilePaths: tempFiles.map(({ path }) => path), tempFiles };
    },
  );
  api.async<Options>(
    "chooseMedia",
    { ...common, mediaType: "array?", maxDuration: "number?", camera: ["back", "front"] },
    "tempFiles type",
    async (options) => {
      const files = await chosen(phone, wish(options));
      const tempFiles = await Promise.all(files.map((file) => described(phone, file)));
      const types = new Set(tempFiles.map(({ mediaType }) => mediaType));
      return { tempFiles, type: types.size > 1 ? "mix" : [...types][0] };
    },
  );
  api.async<Options>(
    "chooseVideo",
    { sourceType: "array?", maxDuration: "number?", compressed: "boolean?", camera: ["back", "front"] },
    "tempFilePath duration size height width",
    async (options) => {
      const [file] = await chosen(phone, wish({ ...options, count: 1, mediaType: ["video"] }));
      if (!file) throw cancelled();
      const { mediaType: _, ...video } = await described(phone, file);
      return video;
    },
  );
}

interface Options {
  count?: number;
  mediaType?: Medium[];
  sourceType?: Source[];
  maxDuration?: number;
  camera?: "front" | "back";
}

function wish({
  count = 9,
  mediaType = ["image", "video"],
  sourceType = ["album", "camera"],
  maxDuration = 10,
  camera = "back",
}: Options): Wish {
  return {
    count: Math.min(20, Math.max(1, count)),
    media: mediaType,
    sources: sourceType,
    longest: maxDuration,
    camera,
  };
}

/** Lets the user choose; rejects where the user does not. */
async function chosen(phone: Phone, wish: Wish): Promise<File[]> {
  const ways: [label: string, way: () => Promise<File[]>][] = [];
  const { sources, media, camera, longest } = wish;
  if (sources.includes("camera")) {
    const one = async (medium: Medium) => [await shoot(phone, medium, camera, longest)];
    if (media.includes("image")) ways.push([say(phone, "Take a picture", "拍照"), () => one("image")]);
    if (media.includes("video")) ways.push([say(phone, "Record a video", "拍视频"), () => one("video")]);
  }
  if (sources.includes("album")) ways.push([say(phone, "From the album", "从相册选择"), () => pick(wish)]);
  if (media.includes("image"))
    ways.push([say(phone, "A sample picture", "示例图片"), async () => [await sample(phone)]]);
  const index = await choose(
    phone,
    ways.map(([label]) => label),
  );
  const way = index === null ? undefined : ways[index]?.[1];
  if (!way) throw cancelled();
  return way();
}

/** The browser's own dialogue. */
function pick({ count, media }: Wish): Promise<File[]> {
  const input = element("input");
  input.type = "file";
  input.accept = media.map((medium) => `${medium}/*`).join();
  input.multiple = count > 1;
  return new Promise((resolve, reject) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])].slice(0, count)));
    input.addEventListener("cancel", () => reject(cancelled()));
    input.click();
  });
}

/** A picture for machines that have none at hand: it says whose and when it is. */
async function sample(phone: Phone): Promise<File> {
  const canvas = new OffscreenCanvas(640, 480);
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("the browser draws no pictures");
  const sky = paint.createLinearGradient(0, 0, 0, 480);
  sky.addColorStop(0, "#2b5f9e");
  sky.addColorStop(1, "#f4c98b");
  paint.fillStyle = sky;
  paint.fillRect(0, 0, 640, 480);
  paint.fillStyle = "#fff";
  paint.font = "600 40px system-ui, sans-serif";
  paint.textAlign = "center";
  paint.fillText(phone.settings.user.nickName, 320, 230);
  paint.font = "28px system-ui, sans-serif";
  paint.fillText(new Date().toLocaleTimeString(), 320, 290);
  return new File([await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })], "sample.jpg", {
    type: "image/jpeg",
  });
}

function kept(phone: Phone, file: File): Promise<string> {
  return phone.store.files.addTemporary(
    file,
    /\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? file.type.split("/")[1] ?? "",
  );
}

async function described(phone: Phone, file: File) {
  const tempFilePath = await kept(phone, file);
  const url = phone.store.files.url(tempFilePath) ?? "";
  const isVideo = file.type.startsWith("video/");
  const common = { tempFilePath, size: file.size, mediaType: isVideo ? "video" : "image" };
  if (!isVideo) {
    const image = await createImageBitmap(file).catch(() => undefined);
    return { ...common, width: image?.width ?? 0, height: image?.height ?? 0 };
  }
  const video = element("video");
  video.preload = "metadata";
  video.src = url;
  // A video that the browser cannot play is chosen all the same.
  await new Promise((resolve) => (video.onloadedmetadata = video.onerror = resolve));
  const duration = Number.isFinite(video.duration) ? video.duration : 0;
  return { ...common, duration, width: video.videoWidth, height: video.videoHeight };
}
