/**
 * The phone's camera and microphone: the browser's or made ones, with the permissions and the
 * troubles that the desk gives the phone. It takes the place of `navigator.mediaDevices`, so that
 * everything in the phone has the same devices.
 */
import type { Phone } from "../phone";
import { fakeCamera, fakeMicrophone } from "./fake";

type Kind = "camera" | "microphone";

/** The platform's name of the permission to use a device. */
const SCOPES = { camera: "scope.camera", microphone: "scope.record" } as const;

export class PhoneDevices extends EventTarget {
  readonly #phone: Phone;
  readonly #real: MediaDevices | undefined = navigator.mediaDevices;
  readonly #running: Record<Kind, Set<MediaStreamTrack>> = { camera: new Set(), microphone: new Set() };
  readonly #stopListening: () => void;
  readonly #forward = () => this.dispatchEvent(new Event("devicechange"));
  #fake: boolean;

  constructor(phone: Phone) {
    super();
    this.#phone = phone;
    this.#fake = phone.settings.fakeDevices;
    this.#real?.addEventListener("devicechange", this.#forward);
    this.#stopListening = phone.on("settings", () => this.#follow());
    Object.defineProperty(navigator, "mediaDevices", { value: this, configurable: true });
  }

  /** Ends everything and gives the browser's own devices back. */
  stop(): void {
    this.#stopListening();
    this.#real?.removeEventListener("devicechange", this.#forward);
    for (const tracks of Object.values(this.#running)) for (const track of tracks) track.stop();
    Object.defineProperty(navigator, "mediaDevices", { value: this.#real, configurable: true });
  }

  /** As the W3C's, with the phone's own permissions before the browser's. */
  async getUserMedia(constraints: MediaStreamConstraints = {}): Promise<MediaStream> {
    const wanted: [Kind, boolean | MediaTrackConstraints][] = [];
    if (constraints.video) wanted.push(["camera", constraints.video]);
    if (constraints.audio) wanted.push(["microphone", constraints.audio]);
    if (wanted.length === 0) throw new TypeError("getUserMedia wants audio or video");
    const stream = new MediaStream();
    try {
      for (const [kind, of] of wanted) stream.addTrack(await this.#open(kind, of));
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw error;
    }
    return stream;
  }

  async getDisplayMedia(options?: DisplayMediaStreamOptions): Promise<MediaStream> {
    if (this.#real === undefined) throw insecure();
    return this.#real.getDisplayMedia(options);
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    const { camera, microphone, fakeDevices } = this.#phone.settings;
    const listed = fakeDevices ? made() : ((await this.#real?.enumerateDevices()) ?? []);
    return listed.filter(
      ({ kind }) =>
        (kind !== "videoinput" || camera !== "unplugged") &&
        (kind !== "audioinput" || microphone !== "unplugged"),
    );
  }

  getSupportedConstraints(): MediaTrackSupportedConstraints {
    return this.#real?.getSupportedConstraints() ?? {};
  }

  async #open(kind: Kind, constraints: boolean | MediaTrackConstraints): Promise<MediaStreamTrack> {
    this.#check(kind);
    if (!(await this.#phone.authorize(SCOPES[kind]))) {
      throw new DOMException("Permission denied", "NotAllowedError");
    }
    // The user took a while to answer.
    this.#check(kind);
    const track = await this.#track(kind, constraints);
    const running = this.#running[kind];
    running.add(track);
    track.addEventListener("ended", () => running.delete(track));
    return track;
  }

  async #track(kind: Kind, constraints: boolean | MediaTrackConstraints): Promise<MediaStreamTrack> {
    const { fakeDevices, user } = this.#phone.settings;
    if (fakeDevices) {
      return kind === "camera" ? fakeCamera(user.nickName || user.id, constraints) : fakeMicrophone(user.id);
    }
    if (this.#real === undefined) throw insecure();
    const stream = await this.#real.getUserMedia(
      kind === "camera" ? { video: constraints } : { audio: constraints },
    );
    const [track] = stream.getTracks();
    if (track === undefined) throw new DOMException("The device gave nothing", "NotReadableError");
    return track;
  }

  #check(kind: Kind): void {
    const state = this.#phone.settings[kind];
    if (state === "unplugged") throw new DOMException("Requested device not found", "NotFoundError");
    if (state === "busy") throw new DOMException("Device in use", "NotReadableError");
  }

  /** The desk changed something: running devices that may run no more end, as on a phone. */
  #follow(): void {
    const { settings } = this.#phone;
    const replaced = this.#fake !== settings.fakeDevices;
    this.#fake = settings.fakeDevices;
    for (const kind of ["camera", "microphone"] as const) {
      const refused = settings.permissions[SCOPES[kind]] === "denied";
      if (replaced || refused || settings[kind] !== "ready") this.#end(kind);
    }
    // Whoever lost a device looks whether it is back.
    this.dispatchEvent(new Event("devicechange"));
  }

  #end(kind: Kind): void {
    for (const track of this.#running[kind]) {
      track.stop();
      // A track that is stopped does not say so.
      track.dispatchEvent(new Event("ended"));
    }
  }
}

function insecure(): DOMException {
  return new DOMException("This page is not secure: it has no devices", "NotSupportedError");
}

function made(): MediaDeviceInfo[] {
  const device = (kind: MediaDeviceKind, deviceId: string, label: string) => {
    const fields = { kind, deviceId, label, groupId: "phone" };
    return { ...fields, toJSON: () => fields };
  };
  return [
    device("videoinput", "front", "Front camera"),
    device("videoinput", "back", "Back camera"),
    device("audioinput", "microphone", "Microphone"),
    device("audiooutput", "speakerphone", "Speakerphone"),
    device("audiooutput", "earpiece", "Earpiece"),
  ];
}
