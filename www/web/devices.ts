/** Devices for machines without: the phones' made camera and microphone, and a made screen. */
import { fakeCamera, fakeMicrophone } from "../phone/call/fake";

/** In place of `navigator.mediaDevices`. */
export function madeDevices(user: string) {
  return {
    async getUserMedia({ video, audio }: MediaStreamConstraints = {}): Promise<MediaStream> {
      const stream = new MediaStream();
      if (video) stream.addTrack(fakeCamera(user, video));
      if (audio) stream.addTrack(fakeMicrophone(user));
      return stream;
    },
    async getDisplayMedia(): Promise<MediaStream> {
      return new MediaStream([fakeScreen(user)]);
    },
  };
}

const SIZE = { width: 1280, height: 720 };
const FRAME_RATE = 10;

/** A screen with a window on it, in which a clock runs. */
function fakeScreen(user: string): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE.width;
  canvas.height = SIZE.height;
  const pen = canvas.getContext("2d");
  const [track] = canvas.captureStream(FRAME_RATE).getVideoTracks();
  if (!pen || !track) throw new DOMException("No canvas", "NotReadableError");
  const draw = (): void => {
    if (track.readyState === "ended") return;
    pen.fillStyle = "#274060";
    pen.fillRect(0, 0, SIZE.width, SIZE.height);
    pen.fillStyle = "#f4f4ef";
    pen.fillRect(120, 80, 1040, 560);
    pen.fillStyle = "#d8d6cc";
    pen.fillRect(120, 80, 1040, 48);
    pen.fillStyle = "#1d1f1e";
    pen.font = "600 64px system-ui, sans-serif";
    pen.fillText(user, 180, 270, 900);
    pen.font = "48px ui-monospace, monospace";
    pen.fillText(new Date().toLocaleTimeString(), 180, 360);
    pen.fillStyle = "#1f7a63";
    pen.fillRect(180, 420, ((Date.now() / 10) % 920) + 1, 24);
    // Not requestAnimationFrame: it rests in a frame that is not seen.
    setTimeout(draw, 1000 / FRAME_RATE);
  };
  draw();
  return track;
}
