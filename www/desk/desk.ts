/**
 * The desk without its looks: which phones there are, what they are set to, what they said. The
 * phones reach it over their ports (`frames.ts`); the views read it and call its methods.
 */
import type {
  DeepPartial,
  GuestForDesk,
  GuestSettings,
  LiveRoom,
  PhoneForDesk,
  PhoneRecord,
  PhoneSettings,
  SourcePosition,
} from "../shared/bridge";
import { Gone, type Arguments, type Channel } from "../shared/channel";
import { SITE } from "../shared/site";
import { Bus } from "./bus";
import { CallMonitor } from "./call/monitor";
import { originsOfPhones, type Origins } from "./origins";
import { DeskPhone } from "./phone";
import { Log } from "./log";
import { Server } from "./server";
import { load, newSettings, save } from "./settings";
import { ViewState } from "./view-state";

/** Somebody from another platform: a web page that joins a room. */
export interface Guest {
  id: string;
  user: string;
  readonly frame: HTMLIFrameElement;
  /** While its page runs. */
  channel?: Channel<GuestForDesk>;
}
/** What is kept for a project between visits. */
interface Kept {
  phones: PhoneSettings[];
  /** How many the server asked for then. */
  asked: number | undefined;
}
/** More phones than this do not fit a machine. */
export const MOST_PHONES = 8;

export class Desk {
  readonly bus = new Bus();
  readonly server = new Server(this.bus);
  readonly log = new Log();
  readonly view = new ViewState(this.bus);
  readonly calls = new CallMonitor(this);
  readonly phones: DeskPhone[] = [];
  readonly guests: Guest[] = [];
  /** The page that phones open when they start. */
  path = "";
  /** Shows a place in the project's files; set by whoever can. */
  onSource: (at: SourcePosition) => void = () => undefined;
  #defaults: DeepPartial<PhoneSettings> = {};
  /** Where the pages of phones are. */
  #origins: Origins = () => location.origin;
  #guestCount = 0;

  /** Sets up the phones that the address, the server or the last visit ask for. */
  async start(query: URLSearchParams): Promise<void> {
    await this.server.start();
    const { settings } = this.server;
    const origins = await originsOfPhones(settings.ports ?? []);
    if (!origins) return;
    this.#origins = origins;
    this.path = query.get("path") ?? settings.path ?? "";
    const fake = query.get("fake");
    this.#defaults = {
      language: this.view.language === "zh" ? "zh_CN" : "en",
      fakeDevices: fake !== null ? fake !== "0" : (settings.fakeDevices ?? !(await hasCamera())),
    };
    const kept = load<Kept>(this.#key);
    // Phones added or removed since stay so, unless the simulator was started for another number.
    const last = kept?.asked === settings.phones ? kept?.phones.length : undefined;
    const count = countOf(query.get("phones")) ?? (last || (countOf(settings.phones) ?? 2));
    for (let index = 0; index < count; index++) this.addPhone(kept?.phones[index]);
  }

  // ---- phones ----

  phone(id: string): DeskPhone | undefined {
    return this.phones.find((phone) => phone.id === id);
  }

  /** The name to call a phone by: its user's. */
  nameOf(id: string): string {
    return this.phone(id)?.settings.user.id ?? this.guests.find((guest) => guest.id === id)?.user ?? id;
  }

