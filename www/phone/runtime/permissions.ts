/** `scope.camera` and its like: asks the user where nothing is decided, one question at a time. */
import type { Phone } from "../phone";
import { ask } from "./overlay";
import { lastly } from "../promise";
import { isTextKey, text } from "./texts";

export class Permissions {
  readonly #phone: Phone;
  /** Questions by scope that stand, or wait for others. */
  readonly #questions = new Map<string, Promise<boolean>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  authorize(scope: string): Promise<boolean> {
    const decided = this.#decided(scope);
    if (decided !== undefined) return Promise.resolve(decided);
    const asked = this.#questions.get(scope);
    if (asked) return asked;
    const answer = lastly(
      this.#last.then(() => this.#ask(scope)),
      () => this.#questions.delete(scope),
    );
    this.#last = answer;
    this.#questions.set(scope, answer);
    return answer;
  }

  async #ask(scope: string): Promise<boolean> {
    const { settings, layer, manifest } = this.#phone;
    const what = isTextKey(scope) ? text(settings.language, scope) : scope;
    const reason = manifest.app.permission?.[scope]?.desc;
    // It may be decided elsewhere while the question stands: by the desk's switch.
    const elsewhere = new AbortController();
    const decide = (): void => {
      if (this.#decided(scope) !== undefined) elsewhere.abort();
    };
    const stop = this.#phone.on("settings", decide);
    decide();
    const button = await ask(
      layer,
      {
        title: `${text(settings.language, "asks")} ${what}`,
        text: typeof reason === "string" ? reason : "",
        buttons: [text(settings.language, "refuse"), text(settings.language, "allow")],
      },
      elsewhere.signal,
    );
    stop();
    if (button === null) return this.#decided(scope) ?? false;
    this.#phone.change({ permissions: { [scope]: button === 1 ? "granted" : "denied" } });
    return button === 1;
  }

  #decided(scope: string): boolean | undefined {
    const decided = this.#phone.settings.permissions[scope];
    return decided === "granted" ? true : decided === "denied" ? false : undefined;
  }
}
