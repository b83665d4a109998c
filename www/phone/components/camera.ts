/** `camera`: the phone's camera, with `scope.camera`; in mode `scanCode` it reads codes where the browser can. */
import { builtIn } from "./support/builtin";
import { h, setAttribute } from "./support/dom";

const defaults = {
  mode: "normal",
  resolution: "medium",
  devicePosition: "back",
  flash: "off",
  frameSize: "medium",
};

/** Wanted height in pixels by `resolution`. */
const HEIGHTS: Readonly<Record<string, number>> = { low: 360, medium: 720, high: 1080 };

/** Milliseconds between two looks for a code. */
const SCAN_INTERVAL = 200;

/** Of the Shape Detection API, which TypeScript's library does not know. */
interface BarcodeDetector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string; format: string }[]>;
}

const make: Parameters<typeof builtIn<typeof defaults>>[2] = (self) => {
  const { host, props, phone } = self;
  const picture = h("video", { playsinline: true, autoplay: true });
  const over = h("div");
  picture.muted = true;
  host.append(picture, over);
  let stream: MediaStream | undefined;
  /** Counts starts, so that a camera that comes too late is put away. */
  let attempt = 0;
  let scanning = 0;
  let forget: (() => void)[] = [];

  function release(): void {
    attempt += 1;
    clearInterval(scanning);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    picture.srcObject = null;
  }

  async function start(): Promise<void> {
    release();
    const mine = attempt;
    if (!(await phone.authorize("scope.camera"))) {
      return self.emit("error", { errMsg: "camera:fail auth deny", errNo: 10200 });
    }
    if (mine !== attempt) return;
    try {
      const height = HEIGHTS[props.resolution] ?? 720;
      const got = await navigator.mediaDevices.getUserMedia({
        video: {
          facingMode: props.devicePosition === "front" ? "user" : "environment",
          height: { ideal: height },
        },
      });
      if (mine !== attempt) return got.getTracks().forEach((track) => track.stop());
      stream = got;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (mine === attempt) self.emit("error", { errMsg: `camera:fail ${reason}`, errNo: 10401 });
      return;
    }
    picture.srcObject = stream;
    const [track] = stream.getVideoTracks();
    track?.addEventListener("ended", stopped);
    flash();
    const zoom = (track?.getCapabilities?.() as { zoom?: { max: number } } | undefined)?.zoom;
    self.emit("initdone", { maxZoom: zoom?.max ?? 1 });
    if (props.mode === "scanCode") scan();
  }

  function stopped(): void {
    if (!stream) return;
    release();
    self.emit("stop");
  }

  function flash(): void {
    const torch = [{ torch: props.flash === "torch" } as MediaTrackConstraintSet];
    // Cameras without a light refuse, and there is nothing to do about it.
    void stream
      ?.getVideoTracks()[0]
      ?.applyConstraints({ advanced: torch })
      .catch(() => {});
  }

  function scan(): void {
    const Detector = (window as unknown as { BarcodeDetector?: new () => BarcodeDetector }).BarcodeDetector;
    if (!Detector) {
      return self.emit("error", { errMsg: "camera:fail this browser cannot read codes", errNo: 10301 });
    }
    const detector = new Detector();
    let told = "";
    scanning = window.setInterval(() => {
      void detector.detect(picture).then(
        ([code]) => {
          if (!code || code.rawValue === told) return;
          told = code.rawValue;
          const type = code.format === "qr_code" ? "qrcode" : "barcode";
          self.emit("scancode", { type, result: code.rawValue, charSet: "UTF-8" });
        },
        () => {},
      );
    }, SCAN_INTERVAL);
  }

  let attached = false;
  return {
    slot: over,
    update(changed) {
      setAttribute(host, "frame-size", props.frameSize);
      setAttribute(host, "mirrored", props.devicePosition === "front");
      if (!attached) return;
      if (changed.has("devicePosition") || changed.has("resolution") || changed.has("mode")) void start();
      else if (changed.has("flash")) flash();
    },
    attached() {
      attached = true;
      forget = [phone.on("hide", stopped), phone.on("show", () => void (stream ?? start()))];
      void start();
    },
    detached() {
      attached = false;
      for (const end of forget) end();
      release();
    },
  };
};

export const camera = builtIn("camera", defaults, make);

/** Shows the phone's own camera, and sends it nowhere. Not of Douyin, but pages made for its relatives have it. */
export const livePusher = builtIn(
  "live-pusher",
  {
    ...defaults,
    mode: "RTC",
    devicePosition: "front",
    url: "",
    autopush: false,
    muted: false,
    enableCamera: true,
    autoFocus: true,
    orientation: "vertical",
    beauty: 0,
    whiteness: 0,
    aspect: "9:16",
    minBitrate: 200,
    maxBitrate: 1000,
    mirror: false,
  },
  make as never,
);