  /** Adds a phone with the settings of the last visit, or with new ones. */
  addPhone(kept?: PhoneSettings): DeskPhone | undefined {
    if (this.phones.length >= MOST_PHONES) return undefined;
    const free = (id: string): boolean => !this.phone(id);
    let id = kept?.id ?? "";
    for (let number = 1; !id || !free(id); number++) id = String(number);
    const fresh = newSettings(id, this.#defaults);
    // Whoever comes back finds the phone in hand and connected.
    const settings = kept
      ? { ...newSettings(id, kept), id, foreground: true, network: fresh.network }
      : fresh;
    if (!kept) settings.device = this.phones.at(-1)?.settings.device ?? settings.device;
    const phone = new DeskPhone(settings, this.#origins(id), this.path, this.bus);
    this.phones.push(phone);
    this.#keep();
    this.bus.touch("phones", "settings");
    return phone;
  }

  removePhone(id: string): void {
    const index = this.phones.findIndex((phone) => phone.id === id);
    if (index < 0) return;
    this.phones.splice(index, 1).forEach((phone) => phone.disconnect());
    this.log.restarted(id);
    this.#keep();
    this.bus.touch("phones", "settings");
  }

  /** Changes settings of some phones. */
  apply(
    phones: readonly DeskPhone[],
    change: DeepPartial<PhoneSettings> | ((phone: DeskPhone) => DeepPartial<PhoneSettings>),
  ): void {
    for (const phone of phones) {
      const own = typeof change === "function" ? change(phone) : change;
      phone.take(own);
      void this.#ask(phone, "apply", own);
    }
    this.#keep();
    this.bus.touch("settings");
  }

  /** Has some phones do something; what goes wrong is a line of their console. One that does not run does nothing. */
  each<K extends keyof PhoneForDesk>(
    phones: readonly DeskPhone[],
    name: K,
    ...args: Arguments<PhoneForDesk, K>
  ): void {
    for (const phone of phones) void this.#ask(phone, name, ...args);
  }

  /** Starts mini-programs anew, or the whole phone where there is none. */
  restart(phones: readonly DeskPhone[]): void {
    for (const phone of phones) {
      this.log.restarted(phone.id);
      phone.errors = 0;
      if (phone.state === "ready") void this.#ask(phone, "restart");
      else phone.reload();
    }
    this.bus.touch("phones", "log");
  }

  /** Runs what was typed as a script of the phone's window; its answer is a line of the console, which the phone writes. */
  evaluate(phone: DeskPhone, text: string): void {
    this.log.addConsole(phone.id, { kind: "input", time: Date.now(), text });
    // Who typed something waits for an answer, also for that there is none.
    phone
      .ask("evaluate", text)
      .catch((error: Error) => this.#failed(phone, error.message, error instanceof Gone ? "" : error.stack));
    this.bus.touch("log");
  }

  openSource(at: SourcePosition): void {
    this.onSource(at);
  }

  /** Notes whether a frame has a phone in it. */
  setState(phone: DeskPhone, state: DeskPhone["state"]): void {
    if (phone.state === state) return;
    phone.state = state;
    this.bus.touch("phones");
  }

  /** The first two or more phones that joined one room as one user: a room knows users by their ids. */
  sameUser(): { roomId: string; userId: string; phones: DeskPhone[] } | undefined {
    for (const { room } of this.phones) {
      if (!room) continue;
      const phones = this.phones.filter(
        (phone) => phone.room?.roomId === room.roomId && phone.room.userId === room.userId,
      );
      if (phones.length > 1) return { ...room, phones };
    }
    return undefined;
  }

  // ---- guests ----

  addGuest(): Guest {
    this.#guestCount += 1;
    const user = this.#guestCount === 1 ? "web" : `web${this.#guestCount}`;
    const frame = document.createElement("iframe");
    frame.className = "web";
    frame.dataset.user = user;
    frame.title = user;
    frame.allow = "camera; microphone; display-capture; autoplay; fullscreen; clipboard-write";
    const query = new URLSearchParams({ id: `web-${this.#guestCount}`, user });
    frame.src = `${SITE}web/?${query}`;
    const guest: Guest = { id: `web-${this.#guestCount}`, user, frame };
    this.guests.push(guest);
    this.bus.touch("phones");
    return guest;
  }

  removeGuest(id: string): void {
    const index = this.guests.findIndex((guest) => guest.id === id);
    if (index < 0) return;
    this.guests.splice(index, 1);
    this.bus.touch("phones");
  }

  /** The rooms that phones are in. */
  async rooms(): Promise<LiveRoom[]> {
    await this.calls.poll();
    return this.calls.rooms();
  }

  /** What a guest's page asks when it starts. */
  guestSettings(): GuestSettings {
    const { signaling = "local", apps = [] } = this.server.settings;
    const { language, theme } = this.view;
    return { signaling, apps, fakeDevices: this.#defaults.fakeDevices === true, language, theme };
  }

  /** A guest says who it is now. */
  nameGuest(id: string, user: string): void {
    const guest = this.guests.find((guest) => guest.id === id);
    if (!guest) return;
    guest.user = user;
    guest.frame.dataset.user = user;
    this.bus.touch("phones");
  }

  // ---- what phones ask and say ----

  /** A phone's page was loaded, whoever made it load: the settings that it starts with. */
  started(phone: DeskPhone): PhoneSettings {
    this.log.restarted(phone.id);
    phone.room = undefined;
    this.bus.touch("log", "phones");
    return phone.settings;
  }

  report(id: string, record: PhoneRecord): void {
    const phone = this.phone(id);
    switch (record.kind) {
      case "settings":
        phone?.take(record.change);
        this.#keep();
        this.bus.touch("settings");
        return;
      case "pages":
        if (phone && phone.route !== record.route) {
          phone.route = record.route;
          this.bus.touch("phones");
        }
        this.bus.touch("pages");
        return;
      case "storage":
        this.bus.touch("storage");
        return;
      case "call":
        if (phone && !record.result) this.#follow(phone, record.name, record.options);
        break;
      case "error":
        if (phone) phone.errors += 1;
        this.bus.touch("phones");
        break;
    }
    this.log.add(id, record);
    this.bus.touch("log");
  }

  // ---- within ----

  /** Notes which room a phone asks for. Being thrown out of it changes nothing: that is what is to be explained. */
  #follow(phone: DeskPhone, name: string, options: unknown): void {
    const { roomId, userId } = Object(options) as { roomId?: unknown; userId?: unknown };
    if (name === "joinRtcRoom") phone.room = { roomId: String(roomId), userId: String(userId) };
    else if (name === "exitRtcRoom") phone.room = undefined;
    else return;
    this.bus.touch("phones");
  }

  async #ask<K extends keyof PhoneForDesk>(
    phone: DeskPhone,
    name: K,
    ...args: Arguments<PhoneForDesk, K>
  ): Promise<void> {
    try {
      await phone.ask(name, ...args);
    } catch (error) {
      if (error instanceof Gone) return;
      const { message, stack = "" } = error as Error;
      this.#failed(phone, message, stack);
    }
  }

  #failed(phone: DeskPhone, message: string, stack = ""): void {
    this.report(phone.id, { kind: "error", time: Date.now(), message, stack, at: null });
  }

  get #key(): string {
    return `tt-sim:phones:${this.server.settings.project ?? ""}`;
  }

  #keep(): void {
    const phones = this.phones.map(({ settings }) => settings);
    save(this.#key, { phones, asked: this.server.settings.phones } satisfies Kept);
  }
}

function countOf(value: unknown): number | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const count = Math.trunc(Number(value));
  return Number.isFinite(count) && count >= 0 ? Math.min(count, MOST_PHONES) : undefined;
}

/** Whether the machine has a camera, as far as a page may know before it asks for one. */
async function hasCamera(): Promise<boolean> {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.some(({ kind }) => kind === "videoinput");
  } catch {
    return false;
  }
}
