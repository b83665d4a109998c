/** One phone on the desk: its frame, its settings, and what of it is known. */
import type { DeepPartial, PageState, PhoneForDesk, PhoneSettings } from "../shared/bridge";
import { hasServer } from "../shared/secret";
import { Gone, type Arguments, type Channel } from "../shared/channel";
import type { Bus } from "./bus";
import { readPages, readStorage } from "./read";
import { merge } from "./settings";
import { Snapshot } from "./snapshot";

/** How long answers may take where that is not the channel's own time, in milliseconds. */
const PATIENCE: Partial<Record<keyof PhoneForDesk, number>> = { callStats: 3000 };

export class DeskPhone {
  readonly id: string;
  settings: PhoneSettings;
  /** It stays where it is from start to end: a frame that is moved in the document loads anew. */
  readonly frame: HTMLIFrameElement;
  /** The page on top, without query. */
  route = "";
  /** What it last said of its page stack and of what it stores; the panels that show them ask for them. */
  readonly pages: Snapshot<PageState[]>;
  readonly storage: Snapshot<Record<string, unknown>>;
  /** Errors since it started. */
  errors = 0;
  /** The room it asked to join last and as whom, until it leaves or starts anew. */
  room: { roomId: string; userId: string } | undefined;
  /** `silent`: its page was loaded and yet there is no phone in it. */
  state: "starting" | "ready" | "silent" = "starting";
  /** The network to return to from being offline. */
  #online: PhoneSettings["network"]["type"] = "wifi";
  #channel: Channel<PhoneForDesk> | undefined;

  constructor(settings: PhoneSettings, origin: string, path: string, bus: Bus) {
    this.id = settings.id;
    this.settings = settings;
    const query = new URLSearchParams({ id: settings.id });
    if (path) query.set("path", path);
    this.frame = document.createElement("iframe");
    this.frame.className = "phone";
    this.frame.dataset.phone = settings.id;
    this.frame.dataset.user = settings.user.id;
    // Everything but to take the desk's place in the window. Exported, they are of one origin, which no
    // sandbox divides.
    if (hasServer())
      this.frame.sandbox.add(
        "allow-downloads",
        "allow-forms",
        "allow-modals",
        "allow-pointer-lock",
        "allow-popups",
        "allow-popups-to-escape-sandbox",
        "allow-same-origin",
        "allow-scripts",
      );
    this.frame.allow =
      "camera; microphone; display-capture; autoplay; geolocation; fullscreen; clipboard-read; clipboard-write";
    this.frame.src = `${origin}/phone/?${query}`;
    this.pages = new Snapshot<PageState[]>(
      [],
      async () => readPages(await this.ask("pages")),
      () => bus.touch("page data"),
    );
    this.storage = new Snapshot(
      {},
      async () => readStorage(await this.ask("storage")),
      () => bus.touch("stored"),
    );
  }

  /** Its page was loaded and has given a port, in place of the one that it had. */
  connect(channel: Channel<PhoneForDesk>): void {
    this.disconnect();
    this.#channel = channel;
  }

  /** Its page is gone. */
  disconnect(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Has it do something; what it answers is to be read with care. Rejects with `Gone` while there is no phone. */
  async ask<K extends keyof PhoneForDesk>(name: K, ...args: Arguments<PhoneForDesk, K>): Promise<unknown> {
    if (!this.#channel) throw new Gone("the phone does not run");
    return this.#channel.ask(name, args, PATIENCE[name]);
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

  /** Width and height of the screen as it is held, in CSS pixels. */
  get size(): { width: number; height: number } {
    const { width, height } = this.settings.device;
    return this.settings.orientation === "portrait" ? { width, height } : { width: height, height: width };
  }

  /** Loads the phone's page anew, whatever became of it. */
  reload(): void {
    this.state = "starting";
    this.disconnect();
    const { src } = this.frame;
    this.frame.src = src;
  }
}
