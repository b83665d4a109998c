/**
 * Hot reload: what changed in the project's files is taken over with as much kept as can be. Styles
 * are swapped, templates are applied to the pages that are there, scripts make their pages anew with
 * what they changed of their data; if the app's own script or configuration changed, the mini-program
 * starts anew on the same pages. Data is not kept where a call ends with it: it would say what is so no more.
 */
import { Component, type Element, type GeneralComponent } from "glass-easel";
import { ChangeSource } from "../../shared/changes";
import type { Change, Manifest } from "../../shared/project";
import { hasServer } from "../../shared/secret";
import { SITE } from "../../shared/site";
import type { PhoneHost } from "./host";
import type { Page } from "./page";
import type { Route } from "./route";
import { giveView } from "./views";

/** A page of a stack that outlives the phone. */
export interface Kept {
  route: Route;
  data: Record<string, unknown> | undefined;
  scrollTop: number;
}

/** Follows the development server. */
export function followChanges(host: PhoneHost): void {
  let queue = Promise.resolve();
  const source = new ChangeSource();
  let version = host.manifest.version;
  source.onmessage = (message: MessageEvent<string>) => {
    const change = JSON.parse(message.data) as Change;
    queue = queue.then(() => take(host, change)).catch((error: unknown) => host.failed(error, "reload"));
    version = change.version;
  };
  // Back again after it was away: it may have compiled in the meantime.
  let opened = false;
  source.onopen = () => {
    if (opened) {
      queue = queue
        .then(async () => {
          const manifest = await fetchManifest();
          if (manifest.version !== version) host.restart(true);
        })
        .catch(() => {});
    }
    opened = true;
  };
}

export async function fetchManifest(): Promise<Manifest> {
  const response = await fetch(`${SITE}app/manifest.json`, { cache: "no-store" });
  if (!response.ok)
    throw new Error(
      `the ${hasServer() ? "development " : ""}server answers ${response.status} to ${SITE}app/manifest.json`,
    );
  return (await response.json()) as Manifest;
}

/** Modules that changed while one of them could not be read. */
const unread = new Set<string>();

async function take(host: PhoneHost, change: Change): Promise<void> {
  const before = host.manifest;
  const update = async (): Promise<void> => {
    host.manifest = await fetchManifest();
    host.recompiled();
  };
  const first = change.manifest || change.modules.length > 0;
  if (first) await update();
  if (change.manifest && !sameButModules(before, host.manifest)) {
    const call = host.call?.inRoom() ? ", and its call ends" : "";
    const message = `The settings of the app or of a page changed, or which files a page has: the mini-program starts anew${call}.`;
    host.report({ kind: "console", level: "info", values: [message], at: null });
    host.restart(true);
    return;
  }
  const isBroken = host.manifest.problems.some(
    ({ severity, file }) => severity === "error" && change.modules.includes(file),
  );
  if (isBroken) {
    // What runs goes on until the file can be read again.
    for (const path of change.modules) unread.add(path);
    return;
  }
  const loading = [
    ...change.styles.map((name) => host.styles.reload(name)),
    ...change.templates.map((name) => host.templates.load(name, change.version)),
  ];
  if (change.modules.length > 0) {
    const stale = host.modules.forget([...unread, ...change.modules], change.version);
    unread.clear();
    host.recheck(suspects(host.manifest, change, stale));
    if (host.manifest.entry !== null && stale.has(host.manifest.entry)) {
      host.restart(true);
      return;
    }
    await Promise.all(loading);
    await remake(host, stale);
  } else {
    await Promise.all(loading);
    host.recheck(suspects(host.manifest, change, new Set()));
    for (const page of host.router.alive) applyTemplates(host, page, new Set(change.templates));
    host.pagesChanged();
  }
  if (change.files.length > 0) refreshFiles(host, change);
  // Only the problems in it may differ, so what changed is shown before.
  if (!first) await update();
}

