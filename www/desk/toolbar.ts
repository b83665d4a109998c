/** The line on top: which project this is, what is done to all phones, and who is added. */
import { html, type TemplateResult } from "lit-html";
import { MOST_PHONES, type Desk } from "./desk";
import { icon, mark } from "./icons";
import { iconButton, select } from "./ui";
import type { Theme, Zoom } from "./view-state";

const NEXT_THEME: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

export function toolbar(desk: Desk, announce: (text: string) => void): TemplateResult {
  const { view, server, phones } = desk;
  const t = view.texts;
  const { folder = "", appName } = server.settings;
  const themes = {
    auto: ["auto", t.themeAuto],
    light: ["sun", t.themeLight],
    dark: ["moon", t.themeDark],
  } as const;
  const [themeIcon, themeLabel] = themes[view.theme];
  const full = phones.length >= MOST_PHONES;
  const add = (): void => {
    const phone = desk.addPhone();
    if (phone) announce(t.added(t.phone(phone.settings.user.id)));
  };
  return html`
    ${mark(26)}
    <h1>tt-rtc <span class="soft">${t.title}</span></h1>
    <span class="project" title=${folder}>${appName || folder || t.noFolder}</span>
    <span class="spacer"></span>
    <button type="button" class="secondary" aria-label=${t.allPhones} aria-expanded=${view.hasControls("all")} ?disabled=${phones.length === 0}
      @click=${() => view.toggleControls("all")}>${icon("controls")}<span class="wide">${t.allPhones}</span></button>
    <button type="button" class="secondary" aria-label=${t.addWeb} title=${t.addWebHint}
      @click=${() => announce(t.added(t.web(desk.addGuest().user)))}>${icon("web")}<span class="wide">${t.addWeb}</span></button>
    <button type="button" class="primary" aria-label=${t.addPhone} ?disabled=${full} title=${full ? t.mostPhones : t.addPhone}
      @click=${add}>${icon("plus")}<span class="wide">${t.addPhone}</span></button>
    <span class="divider"></span>
    ${select<Zoom>(
      t.zoom,
      view.zoom,
      [
        ["fit", t.zoomFit],
        ["100", "100 %"],
        ["75", "75 %"],
        ["50", "50 %"],
      ],
      (zoom) => view.set({ zoom }),
      "",
      true,
    )}
    ${iconButton(themeIcon, themeLabel, () => view.set({ theme: NEXT_THEME[view.theme] }))}
    <button type="button" class="ghost text" lang=${view.language === "en" ? "zh-CN" : "en"}
      @click=${() => view.set({ language: view.language === "en" ? "zh" : "en" })}>${t.switchLanguage}</button>
  `;
}
