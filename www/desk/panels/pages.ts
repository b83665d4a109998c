/** The page stack of each phone with the data of pages and components, live and to be changed. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { PageState } from "../../shared/bridge";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import type { DeskPhone } from "../phone";
import { chip, size, span } from "../ui";
import { valueTree } from "../values";

export class PagesPanel implements Panel {
  readonly name = "pages";
  readonly topics: readonly Topic[] = ["page data", "phones"];
  readonly #desk: Desk;
  #stop: (() => void) | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  label(): string {
    return this.#desk.view.texts.pages;
  }

  /** Phones are asked for their pages while somebody looks. */
  shown(): void {
    const { bus, phones } = this.#desk;
    this.#stop = bus.watch(["pages", "phones"], () => phones.forEach(({ pages }) => void pages.refresh()));
  }

  hidden(): void {
    this.#stop?.();
  }

  view(): TemplateResult {
    const { phones, view } = this.#desk;
    if (phones.length === 0) return html`<p class="hint">${view.texts.empty}</p>`;
    return html`<div class="columns">
      ${repeat(
        phones,
        ({ id }) => id,
        (phone) => this.#phone(phone),
      )}
    </div>`;
  }

  #phone(phone: DeskPhone): TemplateResult {
    const t = this.#desk.view.texts;
    const pages = phone.pages.value;
    const user = phone.settings.user.id;
    return html`<section class="column" aria-label="${t.pages}: ${user}">
      <h3>${chip(user)}</h3>
      ${
        pages.length === 0
          ? html`<p class="hint">${t.noPages}</p>`
          : repeat(
              pages.map((page, index) => ({ page, index })).reverse(),
              ({ page, index }) => `${index} ${page.route}`,
              ({ page, index }) => this.#page(phone, page, index, index === pages.length - 1),
            )
      }
    </section>`;
  }

  #page(phone: DeskPhone, page: PageState, index: number, top: boolean): TemplateResult {
    const t = this.#desk.view.texts;
    const edit = (component: string | null) => (path: string, value: unknown) =>
      this.#desk.each([phone], "setData", index, component, { [path]: value });
    return html`<details class="page" ?open=${top}>
      <summary><b>${page.route}</b>${top ? html` <span class="badge">${t.stackTop}</span>` : nothing}</summary>
      <p class="cost" title=${t.setDataCost}>
        <code>setData</code> <span>${page.setData.calls}×</span> <span>${size(page.setData.bytes)}</span>
        <span>${span(page.setData.time)}</span>
      </p>
      ${Object.keys(page.query).length > 0 ? valueTree({ value: page.query, name: t.query, texts: t }) : nothing}
      <div data-testid="page-data">${valueTree({ value: page.data, name: t.data, open: true, path: "", edit: edit(null), texts: t })}</div>
      ${
        page.components.length > 0
          ? html`<h4>${t.components}</h4>
            ${repeat(
              page.components,
              ({ id }) => id,
              ({ id, name, data }) =>
                valueTree({ value: data, name: `<${name}>`, path: "", edit: edit(id), texts: t }),
            )}`
          : nothing
      }
    </details>`;
  }
}