/** Whether only what scripts require is different: that needs no new start. */
function sameButModules(a: Manifest, b: Manifest): boolean {
  const rest = ({ app, entry, pages, components }: Manifest): string =>
    JSON.stringify([app, entry, pages, components]);
  return rest(a) === rest(b);
}

/** The files of which something may have been said that is so no more, since they or what they use changed. */
function suspects({ components }: Manifest, change: Change, stale: ReadonlySet<string>): Set<string> {
  const files = new Set(stale);
  for (const [name, { script, using }] of Object.entries(components)) {
    const scripts = [script, ...Object.values(using).map((used) => components[used]?.script)];
    if (change.templates.includes(name) || scripts.some((path) => path && stale.has(path)))
      files.add(`${name}.ttml`);
  }
  return files;
}

/** Makes the pages anew that use something of these modules. */
async function remake(host: PhoneHost, stale: Set<string>): Promise<void> {
  host.definitions.forget(stale);
  for (const page of host.router.alive) {
    const uses = host.definitions.needed(page.route.name).some((name) => {
      const script = host.manifest.components[name]?.script;
      return (
        typeof script === "string" && [...host.modules.closure([script])].some((path) => stale.has(path))
      );
    });
    if (uses) await host.router.replace(page);
  }
}

/** Gives new templates to a page and the components in it, which keep their state. */
function applyTemplates(host: PhoneHost, page: Page, names: Set<string>): void {
  const visit = (element: Element): void => {
    if (Component.isComponent(element)) {
      const component = element as GeneralComponent;
      const root = component.isExternal() ? null : component.getShadowRoot();
      if (names.has(component.is) && !host.templates.isBroken(component.is)) {
        const definition = component.getComponentDefinition() as unknown as {
          updateTemplate(template: object): void;
        };
        definition.updateTemplate(host.templates.get(component.is));
        component.applyTemplateUpdates();
        giveView(component);
      } else if (root) {
        visit(root);
      }
    }
    for (const child of element.childNodes) {
      const inner = child.asElement();
      if (inner) visit(inner);
    }
  };
  visit(page.root);
}

/** Images and such are asked for again wherever they are shown: by elements, styles and the phone's own bars. */
function refreshFiles(host: PhoneHost, { files, version }: Change): void {
  const fresh = (text: string): string =>
    text.replace(/(\/app\/file\/([^"')\s?#]+))(?:\?v=\d+)?/g, (whole, address: string, path: string) =>
      files.includes(decode(path)) ? `${address}?v=${version}` : whole,
    );
  const refresh = (root: ParentNode): void => {
    for (const element of root.querySelectorAll("*")) {
      for (const name of ["src", "poster", "style"]) {
        const value = element.getAttribute(name);
        if (value !== null && fresh(value) !== value) element.setAttribute(name, fresh(value));
      }
      if (element.shadowRoot) refresh(element.shadowRoot);
    }
  };
  refresh(document);
  host.styles.refresh(fresh);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const KEY = "tt-sim.stack.";

/** Keeps the stack over a reload of the phone under a name of its own, with the pages' data or without. */
export function keepStack(name: string, pages: readonly Page[], withData: boolean): void {
  const kept = pages.map(({ route, changedData, scroller }): Kept => ({
    route,
    data: withData ? changedData : undefined,
    scrollTop: scroller.scrollTop,
  }));
  try {
    sessionStorage.setItem(KEY + name, JSON.stringify(kept));
  } catch {
    // Data that cannot be kept, or too much of it: the routes are enough.
    sessionStorage.setItem(KEY + name, JSON.stringify(kept.map(({ route }) => ({ route, scrollTop: 0 }))));
  }
}

/** The stack that was kept, once. */
export function takeStack(name: string): Kept[] | undefined {
  const text = sessionStorage.getItem(KEY + name);
  sessionStorage.removeItem(KEY + name);
  try {
    const kept = JSON.parse(text ?? "null") as Kept[] | null;
    return kept && kept.length > 0 ? kept : undefined;
  } catch {
    return undefined;
  }
}
