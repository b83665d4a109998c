/**
 * The phone as its parts see it. `runtime/` is the one that makes it; the other folders are given it.
 * `tt/` and `call/` stand above `runtime/`, then come `components/` and `ui/`. A folder imports from
 * those below it and from the files beside this one, which import from no folder.
 */
import type { DeepPartial, PhoneRecord, PhoneSettings } from "../shared/bridge";
import type { Manifest } from "../shared/project";

export interface Phone {
  readonly settings: PhoneSettings;
  readonly manifest: Manifest;
  /** Everything that belongs to a screen: status bar, navigation bar, page, tab bar. */
  readonly screen: HTMLElement;
  /**
   * Lies over the screen: toasts, dialogues, pickers. It covers everything and lets touches through;
   * what is put in wants a shadow root, or a page's style sheet reaches it.
   */
  readonly layer: HTMLElement;
  readonly router: Router;
  /** What this phone keeps; opened before the phone is made, so that synchronous functions have it. */
  readonly store: Store;
  /** Attributes of the built-in components by tag, as `registerComponents` told: what `tt.canIUse` knows of them. */
  readonly builtIns: { readonly attributes: Readonly<Record<string, readonly string[]>> };
  /** Changes settings as the user does, and tells the desk. */
  change(change: DeepPartial<PhoneSettings>): void;
  /** Tells the desk. */
  report(record: DistributiveOmit<PhoneRecord, "time">): void;
  /** Tells the desk once of something that a phone refuses, with the place of the code that runs. */
  warn(message: string): void;
  /** Listens; the answer stops it. */
  on<K extends keyof PhoneEvents>(event: K, listener: (payload: PhoneEvents[K]) => void): () => void;
  emit<K extends keyof PhoneEvents>(event: K, payload: PhoneEvents[K]): void;
  /** Asks for a scope (`scope.camera`) as the platform does: at once where it was decided before. */
  authorize(scope: string): Promise<boolean>;
  /** Sizes and places on the screen as it is now. */
  metrics(): Metrics;
  /** Address of a file of the project (`/a.png`, `../a.png` seen from `file`, or the page on top), of the phone's own files (`ttfile://`), or what else it is. */
  url(path: string, file?: string): string;
  /** The page whose code is running, or which is on top. */
  currentPage(): PageInstance | undefined;
  /** Pages that hid "Share" in the menu. */
  readonly noShare: WeakSet<object>;
  /** Asks before the user goes back from a page; false keeps the page. */
  beforeBack?: () => Promise<boolean>;
}
/** Storage and files of one project on one phone: `openStore(name)` of `tt/store/`. All of it is in memory and written behind. */
export interface Store {
  /** What `tt.setStorage` keeps. */
  readonly storage: KeyValues;
  /** What else a phone remembers of its user's choices. */
  readonly state: KeyValues;
  readonly files: Files;
}
export interface KeyValues {
  keys(): string[];
  /** A copy; `undefined` without one. */
  get(key: string): unknown;
  /** Throws an `Error` with the detail of the platform's `fail` where a limit is passed. */
  set(key: string, value: unknown): void;
  remove(key: string): void;
  clear(): void;
  /** In bytes. */
  size(): number;
}
export interface Files {
  /** The file or folder (it has no data) at a path below `ttfile://user` or `ttfile://temp`. */
  find(
    path: string,
  ):
    | { readonly data: Uint8Array<ArrayBuffer> | null; readonly created: number; readonly modified: number }
    | undefined;
  /** Makes or replaces a file below `ttfile://user`; throws with the detail of the platform's `fail`. */
  write(path: string, data: Uint8Array): void;
  /** Keeps a file in `ttfile://temp` until the phone starts anew; its path. */
  addTemporary(data: Uint8Array | Blob, extension: string): Promise<string>;
  /** An address that elements can load, of a file that exists. */
  url(path: string): string | undefined;
}
/** In CSS pixels of the phone; places are from the upper left of the screen. */
export interface Metrics {
  screenWidth: number;
  screenHeight: number;
  /** What the page on top may draw on: without bars, but with the safe area's insets. */
  windowWidth: number;
  windowHeight: number;
  /** From the screen's top to the window's. */
  windowTop: number;
  statusBarHeight: number;
  /** Height of the navigation bar below the status bar; 0 with `navigationStyle: "custom"`. */
  navigationBarHeight: number;
  /** Height of the tab bar with the inset below it; 0 where there is none. */
  tabBarHeight: number;
  safeArea: Box;
  /** The capsule of "more" and "close". */
  menuButton: Box;
}
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  width: number;
  height: number;
}
/** What happens to the app, as `tt.onAppShow` and its like hear it. */
export interface PhoneEvents {
  settings: DeepPartial<PhoneSettings>;
  launch: LaunchOptions;
  /** Before any code of the app runs there is `launch`; this is when `App.onLaunch` has run. */
  launched: LaunchOptions;
  show: LaunchOptions;
  hide: undefined;
  error: { message: string; stack: string };
  unhandledRejection: { reason: unknown; promise: Promise<unknown> };
  pageNotFound: { path: string; query: Record<string, string>; isEntryPage: boolean };
  /** The user captures the screen. */
  captureScreen: undefined;
  /** The system runs short of memory: the platform's level, 5, 10 or 15. */
  memoryWarning: number;
  /** A new version of the mini-program was loaded, or could not be. */
  update: boolean;
  /** The mini-program wants to run as its new version. */
  applyUpdate: undefined;
  /** The stack changed. */
  route: { route: string };
  /** The window's size changed: the phone was turned, or a bar came or went. */
  resize: { windowWidth: number; windowHeight: number };
  theme: { theme: "light" | "dark" };
  /** The mini-program is about to start anew: everything that outlives its pages has to end. */
  restart: undefined;
}
export interface LaunchOptions {
  path: string;
  query: Record<string, string>;
  scene: string;
  [key: string]: unknown;
}
/** Navigation; each rejects with an `Error` whose message is the detail of the platform's `fail`. */
export interface Router {
  navigateTo(url: string): Promise<void>;
  redirectTo(url: string): Promise<void>;
  reLaunch(url: string): Promise<void>;
  switchTab(url: string): Promise<void>;
  navigateBack(delta: number): Promise<void>;
  /** Bottom first; a copy. */
  stack(): PageInstance[];
  setNavigationBar(change: {
    title?: string;
    frontColor?: string;
    backgroundColor?: string;
    loading?: boolean;
    home?: boolean;
  }): void;
  setTabBar(change: TabBarChange): void;
  startPullDownRefresh(): void;
  stopPullDownRefresh(): void;
  pageScrollTo(target: { scrollTop?: number; selector?: string; duration: number }): Promise<void>;
}
export type TabBarChange =
  | { kind: "show" | "hide"; animation: boolean }
  | { kind: "badge"; index: number; text: string | null }
  | { kind: "dot"; index: number; shown: boolean }
  | { kind: "item"; index: number; text?: string; iconPath?: string; selectedIconPath?: string }
  | { kind: "style"; color?: string; selectedColor?: string; backgroundColor?: string; borderStyle?: string };
/** What a page's code has as `this`; glass-easel's instance with the platform's fields. */
export interface PageInstance {
  route: string;
  options: Record<string, string>;
  data: Record<string, unknown>;
  setData(change: Record<string, unknown>, callback?: () => void): void;
  [key: string]: unknown;
}
export type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The parts that the runtime puts into a phone. Each stands in the `index.ts` of its folder. */
export interface Parts {
  /** Opens what is kept under this name, of a project and a phone; never rejects. */
  openStore(name: string): Promise<Store>;
  /** `tt`: `createTt(phone)` of `tt/`, with the RTC API of `startCall(phone, tt)` of `call/` put in. */
  createTt(phone: Phone): Record<string, unknown>;
  startCall(phone: Phone, tt: Record<string, unknown>): Promise<CallControl>;
}
/** What `call/` gives the runtime for the desk. */
export interface CallControl {
  callStats(): Promise<import("../shared/bridge").CallStats>;
  /** Whether a page is in a room, and not about to leave it. */
  inRoom(): boolean;
  /** Leaves all rooms and frees everything; before a restart. */
  stop(): void;
}
