/** The development server: its settings, the project as it compiled it, and whether it is there. */
import { ChangeSource } from "../shared/changes";
import type { Manifest } from "../shared/project";
import { SITE } from "../shared/site";
import type { Bus } from "./bus";

/** `/settings.json`: what was asked for where the simulator was started. */
export interface ServerSettings {
  /** The folder of the project, for the title. */
  folder?: string;
  /** Names the project among all that this browser keeps settings of. */
  project?: string;
  /** The title of the mini-program. */
  appName?: string;
  /** How many phones. */
  phones?: number;
  /** The page to open, `PATH?QUERY`. */
  path?: string;
  /** Whether cameras and microphones are made. Left out: where the machine has none. */
  fakeDevices?: boolean;
  /** Where calls meet: `local` or a WebSocket address. */
  signaling?: string;
  /** Apps whose tokens the server can sign. */
  apps?: string[];
  /** Where phones are in a browser that does not know their names (`origins.ts`), if a desk has asked. */
  ports?: number[];
}

export class Server {
  settings: ServerSettings = {};
  manifest: Manifest | null = null;
  /** Why there is no manifest, or an old one; empty if all is well. */
  trouble = "";
  state: "starting" | "there" | "gone" = "starting";
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Reads the settings, and starts to follow the project. */
  async start(): Promise<void> {
    try {
      this.settings = ((await getJson(`${SITE}settings.json`)) as ServerSettings | null) ?? {};
    } catch (error) {
      this.trouble = String(error);
    }
    this.#listen();
    await this.#load();
  }

  #listen(): void {
    const changes = new ChangeSource();
    changes.onopen = () => {
      if (this.state === "gone") void this.#load();
      this.#set("there");
    };
    changes.onmessage = () => void this.#load();
    changes.onerror = () => this.#set("gone");
  }

  async #load(): Promise<void> {
    try {
      this.manifest = (await getJson(`${SITE}app/manifest.json`)) as Manifest;
      this.trouble = "";
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    this.#bus.touch("server");
  }

  #set(state: Server["state"]): void {
    if (this.state === state) return;
    this.state = state;
    this.#bus.touch("server");
  }
}

async function getJson(path: string): Promise<unknown> {
  const response = await fetch(path, { cache: "no-store" });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${path}: ${response.status} ${text.slice(0, 300) || response.statusText}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path}: not JSON: ${text.slice(0, 80)}`);
  }
}
