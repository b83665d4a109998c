/** `tt.createCameraContext`: acts on the `camera` of the page on top. */
import { call } from "../../async";
import type { Api } from "../api";
import { badParameter, Failure } from "../../failure";

const MEMBERS = "takePhoto startRecord stopRecord setZoom onCameraFrame";
const QUALITY: Readonly<Record<string, number>> = { high: 1, normal: 0.9, low: 0.6, original: 1 };
/** Width in pixels of the frames that are told, by `frame-size`. */
const FRAMES: Readonly<Record<string, number>> = { small: 288, medium: 480, large: 720 };
/** Milliseconds that a recording may last. */
const LONGEST = 30_000;

export function camera(api: Api): void {
  const { phone } = api;
  let recording:
    | { stop(): Promise<{ tempThumbPath: string; tempVideoPath: string }>; timer: number }
    | undefined;

  function find() {
    const tops = [...phone.screen.querySelectorAll<HTMLElement>("phone-page:not([inert]) tt-camera")];
    const host = tops.at(-1);
    const video = host?.querySelector("video");
    const stream = video?.srcObject;
    if (!host || !video || !(stream instanceof MediaStream))
      throw new Failure("there is no camera on this page that runs");
    return { host, video, stream };
  }
  const picture = async (quality: number): Promise<string> => {
    const { video } = find();
    const blob = await drawn(video, video.videoWidth).convertToBlob({ type: "image/jpeg", quality });
    return phone.store.files.addTemporary(blob, "jpg");
  };

  api.object("CameraContext", MEMBERS);
  api.object("CameraFrameListener", "start stop");
  api.sync("createCameraContext", MEMBERS, () => ({
    takePhoto: api.method<{ quality?: string }>(
      "takePhoto",
      { quality: ["normal", "high", "low", "original"], selfieMirror: "boolean?" },
      async ({ quality = "normal" }) => ({ tempImagePath: await picture(QUALITY[quality] ?? 0.9) }),
    ),
    startRecord: api.method<{ timeoutCallback?: unknown; timeout?: number }>(
      "startRecord",
      { timeout: "number?", timeoutCallback: "any?" },
      async ({ timeoutCallback, timeout = LONGEST / 1000 }) => {
        if (recording) throw new Failure("is recording");
        const { stream } = find();
        const recorder = new MediaRecorder(stream);
        const pieces: Blob[] = [];
        recorder.ondataavailable = ({ data }) => void pieces.push(data);
        const ended = new Promise((done) => (recorder.onstop = done));
        const thumb = picture(0.6);
        recorder.start();
        const stop = async () => {
          clearTimeout(recording?.timer);
          recording = undefined;
          if (recorder.state !== "inactive") recorder.stop();
          await ended;
          const extension = /\/(\w+)/.exec(recorder.mimeType)?.[1] ?? "webm";
          const tempVideoPath = await phone.store.files.addTemporary(
            new Blob(pieces, { type: recorder.mimeType }),
            extension,
          );
          return { tempThumbPath: await thumb, tempVideoPath };
        };
        const timer = window.setTimeout(
          () => {
            void stop().then((result) => call(timeoutCallback, undefined, result));
          },
          Math.min(timeout * 1000, LONGEST),
        );
        recording = { stop, timer };
        await thumb;
      },
    ),
    stopRecord: api.method("stopRecord", { compressed: "boolean?" }, () => {
      if (!recording) throw new Failure("is not recording");
      return recording.stop();
    }),
    setZoom: api.method<{ zoom: number }>("setZoom", { zoom: "number" }, async ({ zoom }) => {
      const [track] = find().stream.getVideoTracks();
      const most = (track?.getCapabilities?.() as { zoom?: { max: number } } | undefined)?.zoom?.max ?? 1;
      if (!(zoom >= 1)) throw badParameter("params.zoom should be at least 1");
      const reached = Math.min(zoom, most);
      if (most > 1)
        await track?.applyConstraints({ advanced: [{ zoom: reached } as MediaTrackConstraintSet] });
      return { zoom: reached };
    }),
    onCameraFrame: (callback: unknown) => {
      let running = 0;
      const tell = (): void => {
        try {
          const { host, video } = find();
          const canvas = drawn(video, FRAMES[host.getAttribute("frame-size") ?? "medium"] ?? 480);
          const { width, height } = canvas;
          const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data.buffer;
          if (video.videoWidth > 0) call(callback, undefined, { width, height, data });
        } catch {
          // The camera is not there yet, or no more.
        }
        running = requestAnimationFrame(tell);
      };
      return {
        start: api.method("start", {}, () => {
          cancelAnimationFrame(running);
          running = requestAnimationFrame(tell);
        }),
        stop: api.method("stop", {}, () => cancelAnimationFrame(running)),
      };
    },
  }));
}

/** The frame that a video shows, this wide at most. */
function drawn(video: HTMLVideoElement, widest: number): OffscreenCanvas {
  const width = Math.max(1, Math.min(widest, video.videoWidth || 1));
  const height = Math.max(1, Math.round((width * video.videoHeight) / (video.videoWidth || 1)));
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d", { willReadFrequently: true })?.drawImage(video, 0, 0, width, height);
  return canvas;
}
