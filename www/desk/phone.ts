/** One phone on the desk: its frame, its settings, and what of it is known. */
import type { DeepPartial, PageState, PhoneControl, PhoneSettings } from "../shared/bridge";
import { merge } from "./settings";

export class DeskPhone {
  readonly id: string;
  settings: PhoneSettings;
  /** It stays where it is from start to end: a frame that is moved in the document loads anew. */
  readonly frame: HTMLIFrameElement;
  /** The page on top, without query. */
  route = "";
  /** Errors since it started. */
  errors = 0;
  /** The room it asked to join last and as whom, until it leaves or starts anew. */
  room: { roomId: string; userId: string } | undefined;
  /** `silent`: its page was loaded and yet there is no phone in it. */
  state: "starting" | "ready" | "silent" = "starting";
  /** The network to return to from being offline. */
  #online: PhoneSettings["network"]["type"] = "wifi";

  constructor(settings: PhoneSettings, path: string) {
    this.id = settings.id;
    this.settings = settings;
    const query = new URLSearchParams({ id: settings.id });
    if (path) query.set("path", path);
    this.frame = document.createElement("iframe");
    this.frame.className = "phone";
    this.frame.dataset.phone = settings.id;
    this.frame.dataset.user = settings.user.id;
    this.frame.allow = "camera; microphone; display-capture; autoplay; geolocation; fullscreen; clipboard-read; clipboard-write";
    this.frame.src = `/phone/?${query}`;
  }

  /** What the phone offers, while it runs. */
  get control(): PhoneControl | undefined {
    try {
      return (this.frame.contentWindow as (Window & { phone?: PhoneControl }) | null)?.phone;
    } catch {
      // A page of another origin got into the frame.
      return undefined;
    }
  }

  get offline(): boolean {
    return this.settings.network.type === "none";
  }

  /** What to change to be offline, or to be back where one was. */
  setOffline(offline: boolean): DeepPartial<PhoneSettings> {
    return { network: { type: offline ? "none" : this.#online } };
  }

  /** Takes a change into its settings; whoever calls tells the phone, if it does not know. */
  take(change: DeepPartial<PhoneSettings>): void {
    this.settings = merge(this.settings, change);
    if (!this.offline) this.#online = this.settings.network.type;
    this.frame.dataset.user = this.settings.user.id;
  }

  /** The stack of pages; none while the phone does not run. */
  pages(): PageState[] {
    try {
      return this.control?.pages() ?? [];
    } catch {
      return [];
    }
  }

  /** Width and height of the screen as it is held, in CSS pixels. */
  get size(): { width: number; height: number } {
    const { width, height } = this.settings.device;
    return this.settings.orientation === "portrait" ? { width, height } : { width: height, height: width };
  }

  /** Starts the mini-program anew, or the whole phone if there is none. */
  restart(): void {
    this.errors = 0;
    const { control } = this;
    if (control) control.restart();
    else this.reload();
  }

  /** Loads the phone's page anew. */
  reload(): void {
    this.state = "starting";
    this.frame.contentWindow?.location.reload();
  }
}
