/**
 * What goes wrong in a page's code, wherever it comes up: told to the app (`onError`), to the desk
 * with its place in the sources, and on the screen. Nothing of it stops the phone.
 */
import { addGlobalErrorListener, addGlobalWarningListener, type Element } from "glass-easel";
import type { SourcePosition } from "../../shared/bridge";
import type { Problem } from "../../shared/project";
import type { Phone } from "../phone";
import type { App } from "./app";
import { browserConsole } from "./console";
import { ErrorOverlay } from "./overlay";
import { callerPosition, positionOf } from "./positions";
import { TemplateWarnings } from "./template-warnings";
import { text } from "./texts";

/** The same message again within a second is told so many times, and no more. */
const REPEATS = 5;

export class Faults {
  readonly #phone: Phone;
  readonly #app: App;
  readonly #overlay: ErrorOverlay;
  readonly #told = new Set<string>();
  readonly #templateWarnings = new TemplateWarnings((message, at, excerpt) => this.problem("warning", message, at, excerpt));
  #recent = { message: "", count: 0, until: 0 };

  constructor(phone: Phone, app: App) {
    this.#phone = phone;
    this.#app = app;
    this.#overlay = new ErrorOverlay(phone.layer, text(phone.settings.language, "dismiss"));
  }

  /** Takes what is thrown where nobody catches it. */
  listen(): void {
    addGlobalErrorListener((error, method) => {
      this.failed(error, String(method ?? ""));
      return false;
    });
    addGlobalWarningListener((message, component, element) => {
      // `tt:for="{{5}}"` is documented.
      if (message.startsWith("Use number as for-list")) return false;
      const name = typeof component === "string" ? component : (component?.is ?? "");
      if (this.#templateWarnings.attribute(message, name, element as Element | undefined)) return false;
      this.warn(message, name === "" || name.startsWith("tt://") ? null : { file: `${name}.ttml`, line: 1, column: 1 });
      return false;
    });
    window.addEventListener("error", (event) => {
      // Resources that are not there have no error; elements say so themselves.
      if (event.error !== undefined && event.error !== null) this.failed(event.error, "uncaught");
      else if (event.message) this.failed(new Error(event.message), "uncaught");
    });
    window.addEventListener("unhandledrejection", ({ reason, promise }) => this.#rejected(reason, promise));
  }

  failed(error: unknown, what: string): void {
    const { message, stack } = describe(error);
    if (this.#tooOften(message)) return;
    browserConsole.error(error, what);
    const at = positionOf(stack) ?? callerPosition();
    this.#phone.report({ kind: "error", message, stack, at });
    this.#overlay.show(message, at);
    this.#phone.emit("error", { message, stack });
    this.#app.call("onError", stack.includes(message) ? stack : message);
  }

  /** Tells once of something that does nothing, or not what it seems to. */
  warn(message: string, at: SourcePosition | null = callerPosition()): void {
    this.problem("warning", message, at);
  }

  /** Tells the desk once of something that wants to be changed. */
  problem(severity: Problem["severity"], message: string, at: SourcePosition | null, excerpt = ""): void {
    const key = `${message} ${at?.file}:${at?.line}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    browserConsole[severity === "warning" ? "warn" : "error"](message, at ?? "");
    const { file = "", line = 1, column = 1 } = at ?? {};
    this.#phone.report({ kind: "problem", problem: { severity, file, line, column, excerpt, message } });
    if (severity === "error") this.#overlay.show(message, at);
  }

  /** Shows what the compiler could not make sense of. */
  showProblems(problems: readonly Problem[]): void {
    for (const { severity, message, file, line, column } of problems) {
      if (severity === "error") this.#overlay.show(message, { file, line, column });
    }
  }

  clear(): void {
    this.#overlay.hide();
  }

  #rejected(reason: unknown, promise: Promise<unknown>): void {
    const { message, stack } = describe(reason);
    if (this.#tooOften(message)) return;
    const at = positionOf(stack);
    this.#phone.report({ kind: "error", message: `Uncaught (in promise) ${message}`, stack, at });
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
