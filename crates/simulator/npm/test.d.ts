/**
 * Tests of a mini-program, with several phones in one browser. `tt-rtc-sim test` runs them. Names are those of
 * miniprogram-automator, with `Tt` in place of `Wx`.
 */

export interface LaunchOptions {
  /**
   * The test's context of node:test. The phones are closed with it, and if it fails, what they showed is kept. Without
   * it, call `close()`: as long as there are phones, the process does not end.
   */
  test?: { after(run: () => void | Promise<void>): void; readonly error: unknown; readonly name: string };
  /** The mini-program: a folder with an app.json or project.config.json. The one of `tt-rtc-sim test`. */
  folder?: string;
  /** How many phones there are: 2. Their users are alice, bob and so on. */
  phones?: number;
  /** The page they open, `PAGE?QUERY`; the first one of app.json. */
  path?: string;
  /** What the user has decided before: camera and microphone are granted. */
  permissions?: Permissions;
  /** A file whose answers stand in for servers: `tt-rtc-sim --help` has its form. */
  mock?: string;
  /** Apps whose tokens are checked as in earnest, and their keys. */
  appKeys?: Record<string, string>;
  /** The language of the desk and of the phones' dialogues: "zh-CN" (允许, 拒绝), unless it is "en-US" (Allow, Don't allow). */
  locale?: string;
}

/**
 * Opens phones next to each other, in a context of a browser that has nothing of other tests. Camera and microphone
 * are made: a moving picture with the user's name, and a tone. Pages do not slide: the browser is one whose user asked
 * for less motion (`prefers-reduced-motion`), so a tap hits what stands there. Rejects if the
 * mini-program has mistakes, and if a phone shows no page within 30 s.
 */
export function launch(options?: LaunchOptions): Promise<Simulator>;

export interface Simulator {
  readonly phones: Phone[];
  /** Playwright's page with the desk and the phones. */
  readonly page: import("playwright-core").Page;
  /** The phone of a user. */
  phone(user: string): Phone;
  /** Records the calls of the RTC API, its events and the states of connections, on all phones, from now on. */
  recordCall(): Promise<{ stop(): Promise<CallRecord[]> }>;
  close(): Promise<void>;
}

/** Something that happened; `time` as of `Date.now()`. */
export type CallRecord = { user: string; time: number } & (
  | {
      kind: "call";
      id: number;
      name: string;
      options: unknown;
      result: { ok: boolean; value: unknown } | null;
    }
  | { kind: "event"; name: string; payload: unknown }
  | { kind: "connection"; what: "signaling" | "peer"; peer: string; state: string }
);

export type Permissions = Record<string, "granted" | "denied" | "prompt">;

export interface Network {
  type?: "wifi" | "5g" | "4g" | "3g" | "2g" | "none";
  /** Whether the signaling server can be reached. */
  signaling?: boolean;
  /** Whether sound and pictures get through. */
  media?: boolean;
  /** Added to each way, in milliseconds. */
  delay?: number;
  /** Part of the media packets lost, 0 to 1. */
  loss?: number;
}

export interface Phone {
  readonly user: string;
  /** Playwright's frame of the phone, for what is not here. */
  readonly frame: import("playwright-core").Frame;

  currentPage(): Promise<Page>;
  /** Bottom first. */
  pageStack(): Promise<Page[]>;
  /** Each returns the page that is on top then, and rejects as `fail` of the function of `tt` does. */
  reLaunch(url: string): Promise<Page>;
  navigateTo(url: string): Promise<Page>;
  redirectTo(url: string): Promise<Page>;
  switchTab(url: string): Promise<Page>;
  navigateBack(delta?: number): Promise<Page>;

