/**
 * What goes wrong in a page's code, wherever it comes up: told to the app (`onError`), to the desk
 * with its place in the sources, and on the screen. Nothing of it stops the phone.
 */
import { addGlobalErrorListener, addGlobalWarningListener, type Element } from "glass-easel";
import type { SourcePosition } from "../../shared/bridge";
import { excerptOf } from "../../shared/excerpt";
import type { Problem } from "../../shared/project";
import type { Phone } from "../phone";
import type { App } from "./app";
import { browserConsole } from "./console";
import { ErrorOverlay } from "./overlay";
import { callerPosition, positionOf, readStack } from "./positions";
import { findInTemplate, literal } from "./template-source";
import { TemplateWarnings } from "./template-warnings";
import { text } from "./texts";

/** The same message again within a second is told so many times, and no more. */
const REPEATS = 5;

export class Faults {
  readonly #phone: Phone;
  readonly #app: App;
  readonly #overlay: ErrorOverlay;
  /** What the desk was told, with the file that it depends on. */
  readonly #told = new Map<string, { source: string; problem: Problem }>();
  readonly #templateWarnings = new TemplateWarnings((message, component, { at, line }) =>
    this.problem("warning", message, at, line, `${component}.ttml`),
  );
  #recent = { message: "", count: 0, until: 0 };

  /** `top` is the page on top: an error belongs to the page on which it came up. */
  constructor(phone: Phone, app: App, top: () => object | undefined) {
    this.#phone = phone;
    this.#app = app;
    this.#overlay = new ErrorOverlay(phone.layer, text(phone.settings.language, "dismiss"), top);
  }

  /** Takes what is thrown where nobody catches it. `placeOf` is where a component or behavior is defined. */
  listen(placeOf: (name: string) => SourcePosition | null): void {
    addGlobalErrorListener((error, method, component) => {
      // A part of a definition that makes no sense: a phone leaves it out.
      if (method === "[prepare]" || method === "definition") {
        const name = typeof component === "string" ? component : (component?.is ?? "");
        this.warn(error instanceof Error ? error.message : String(error), placeOf(name));
        return false;
      }
      this.failed(error, String(method ?? ""));
      return false;
    });
    addGlobalWarningListener((message, component, element) => {
      // `tt:for="{{5}}"` is documented.
      if (message.startsWith("Use number as for-list")) return false;
      // Data that comes later: uni-app renders every page once before it has any.
      if (message.startsWith("The for-list data is") && message.includes('"undefined"')) return false;
      const name = typeof component === "string" ? component : (component?.is ?? "");
      if (this.#templateWarnings.attribute(message, name, element as Element | undefined)) return false;
      if (this.#templateWarnings.list(message, name) || this.#templateWarnings.type(message)) return false;
      if (name === "" || name.startsWith("tt://")) this.warn(message);
      else this.warn(message, { file: `${name}.ttml`, line: 1, column: 1 });
      return false;
    });
    window.addEventListener("error", (event) => {
      // Resources that are not there have no error; elements say so themselves.
      if (event.error !== undefined && event.error !== null) this.failed(event.error, "uncaught");
      // A size that changed while sizes were told is told in the next frame; no program can observe sizes like this.
      else if (event.message && !event.message.startsWith("ResizeObserver loop"))
        this.failed(new Error(event.message), "uncaught");
    });
    window.addEventListener("unhandledrejection", ({ reason, promise }) => this.#rejected(reason, promise));
  }

  failed(error: unknown, what: string): void {
    const { message, stack } = describe(error);
    if (this.#tooOften(message)) return;
    browserConsole.error(error, what);
    const at = positionOf(stack) ?? callerPosition();
    this.#phone.report({ kind: "error", message, at, ...readStack(stack) });
    this.#overlay.show(message, at);
    this.#phone.emit("error", { message, stack });
    this.#app.call("onError", stack.includes(message) ? stack : message);
  }

  /** An event came whose handler a component does not have: a phone notes it, and goes on. */
  async unhandled(component: string, handler: string, event: string): Promise<void> {
    const binding = `(?:(?:capture|mut)-)?(?:bind|catch)[:-]?${literal(event)}\\s*=\\s*["']?`;
    // A handler that data chose is named nowhere: there the binding has to do.
    const [named, chosen] = [`${literal(handler)}["'\\s/>]`, "[^\"'>]*\\{\\{"];
    const { at, line } = await findInTemplate(
      component,
      new RegExp(binding + named),
      new RegExp(binding + chosen),
    );
    this.problem(
      "warning",
      `"${component}" has no method "${handler}" to handle "${event}"`,
      at,
      line,
      `${component}.ttml`,
    );
  }

  /** Tells once of something that does nothing, or not what it seems to. */
  warn(message: string, at: SourcePosition | null = callerPosition()): void {
    this.problem("warning", message, at);
  }

  /**
   * Tells the desk once of something that wants to be changed. `text` is the line at its place;
   * `source` the file that it depends on, if that is another.
   */
  problem(
    severity: Problem["severity"],
    message: string,
    at: SourcePosition | null,
    text = "",
    source = at?.file ?? "",
  ): void {
    const key = `${message} ${at?.file}:${at?.line}`;
    if (this.#told.has(key)) return;
    const { file = "", line = 1, column = 1 } = at ?? {};
    const problem: Problem = { severity, file, line, column, message, ...excerptOf(text, column) };
    this.#told.set(key, { source, problem });
    browserConsole[severity === "warning" ? "warn" : "error"](message, at ?? "");
    this.#phone.report({ kind: "problem", problem });
    if (severity === "error") this.#overlay.show(message, at);
  }

  /** Takes back what was told of these files: they changed, or what they use did. */
  recheck(files: ReadonlySet<string>): void {
    const problems: Problem[] = [];
    for (const [key, { source, problem }] of this.#told) {
      if (!files.has(source)) continue;
      this.#told.delete(key);
      problems.push(problem);
    }
    for (const file of files) this.#templateWarnings.forget(file.replace(/\.ttml$/, ""));
    if (problems.length > 0) this.#phone.report({ kind: "resolved", problems });
  }

  /** Shows what the compiler could not make sense of: the first of it, from which others may follow. */
  showProblems(problems: readonly Problem[]): void {
    for (const { severity, message, file, line, column } of problems.toReversed()) {
      if (severity === "error") this.#overlay.show(message, { file, line, column }, true);
    }
  }

  clear(): void {
    this.#overlay.clear();
  }

  /** Another page is on top. */
  routed(): void {
    this.#overlay.routed();
  }

  #rejected(reason: unknown, promise: Promise<unknown>): void {
    const { message, stack } = describe(reason);
    if (this.#tooOften(message)) return;
    const at = positionOf(stack);
    this.#phone.report({
      kind: "error",
      message: `Uncaught (in promise) ${message}`,
      at,
      ...readStack(stack),
    });
    this.#overlay.show(message, at);
    this.#phone.emit("unhandledRejection", { reason, promise });
    this.#app.call("onUnhandledRejection", { reason, promise });
  }

  #tooOften(message: string): boolean {
    const now = performance.now();
    if (this.#recent.message !== message || now > this.#recent.until) {
      this.#recent = { message, count: 1, until: now + 1_000 };
      return false;
    }
    this.#recent.count += 1;
    return this.#recent.count > REPEATS;
  }
}

/** Whatever was thrown, in words; functions of `tt` reject with objects. */
function describe(error: unknown): { message: string; stack: string } {
  if (error instanceof Error) return { message: `${error.name}: ${error.message}`, stack: error.stack ?? "" };
  if (typeof error !== "object" || error === null) return { message: String(error), stack: "" };
  if ("errMsg" in error) return { message: String(error.errMsg), stack: "" };
  try {
    return { message: JSON.stringify(error), stack: "" };
  } catch {
    return { message: String(error), stack: "" };
  }
}
