/** What a page under development needs to join calls of the phones: a token that the server signs, and the address of the hub. */
import { html, nothing, type TemplateResult } from "lit-html";
import { fetchWithSecret, withSecret } from "../../shared/secret";
import type { Desk } from "../desk";
import { icon } from "../icons";

export class TokenForm {
  readonly #desk: Desk;
  #token = "";
  #trouble = "";
  #copied: "token" | "hub" | undefined;

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
      ${
        this.#token
          ? html`<label class="field"><span>${t.token}</span><textarea readonly rows="4" .value=${this.#token}></textarea></label>
            ${this.#copyButton("token", this.#token)}`
          : nothing
      }
      <div class="hub-address">
        <p class="soft">${t.hubHint}</p>
        <label class="field"><span>${t.hub}</span><input readonly spellcheck="false" .value=${withSecret("/rtc")}></label>
        ${this.#copyButton("hub", withSecret("/rtc"))}
      </div>
    </div>`;
  }

  #copyButton(what: "token" | "hub", text: string): TemplateResult {
    const t = this.#desk.view.texts;
    const label = what === "hub" ? t.copyHub : t.copy;
    const copied = this.#copied === what;
    return html`<button type="button" class="secondary" @click=${() => void this.#copy(what, text)}>${icon("copy")}${copied ? t.copied : label}</button>
      <span role="status" class="visually-hidden">${copied ? t.copied : ""}</span>`;
  }

  async #sign(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const query = new URLSearchParams([...data].map(([name, value]) => [name, String(value).trim()]));
    this.#token = this.#trouble = "";
    this.#copied = undefined;
    try {
      const response = await fetchWithSecret(`/token?${query}`);
      const text = await response.text();
      if (!response.ok)
        throw new Error(text.trim().slice(0, 300) || `${response.status} ${response.statusText}`);
      this.#token = tokenIn(text);
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
    this.#desk.bus.touch("view");
  }

  async #copy(what: "token" | "hub", text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#copied = what;
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
