/** `tt.getRecorderManager` and `tt.createMediaRecorder`: sound of the microphone, pictures of a canvas. */
import { pictureOf } from "../../components/support/canvas-node";
import { emitters, type Api } from "../api";
import { badParameter } from "../../failure";

const SOUND = ["Start", "Pause", "Resume", "Stop", "FrameRecorded", "Error"] as const;
const CANVAS = ["Start", "Pause", "Resume", "Stop", "Error"] as const;
const listening = (events: readonly string[]) =>
  events.flatMap((event) => [`on${event}`, `off${event}`]).join(" ");

export function recorder(api: Api): void {
  const members = `start pause resume stop ${listening(SOUND)}`;
  api.object("RecorderManager", members);
  let manager: object | undefined;
  api.sync("getRecorderManager", members, () => (manager ??= recorderManager(api)));
  api.sync(
    "createMediaRecorder",
    `start pause resume stop destroy requestFrame ${listening(CANVAS)}`,
    (canvas: unknown, config?: CanvasConfig) => canvasRecorder(api, canvas, config),
  );
}

interface RecorderOptions {
  /** In milliseconds. */
  duration?: number;
  sampleRate?: number;
  numberOfChannels?: number;
  encodeBitRate?: number;
  /** In kB; with it, frames are told of. */
  frameSize?: number;
  /** Not of Douyin's documentation, but pages made for its relatives ask for one. */
  format?: string;
}

/** AAC, which phones record, where the browser has an encoder for it. */
const AAC = "audio/mp4;codecs=mp4a.40.2";

function recorderManager({ phone }: Api) {
  const { functions, emit, listens } = emitters(...SOUND);
  let recording: MediaRecorder | undefined;
  let warned = false;
  const fail = (error: unknown): void =>
    emit("Error", { errMsg: error instanceof Error ? error.message : String(error) });

  const start = async ({
    duration = 60_000,
    sampleRate = 8000,
    numberOfChannels = 2,
    encodeBitRate = 48_000,
    frameSize,
    format = "aac",
  }: RecorderOptions = {}) => {
    if (recording) return fail("is recording");
    if (!(await phone.authorize("scope.record"))) return fail("auth deny");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { sampleRate, channelCount: numberOfChannels },
      });
    } catch (error) {
      const refused = error instanceof DOMException && error.name === "NotAllowedError";
      return fail(refused ? "auth deny" : error);
    }
    const pieces: Blob[] = [];
    const mimeType = MediaRecorder.isTypeSupported(AAC) ? AAC : "";
    const made = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: encodeBitRate });
    recording = made;
    const timer = setTimeout(() => made.state !== "inactive" && made.stop(), Math.min(duration, 600_000));
    made.onstart = () => emit("Start");
    made.onpause = () => emit("Pause");
    made.onresume = () => emit("Resume");
    made.onerror = (event) => fail((event as ErrorEvent).error ?? "recording failed");
    made.ondataavailable = async ({ data }) => {
      pieces.push(data);
      const last = made.state === "inactive";
      if (frameSize && listens("FrameRecorded"))
        emit("FrameRecorded", { frameBuffer: await data.arrayBuffer(), isLastFrame: last });
    };
    made.onstop = async () => {
      clearTimeout(timer);
      recording = undefined;
      for (const track of stream.getTracks()) track.stop();
      const whole = new Blob(pieces, { type: made.mimeType });
      const extension = mimeType ? "m4a" : container(made);
      if (!warned && format !== (mimeType ? "aac" : extension))
        console.warn(`RecorderManager: this browser records ${extension} files, and no ${format}`);
      warned = true;
      emit("Stop", {
        tempFilePath: await phone.store.files.addTemporary(whole, extension),
        fileSize: whole.size,
      });
    };
    // A frame of so many kB lasts this long, if the browser keeps to the rate.
    made.start(frameSize ? Math.max(50, (frameSize * 8 * 1024 * 1000) / encodeBitRate) : undefined);
  };
  const when = (state: RecordingState, act: "pause" | "resume" | "stop") => () => {
    if (recording && (recording.state === state || (act === "stop" && recording.state !== "inactive")))
      recording[act]();
    else fail(`cannot ${act}: not ${state}`);
  };
  return {
    start: (options?: RecorderOptions) => void start(options),
    pause: when("recording", "pause"),
    resume: when("paused", "resume"),
    stop: when("recording", "stop"),
    ...functions,
  };
}

interface CanvasConfig {
  videoBitsPerSecond?: number;
  fps?: number;
}

function canvasRecorder(
  { phone }: Api,
  canvas: unknown,
  { videoBitsPerSecond = 3000, fps = 60 }: CanvasConfig = {},
) {
  const surface = pictureOf(canvas);
  if (!(surface instanceof HTMLCanvasElement)) throw badParameter("params.canvas should be a canvas node");
  const stream = surface.captureStream(fps);
  // The platform counts in kbit/s.
  const made = new MediaRecorder(stream, { videoBitsPerSecond: videoBitsPerSecond * 1000 });
  const { functions, emit } = emitters(...CANVAS);
  let pieces: Blob[] = [];
  let started = 0;
  made.onstart = () => {
    started = performance.now();
    emit("Start");
  };
  made.onpause = () => emit("Pause");
  made.onresume = () => emit("Resume");
  made.ondataavailable = ({ data }) => void pieces.push(data);
  made.onerror = (event) => emit("Error", (event as ErrorEvent).error ?? new Error("recording failed"));
  made.onstop = async () => {
    const whole = new Blob(pieces, { type: made.mimeType });
    pieces = [];
    const filePath = await phone.store.files.addTemporary(whole, container(made));
    emit("Stop", { filePath, duration: performance.now() - started, fileSize: whole.size });
  };
  const attempt = (act: () => void) => () => {
    try {
      act();
    } catch (error) {
      emit("Error", error);
    }
  };
  return {
    start: attempt(() => made.start()),
    pause: attempt(() => made.pause()),
    resume: attempt(() => made.resume()),
    stop: attempt(() => made.stop()),
    destroy: () => {
      if (made.state !== "inactive") made.stop();
      for (const track of stream.getTracks()) track.stop();
    },
    requestFrame: () => {
      for (const track of stream.getVideoTracks())
        if ("requestFrame" in track) (track as CanvasCaptureMediaStreamTrack).requestFrame();
    },
    ...functions,
  };
}

/** The extension of what a recorder makes. */
function container({ mimeType }: MediaRecorder): string {
  return /\/(\w+)/.exec(mimeType)?.[1] ?? "webm";
}