  /** Calls a function of `tt`; what its `success` gets. Rejects with `errNo` and `errMsg` of its `fail`. */
  callTtMethod(name: string, options?: object): Promise<unknown>;
  /**
   * Lets a function of `tt` answer with `result` and do nothing. An `errMsg` with `:fail` in it goes to `fail`. A
   * function runs in the phone: it gets the options of the call and `rest`, and returns the answer.
   */
  mockTtMethod(name: string, result: unknown, ...rest: unknown[]): Promise<void>;
  restoreTtMethod(name: string): Promise<void>;
  /** Runs a function in the phone, with `tt`, `getApp()` and `getCurrentPages()`. It sees nothing of the test. */
  evaluate<A extends unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>>;

  /** Taps a button of a dialogue, by its text. Rejects with the buttons that there are after 15 s. */
  answer(text: string): Promise<void>;
  permissions(permissions: Permissions): Promise<void>;
  network(network: Network): Promise<void>;
  devices(devices: { camera?: DeviceState; microphone?: DeviceState }): Promise<void>;
  /** Puts the mini-program into the foreground or out of it. */
  foreground(foreground: boolean): Promise<void>;

  /**
   * Waits until the picture of a user moves. It is the user of the call, who may have another name than the phone's.
   * `timeout` in milliseconds, 15 s.
   */
  sees(user: string, options?: { mode?: "video" | "screen" | "camera"; timeout?: number }): Promise<void>;
  /** Waits until there is sound of a user. */
  hears(user: string, options?: { timeout?: number }): Promise<void>;
  /** Waits until there is none. */
  hearsNothingOf(user: string, options?: { timeout?: number }): Promise<void>;
  /** The call as the phone has it now: room, lists, and what flows over each connection. */
  callStats(): Promise<unknown>;
  /** The last 2,000 things that happened, oldest first. */
  records(): Promise<{ kind: string; time: number }[]>;
  /** A picture of the phone as PNG. */
  screenshot(options?: { path?: string }): Promise<Uint8Array>;
}

export type DeviceState = "ready" | "unplugged" | "busy";

/** A page of the stack. It stays the same page while others are opened above it. */
export interface Page {
  readonly path: string;
  readonly query: Record<string, string>;
  /**
   * The first element of its template that a selector finds, or null: tags, ids, classes, and one in another
   * (`view.list > .item`). Rejects if the page is not on top.
   */
  $(selector: string): Promise<Element | null>;
  $$(selector: string): Promise<Element[]>;
  /** Its data, or what is at a path of it: `members[0].name`. */
  data(path?: string): Promise<any>;
  /** Calls `setData`, and waits until it shows. */
  setData(change: Record<string, unknown>): Promise<void>;
  callMethod(name: string, ...args: unknown[]): Promise<any>;
  /** Waits for a time in milliseconds, until a selector finds an element, or until a function returns something true. */
  waitFor<T>(condition: number | string | (() => T), options?: { timeout?: number }): Promise<unknown>;
}

export interface Element {
  /** Playwright's handle of it. */
  readonly handle: import("playwright-core").ElementHandle<HTMLElement>;
  /** In a custom component: of its template. */
  $(selector: string): Promise<Element | null>;
  $$(selector: string): Promise<Element[]>;
  tagName(): Promise<string>;
  dataset(): Promise<Record<string, unknown>>;
  property(name: string): Promise<any>;
  /** What a user reads in it. */
  text(): Promise<string>;
  /** What a field holds. */
  value(): Promise<any>;
  style(name: string): Promise<string>;
  size(): Promise<{ width: number; height: number }>;
  offset(): Promise<{ left: number; top: number }>;
  /** Taps it as a user does: waits until it is in sight, still, and not covered. */
  tap(): Promise<void>;
  longpress(): Promise<void>;
  /** Types into a field in place of what it holds. */
  input(text: string): Promise<void>;
  /** Lets it tell an event, as if its component had. */
  trigger(type: string, detail?: unknown): Promise<void>;
  /** Calls a method of a custom component. */
  callMethod(name: string, ...args: unknown[]): Promise<any>;
}
