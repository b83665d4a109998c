/**
 * The simulator's page: several phones side by side, and what is needed to look into them and to
 * make life hard for them. {@link Desk} knows everything; the views here draw it with lit-html,
 * which is 3 kB and changes only what differs: live values can be watched while one types.
 */
import { html, render } from "lit-html";
import { banner } from "./banner";
import { controls, pageList } from "./controls";
import { Desk } from "./desk";
import { Dock } from "./dock";
import { acceptFrames } from "./frames";
import { CallPanel } from "./panels/call";
import { ConsolePanel } from "./panels/console";
import { NetworkPanel } from "./panels/network";
import { PagesPanel } from "./panels/pages";
import { ProblemsPanel } from "./panels/problems";
import { SourcePanel } from "./panels/source";
import { StoragePanel } from "./panels/storage";
import { Stage } from "./stage";
import { toolbar } from "./toolbar";

declare global {
  interface Window {
    /** For tests. Phones and guests have their ports. */
    desk: Desk;
  }
}

const desk = new Desk();
window.desk = desk;

const place = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
};
const announce = (text: string): void => {
  place("announcer").textContent = text;
};

// Before there are frames.
acceptFrames(desk);
await desk.start(new URLSearchParams(location.search));

desk.bus.watch(["phones", "view", "server"], () => render(toolbar(desk, announce), place("top")));
desk.bus.watch(["view", "server", "phones"], () => {
  render(html`${banner(desk)}${pageList(desk)}`, place("banner"));
  const { appName, folder } = desk.server.settings;
  document.title = [appName || folder, "tt-rtc"].filter(Boolean).join(" · ");
});
desk.bus.watch(["phones", "settings", "view"], () => {
  const all = place("all");
  const t = desk.view.texts;
  const open = desk.view.hasControls("all") && desk.phones.length > 0;
  all.hidden = !open;
  all.setAttribute("aria-label", t.allPhones);
  render(open ? html`<h2>${t.allPhones}</h2>${controls(desk, desk.phones, t.allPhones)}` : "", all);
});
desk.bus.watch(["view"], () => {
  const { view } = desk;
  const body = place("body");
  body.dataset.dock = view.dock;
  body.dataset.open = String(view.open);
  body.style.setProperty("--dock-size", `${view.size}px`);
});
const source = new SourcePanel(desk);
desk.onSource = (at) => {
  desk.view.set({ panel: "source", open: true });
  void source.open(at);
};
const panels = [
  new ConsolePanel(desk),
  new PagesPanel(desk),
  new StoragePanel(desk),
  new NetworkPanel(desk),
  new ProblemsPanel(desk),
  new CallPanel(desk),
  source,
];
new Dock(desk, panels, place("dock"));
new Stage(desk, place("stage"), announce);
document.documentElement.dataset.ready = "";
