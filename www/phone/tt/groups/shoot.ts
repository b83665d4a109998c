/** Takes a picture or a video with the phone's camera. */
import type { Phone } from "../../phone";
import { cancelled, refused } from "../../failure";
import { button, element, openDialog, say } from "../../ui";

/** `longest` is in seconds. */
export async function shoot(
  phone: Phone,
  medium: "image" | "video",
  camera: "front" | "back",
  longest: number,
): Promise<File> {
  if (!(await phone.authorize("scope.camera"))) throw refused();
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: camera === "front" ? "user" : "environment" },
      audio: medium === "video",
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotAllowedError") throw refused();
    throw error;
  }
  try {
    const file = await openDialog<Promise<File> | null>(
      phone,
      "full",
      say(phone, "Camera", "相机"),
      null,
      (dialog, close) => {
        const view = element("video");
        view.muted = view.autoplay = view.playsInline = true;
        view.srcObject = stream;
        const shutter = button("", "main", () => {
          if (medium === "image") return close(picture(view));
          if (recording) return recording.stop();
          recording = record(stream, longest, close);
          label(say(phone, "Stop", "停止"));
        });
        const label = (text: string): void => shutter.setAttribute("aria-label", text);
        label(medium === "image" ? say(phone, "Take", "拍照") : say(phone, "Record", "拍摄"));
        let recording: { stop(): void } | undefined;
        dialog.append(
          view,
          element(
            "div",
            "bottom",
            button(say(phone, "Cancel", "取消"), "", () => close(null)),
            shutter,
          ),
        );
      },
    );
    if (!file) throw cancelled();
    return file;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function picture(view: HTMLVideoElement): Promise<File> {
  const canvas = new OffscreenCanvas(view.videoWidth || 640, view.videoHeight || 480);
  canvas.getContext("2d")?.drawImage(view, 0, 0, canvas.width, canvas.height);
  return new File([await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })], "picture.jpg", {
    type: "image/jpeg",
  });
}

function record(stream: MediaStream, longest: number, done: (file: Promise<File>) => void): { stop(): void } {
  const recorder = new MediaRecorder(stream);
  const pieces: Blob[] = [];
  const type = recorder.mimeType.split(";")[0] || "video/webm";
  recorder.ondataavailable = ({ data }) => void pieces.push(data);
  recorder.onstop = () => done(Promise.resolve(new File(pieces, `video.${type.split("/")[1]}`, { type })));
  recorder.start();
  const timer = setTimeout(() => stop(), longest * 1000);
  const stop = (): void => {
    clearTimeout(timer);
    if (recorder.state !== "inactive") recorder.stop();
  };
  return { stop };
}
