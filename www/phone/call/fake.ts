/** A camera and a microphone for machines that have none: a picture that moves, a tone of one's own. */

/** Pictures a second, unless fewer are asked for: several phones share one computer. */
const FRAME_RATE = 15;
/** In pixels, upright as a phone is held. */
const SIZE = { width: 360, height: 480 };

/** A camera that shows `name`; the one at the back has other colours. */
export function fakeCamera(name: string, constraints: boolean | MediaTrackConstraints): MediaStreamTrack {
  const wanted = typeof constraints === "object" ? constraints : {};
  const back = value(wanted.facingMode) === "environment" || value(wanted.deviceId) === "back";
  const canvas = document.createElement("canvas");
  canvas.width = SIZE.width;
  canvas.height = SIZE.height;
  const pen = canvas.getContext("2d");
  const rate = Math.min(number(wanted.frameRate) ?? FRAME_RATE, FRAME_RATE);
  const [track] = canvas.captureStream(rate).getVideoTracks();
  if (pen === null || track === undefined) throw new DOMException("No canvas", "NotReadableError");
  const hue = hash(name) % 360;
  let frame = 0;
  const draw = () => {
    if (track.readyState === "ended") return;
    paint(pen, name, back ? hue + 180 : hue, frame++);
    // Not requestAnimationFrame: it rests in a frame that is not seen, as a camera does not.
    setTimeout(draw, 1_000 / rate);
  };
  draw();
  const getSettings = track.getSettings.bind(track);
  track.getSettings = () => ({ ...getSettings(), facingMode: back ? "environment" : "user" });
  return track;
}

function paint(pen: CanvasRenderingContext2D, name: string, hue: number, frame: number): void {
  const { width, height } = SIZE;
  pen.fillStyle = `hsl(${hue} 45% 32%)`;
  pen.fillRect(0, 0, width, height);
  const turn = (frame / FRAME_RATE) * 1.6;
  pen.fillStyle = `hsl(${hue + 40} 70% 62%)`;
  pen.beginPath();
  pen.arc(width / 2 + Math.cos(turn) * 110, height / 2 + Math.sin(turn) * 150, 46, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = "white";
  pen.textAlign = "center";
  pen.font = "600 44px system-ui, sans-serif";
  pen.fillText(name, width / 2, height / 2, width - 40);
  pen.font = "22px ui-monospace, monospace";
  pen.fillText((frame / FRAME_RATE).toFixed(1), width / 2, height / 2 + 44);
}

/** A soft tone, pulsing, whose pitch is the user's own. */
export function fakeMicrophone(user: string): MediaStreamTrack {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: 220 + (hash(user) % 12) * 20 });
  const volume = new GainNode(context, { gain: 0.08 });
  const pulse = new OscillatorNode(context, { frequency: 1.5 });
  const depth = new GainNode(context, { gain: 0.06 });
  const out = new MediaStreamAudioDestinationNode(context);
  pulse.connect(depth).connect(volume.gain);
  tone.connect(volume).connect(out);
  tone.start();
  pulse.start();
  const [track] = out.stream.getAudioTracks();
  if (track === undefined) throw new DOMException("No sound", "NotReadableError");
  // Browsers keep a page silent until somebody touches it; each touch may be the first one.
  // A context that was closed meanwhile refuses.
  const start = () => void context.resume().catch(() => {});
  start();
  addEventListener("pointerdown", start);
  const stop = track.stop.bind(track);
  track.stop = () => {
    stop();
    removeEventListener("pointerdown", start);
    void context.close().catch(() => {});
  };
  return track;
}

/** What a constraint asks for, in whichever form it says so. */
function value(constraint: unknown): unknown {
  if (typeof constraint !== "object" || constraint === null) return constraint;
  const { exact, ideal, max } = constraint as Record<string, unknown>;
  return exact ?? ideal ?? max;
}

function number(constraint: unknown): number | undefined {
  const wanted = value(constraint);
  return typeof wanted === "number" && wanted > 0 ? wanted : undefined;
}

/** The same number for the same text, each time. */
function hash(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 99_991;
  return sum;
}
