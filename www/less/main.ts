/**
 * The compiler of Less for the simulator, which runs it in an engine without a browser, without
 * Node.js and without a file system: `crates/miniprogram/src/preprocess/less.rs`.
 *
 * That gives `readFile`, and calls `compileLess`. Paths begin with `/`, the project's folder.
 */
import AbstractFileManager from "less/lib/less/environment/abstract-file-manager.js";
import createLess, { type FileInfo, type LessError } from "less/lib/less/index.js";

/** The path, without `.` and `..`, and the text. */
type Source = [path: string, text: string];

/** A place of the compiled sheet, and the source and its place that this comes from: UTF-16 units. */
type Mapping = [offset: number, source: number, sourceOffset: number];

type Result =
  | { css: string; sources: string[]; mappings: Mapping[] }
  | { error: { message: string; file?: string; line?: number; column?: number } };

declare global {
  function readFile(path: string): Source | undefined;
  function compileLess(path: string, text: string): string;
}

/** Whether an expression matches at the beginning of a text only. */
function isAnchored(source: string): boolean {
  const plain = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, "");
  let depth = 0;
  for (const c of plain) {
    if (c === "(") depth++;
    if (c === ")") depth--;
    if (c === "|" && depth === 0) return false;
  }
  return plain.startsWith("^");
}

/**
 * The parser tries hundreds of expressions `^…` at each place. The engine looks for each in all of the
 * rest of the text, which took 60 % of the time; for a sticky one it looks at one place.
 */
function anchorExpressions(): void {
  const exec = RegExp.prototype.exec;
  const sticky = new Map<string, RegExp | undefined>();
  RegExp.prototype.exec = function (text) {
    if (this.global || this.sticky || this.multiline) return exec.call(this, text);
    const { source, ignoreCase } = this;
    const key = ignoreCase ? `i${source}` : `-${source}`;
    if (!sticky.has(key)) {
      sticky.set(key, isAnchored(source) ? new RegExp(source, ignoreCase ? "iy" : "y") : undefined);
    }
    const anchored = sticky.get(key);
    if (!anchored) return exec.call(this, text);
    anchored.lastIndex = 0;
    return exec.call(anchored, text);
  };
}

/** The files of the project. */
class ProjectFiles extends AbstractFileManager {
  supports(): boolean {
    return true;
  }

  supportsSync(): boolean {
    return true;
  }

  loadFileSync(name: string, folder: string, options: { ext?: string }): unknown {
    const written = this.isPathAbsolute(name) ? name : folder + name;
    const file = readFile(options.ext ? this.tryAppendExtension(written, options.ext) : written);
    if (!file) return { type: "File", message: `There is no style sheet ${name}.` };
    // A sheet of the platform stays one: what it imports is relative to it.
    const [filename, text] = file;
    const contents = /\.(ttss|wxss)$/.test(filename) ? `@import (css) ${JSON.stringify(filename)};` : text;
    return { filename, contents };
  }
}

/** A plugin is a program, and a style sheet may not bring one along. */
class NoPlugins {
  loadPluginSync(): unknown {
    return {
      type: "Plugin",
      message: "@plugin is not supported: a style sheet cannot bring a program along.",
    };
  }
}

/** The compiled sheet with its sources. A source map as the package makes one takes as long as all else. */
class Output {
  css = "";
  readonly #sources = new Map<string, number>();
  readonly #mappings: Mapping[] = [];

  add(chunk: string, file?: FileInfo, index?: number): void {
    if (chunk && file?.filename !== undefined && index !== undefined) {
      const source = this.#sources.get(file.filename) ?? this.#sources.size;
      this.#sources.set(file.filename, source);
      this.#mappings.push([this.css.length, source, index]);
    }
    this.css += chunk;
  }

  isEmpty(): boolean {
    return this.css === "";
  }

  result(): Result {
    return { css: this.css, sources: [...this.#sources.keys()], mappings: this.#mappings };
  }
}

anchorExpressions();

const less = createLess(
  {
    // For data-uri(), which leaves the address as it is if there is no such file.
    mimeLookup: () => "application/octet-stream",
    charsetLookup: () => "UTF-8",
  },
  [new ProjectFiles()],
);
less.PluginLoader = NoPlugins;
// Errors of this kind take over the stack of another and look for its lines. Where that has none,
// or is of another engine, they would fail.
Object.defineProperty(less.LessError.prototype, "stack", { get: () => undefined, set: () => {} });

function failed(error: LessError | null): Result {
  return {
    error: {
      message: error?.message ?? "",
      file: error?.filename ?? undefined,
      line: error?.line ?? undefined,
      column: error?.column ?? undefined,
    },
  };
}

globalThis.compileLess = (path, text) => {
  let result: Result = failed(null);
  const options = { filename: path, syncImport: true, javascriptEnabled: false };
  less.parse(text, options, (error, root, imports, parsed) => {
    if (!root) {
      result = failed(error);
      return;
    }
    try {
      const output = new Output();
      // As the package does it without a source map.
      less.transformTree(root, parsed).genCSS({ numPrecision: 8 }, output);
      result = output.result();
    } catch (thrown) {
      result = failed(new less.LessError(thrown, imports));
    }
  });
  return JSON.stringify(result);
};
