/** What is wrong with the server or the project as a whole: said on top, until it is right again. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { Desk } from "./desk";
import { icon } from "./icons";

export function banner(desk: Desk): TemplateResult | typeof nothing {
  const { server, view } = desk;
  const t = view.texts;
  const errors = server.manifest?.problems.filter(({ severity }) => severity === "error") ?? [];
  const first = errors[0];
  const same = desk.sameUser();
  if (server.state === "gone") {
    return html`<div class="banner error" role="alert">${icon("offline")}<span>${t.serverGone}</span></div>`;
  }
  if (server.trouble) {
    return html`<div class="banner error" role="alert">${icon("error")}<span><b>${t.serverTrouble}.</b> ${server.trouble}</span></div>`;
  }
  if (first) {
    return html`<div class="banner warning" role="status">${icon("warning")}
      <span><b>${t.problemsFound(errors.length)}:</b> ${first.message} <span class="soft">${first.file}:${first.line}</span></span>
      <button type="button" class="secondary" @click=${() => view.set({ panel: "problems", open: true })}>${t.show}</button></div>`;
  }
  if (same) {
    const names = same.phones.map(({ id }) => desk.nameOf(id)).join(", ");
    return html`<div class="banner warning" role="status">${icon("warning")}
      <span><b>${t.sameUser(names, same.roomId, same.userId)}</b> ${t.sameUserWhy}</span>
      <button type="button" class="secondary" @click=${() => view.set({ panel: "pages", open: true })}>${t.pages}</button></div>`;
  }
  return nothing;
}
