/**
 * What the development server serves of a mini-program: written by `crates/miniprogram`, read by the
 * phone. A *path* is a file's place below the folder without a leading slash; a page or component is
 * named by its path without extension (`pages/index/index`).
 *
 * `tt-rtc-sim export` writes files of the same paths, below any folder (`site.ts`): all but positions, maps, originals
 * and events.
 *
 * - `GET /app/manifest.json`: the {@link Manifest}.
 * - `GET /app/module/PATH.js`: a script that calls `__define("PATH.js", function (require, module,
 *   exports, …) {…}, …)`, see {@link Define}. PATH is that of the source, whatever its language was.
 *   Loops that may never end call `__turns()` now and then, which throws when they have to stop, and
 *   else says after how many turns to call it again.
 * - `GET /app/position/PATH?line=LINE&column=COLUMN`: where a place of a module's script is in its source,
 *   or in the file that a source map says it was built from: a `SourcePosition` (`bridge.ts`).
 * - `GET /app/map/PATH.map`: the source map of a module's script, which names it, for debuggers. Its sources are
 *   the files that were written, also where a source map says that PATH was built from those. Not for guests.
 * - `GET /app/original/PATH?file=FILE`: the text of such a file, if the source map has it.
 * - `GET /app/template/NAME.js`: a script that calls `__template("NAME", groups)` with glass-easel's
 *   generator objects of this page or component and of all templates it imports. With `true` behind
 *   them the template is broken, and they show why. View scripts write to `__console`.
 * - `GET /app/style/NAME.css`: a page's or component's own TTSS, imports resolved; `app.css` for all.
 *   `GET /app/shared-style/NAME.css` is the same for one that shares its styles: without a prefix. Addresses of
 *   files in them are seen from the phone's page (`../app/file/…`).
 * - `GET /app/file/PATH`: any other file as it is.
 * - `GET /app/events`: server-sent events, or messages of a WebSocket (`changes.ts`), each a {@link Change}.
 */

/** The whole project, except for the text of its files. */
export interface Manifest {
  /** Counts compilations. */
  version: number;
  /** `app.json` as it is, unknown keys included. */
  app: AppJson;
  /** The module of `app.js` or `app.ts`, if there is one. */
  entry: string | null;
  /** The pages in their order, those of subpackages behind the others; the first is the entry page. */
  pages: string[];
  /** Pages and components, by name. */
  components: Record<string, ComponentEntry>;
  /** Each module's own `require`s: as written, to the path of what is meant. */
  modules: Record<string, Record<string, string>>;
  /** What is wrong, in the order of files and lines. */
  problems: Problem[];
  /** Names the project among all that this browser keeps data of: its appid and a hash of its folder. */
  project: string;
  /** `setting.urlCheck` of `project.config.json`: whether requests are held to https and to `domains`. */
  urlCheck: boolean;
  /** Hosts, with a port or without, that requests may go to; all if there are none. */
  domains: string[];
}

/** A page or component. */
export interface ComponentEntry {
  /** Its JSON file as it is, `{}` without one. */
  json: Record<string, unknown>;
  /** Components by tag as in the compiled template (`tt-` before the tag of the source), with those of `app.json`. */
  using: Record<string, string>;
  /** Abstract nodes, by tag as in the compiled template, and their default components. */
  generics: Record<string, string | null>;
  /** Its module, if it has one. */
  script: string | null;
  /** Whether it has a template and a style sheet. */
  template: boolean;
  style: boolean;
  /** How it shares classes with others, by its JSON: one of glass-easel's names (`isolated`, `shared`). */
  styleIsolation: string;
  /**
   * What its classes begin with in its style sheet: `.a` is written `.SCOPE--a`, `:host`
   * `[wx-host="SCOPE"]`. Empty if it shares the app's, as pages do. Its script may say that too.
   */
  styleScope: string;
}

/** Something in the project that is wrong or does nothing. */
export interface Problem {
  severity: "error" | "warning";
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in characters. */
  column: number;
  /** The line of the source; of a long one, the part around the column. */
  excerpt: string;
  /** The column of the excerpt's first character. */
  excerptColumn: number;
  message: string;
}

/** What `GET /app/events` says: a compilation after which these differ. */
export interface Change {
  version: number;
  /** Paths of modules; names of components whose template or style changed; other files. */
  modules: string[];
  templates: string[];
  styles: string[];
  files: string[];
  /** Whether the manifest differs in anything but its version and problems. */
  manifest: boolean;
}

/**
 * Takes a module: its function, which is called with `require`, `module`, `exports` and a value for
 * each of `globals`; how much its first line has before that of the source, in UTF-16 units; and
 * whether places in it may be others than those of the source otherwise (`GET /app/position`).
 * `globals` are those of {@link GLOBALS} that the code uses, and names that only a browser has, which
 * are `undefined`.
 */
export type Define = (
  path: string,
  body: (this: unknown, ...scope: unknown[]) => void,
  globals: readonly string[],
  columns: number,
  moved: boolean,
) => void;
/** What a module's code may take for global beside the language. */
export const GLOBALS = [
  "App",
  "Behavior",
  "Component",
  "Function",
  "Page",
  "clearInterval",
  "clearTimeout",
  "console",
  "eval",
  "getApp",
  "getCurrentPages",
  "global",
  "globalThis",
  "requirePlugin",
  "setInterval",
  "setTimeout",
  "tt",
  "wx",
] as const;
export type Global = (typeof GLOBALS)[number];

export interface AppJson {
  pages?: string[];
  window?: WindowJson;
  tabBar?: TabBarJson;
  subPackages?: { root: string; pages: string[]; name?: string }[];
  networkTimeout?: Record<string, number>;
  /** Whether cookies of responses are kept and sent along. */
  cookie?: { enableStore?: boolean };
  permission?: Record<string, { desc?: string }>;
  usingComponents?: Record<string, string>;
  [key: string]: unknown;
}
/** The `window` of `app.json`; a page's JSON has the same keys. */
export interface WindowJson {
  navigationBarBackgroundColor?: string;
  navigationBarTextStyle?: "black" | "white";
  navigationBarTitleText?: string;
  navigationStyle?: "default" | "custom";
  backgroundColor?: string;
  backgroundTextStyle?: "dark" | "light";
  enablePullDownRefresh?: boolean;
  onReachBottomDistance?: number;
  disableScroll?: boolean;
  [key: string]: unknown;
}
export interface TabBarJson {
  color?: string;
  selectedColor?: string;
  backgroundColor?: string;
  borderStyle?: string;
  list: { pagePath: string; text: string; iconPath?: string; selectedIconPath?: string }[];
  [key: string]: unknown;
}
