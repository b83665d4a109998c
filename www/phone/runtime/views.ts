/**
 * The views that templates render, and when they do: `this.data` changes at once, what is shown at
 * the end of the task, once for all that was set until then. Whoever looks before (a query, a
 * component's data that depends on what is to be rendered) has it rendered first, so that nobody can
 * tell.
 */
import { Component, dispatchError, type DataChange, type GeneralComponent } from "glass-easel";
import { addCost } from "./costs";
import { copy, refresh, type Path } from "./data";
import { updateFallbacks } from "./slots";

interface View {
  node: GeneralComponent;
  shown: Record<string, unknown>;
  /** The data that glass-easel lets a template see. */
  data: Record<string, unknown>;
  /** Where it was set since it was rendered. */
  paths: Path[];
}

/** Views that are behind their data, in the order in which that happened. */
const behind = new Set<View>();
const views = new WeakMap<GeneralComponent, View>();
let rendering = false;
/** The component whose template takes changes now. */
let updating: GeneralComponent | undefined;
export function updatingNow(): GeneralComponent | undefined {
  return updating;
}
let changed = (): void => undefined;
let gone = (_node: GeneralComponent): boolean => false;
let takesFunctions = (_node: GeneralComponent): boolean => false;
/** Sets what is told when the data of a component changed, and what tells whether one is gone and whether a function is data of it. */
export function setViewHost(host: {
  changed(): void;
  gone(node: GeneralComponent): boolean;
  takesFunctions(node: GeneralComponent): boolean;
}): void {
  ({ changed, gone, takesFunctions } = host);
}

/** Gives a component a view of its data. Its template has just been rendered with the data itself. */
export function giveView(node: GeneralComponent): void {
  const proxy = Component.getDataProxy(node);
  const data = (proxy.innerData ?? proxy.data) as Record<string, unknown>;
  const view: View = { node, shown: copy(data), data, paths: [] };
  views.set(node, view);
  proxy.setUpdateListener((current, changes) => {
    view.data = current as Record<string, unknown>;
    for (const [path] of changes) view.paths.push(path);
    if (behind.size === 0 && !rendering) queueMicrotask(renderViews);
    behind.add(view);
    changed();
  });
}

export function hasView(node: GeneralComponent): boolean {
  return views.has(node);
}

/** Renders what was set. */
export function renderViews(): void {
  if (rendering || behind.size === 0) return;
  rendering = true;
  try {
    do {
      // Rendering sets properties of components, whose views then come behind the others.
      for (const view of behind) {
        behind.delete(view);
        try {
          render(view);
        } catch (error) {
          dispatchError(error, "render", view.node);
        }
      }
    } while (updateFallbacks());
  } finally {
    rendering = false;
  }
}

/** Renders what the data of a component may depend on: all but its own view. */
export function renderAround(node: GeneralComponent): void {
  if (behind.size === 0 || rendering) return;
  const view = views.get(node);
  if (behind.size === 1 && view && behind.has(view)) return;
  renderViews();
}

function render(view: View): void {
  const paths = view.paths;
  view.paths = [];
  // It was set while its page was unloaded, and its elements are being taken apart; or it was removed before it
  // was on the page: then nothing told that it is gone, and it has no elements any more.
  if (gone(view.node) || view.node.getBackendContext() === null) return;
  const start = performance.now();
  const different: DataChange[] = [];
  const functions = takesFunctions(view.node);
  for (const path of paths) refresh(view.shown, view.data, path, different, functions);
  updating = view.node;
  try {
    if (different.length > 0) templateOf(view.node).updateValues(view.shown, different);
  } finally {
    updating = undefined;
  }
  addCost(view.node, { time: performance.now() - start });
}

/** glass-easel's instance of the template, which it keeps to itself. */
function templateOf(node: GeneralComponent): { updateValues(data: unknown, changes: DataChange[]): void } {
  return (node as unknown as { _$tmplInst: ReturnType<typeof templateOf> })._$tmplInst;
}
