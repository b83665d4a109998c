/** A form that has the server sign a token for a page under development. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Desk } from "../desk";
import { icon } from "../icons";

export class TokenForm {
  readonly #desk: Desk;
  #token = "";
  #trouble = "";
  #copied = false;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  view(): TemplateResult {
    const { view, calls, phones, server } = this.#desk;
    const t = view.texts;
    const room = [...calls.stats.values()].find(({ roomId }) => roomId !== "");
    const apps = server.settings.apps ?? [];
    return html`<div class="scroll padded">
      <p class="soft">${t.tokenHint}</p>
      <form class="token-form" @submit=${(event: SubmitEvent) => void this.#sign(event)}>
        <label class="field"><span>${t.appId}</span><input name="app" required list="desk-apps" value=${room?.appId || apps[0] || ""} spellcheck="false" autocomplete="off"></label>
        <datalist id="desk-apps">${apps.map((app) => html`<option value=${app}></option>`)}</datalist>
        <label class="field"><span>${t.room}</span><input name="room" required value=${room?.roomId ?? ""} spellcheck="false" autocomplete="off"></label>
        <label class="field"><span>${t.userId}</span><input name="user" required value=${room?.userId ?? phones[0]?.settings.user.id ?? ""} spellcheck="false" autocomplete="off"></label>
        <button class="primary">${t.sign}</button>
      </form>
      ${this.#trouble ? html`<p class="failure" role="alert">${this.#trouble}</p>` : nothing}
      ${this.#token
        ? html`<label class="field"><span>${t.token}</span><textarea readonly rows="4" .value=${this.#token}></textarea></label>
            <button type="button" class="secondary" @click=${() => void this.#copy()}>${icon("copy")}<span role="status">${this.#copied ? t.copied : t.copy}</span></button>`
        : nothing}
    </div>`;
  }

  async #sign(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const query = new URLSearchParams([...data].map(([name, value]) => [name, String(value).trim()]));
    this.#token = this.#trouble = "";
    this.#copied = false;
    try {
      const response = await fetch(`/token?${query}`, { cache: "no-store" });
      const text = await response.text();
      if (!response.ok) throw new Error(text.trim().slice(0, 300) || `${response.status} ${response.statusText}`);
      this.#token = tokenIn(text);
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
    this.#desk.bus.touch("view");
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#token);
      this.#copied = true;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
    this.#desk.bus.touch("view");
  }
}

/** The answer is the token, or JSON with it. */
function tokenIn(text: string): string {
  try {
    const answer = JSON.parse(text) as { token?: unknown };
    if (typeof answer.token === "string") return answer.token;
  } catch {
    // Then it is the token itself.
  }
  return text.trim();
}
