/** `App()` and `getApp()`: the one object of the mini-program, and the calls of its lifecycle. */
import type { LaunchOptions } from "../phone";

type Options = Record<string, unknown>;

export class App {
  #instance: Options | undefined;
  /** What `getApp({ allowDefault: true })` gives before `App()` was called; then it is merged in. */
  readonly #early: Options = {};
  readonly #failed: (error: unknown, what: string) => void;

  constructor(failed: (error: unknown, what: string) => void) {
    this.#failed = failed;
  }

  /** `App(options)` */
  register(options: Options): void {
    if (typeof options !== "object" || options === null) {
      throw new TypeError(`App() expects an object, but got ${options === null ? "null" : typeof options}`);
    }
    if (this.#instance) throw new Error("App() is called a second time");
    const instance = Object.create(Object.getPrototypeOf(options) as object | null) as Options;
    // With getters as they are, which `Object.assign` would read.
    Object.defineProperties(instance, Object.getOwnPropertyDescriptors(this.#early));
    Object.defineProperties(instance, Object.getOwnPropertyDescriptors(options));
    this.#instance = instance;
  }

  /** `getApp()` */
  get(options?: { allowDefault?: boolean }): Options | undefined {
    return this.#instance ?? (options?.allowDefault ? this.#early : undefined);
  }

  /** A project without `App()` has an empty one. Whether it was called. */
  settle(): boolean {
    const called = this.#instance !== undefined;
    if (!called) this.register({});
    return called;
  }

  launch(options: LaunchOptions): void {
    this.call("onLaunch", options);
  }
  show(options: LaunchOptions): void {
    this.call("onShow", options);
  }
  hide(): void {
    this.call("onHide");
  }

  has(method: string): boolean {
    return typeof this.#instance?.[method] === "function";
  }

  call(method: string, ...args: unknown[]): void {
    const found = this.#instance?.[method];
    if (typeof found !== "function") return;
    try {
      found.apply(this.#instance, args);
    } catch (error) {
      // Of an `onError` that throws itself there is nobody to tell but the desk.
      this.#failed(error, `App, ${method}`);
    }
  }
}
