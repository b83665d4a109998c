/** `tt.performance`: marks, and how long it took to open pages, over the browser's clock. */
import type { Api } from "../api";
import { call } from "../../async";

interface Entry {
  name: string;
  entryType: string;
  /** In milliseconds since the start. */
  startTime: number;
  duration: number;
  path: string;
}
const MEMBERS =
  "getEntries getEntriesByName getEntriesByType getCurrentPageEntries getEntriesByPage mark clearMarks createObserver setBufferSize now";

export function performanceOf(api: Api): void {
  const { phone } = api;
  let entries: Entry[] = [];
  /** How many pages are remembered. */
  let pages = 10;
  const observers = new Set<{ types: string[]; callback: unknown }>();
  const route = () => phone.currentPage()?.route ?? "";
  const add = (name: string, entryType: string, startTime: number, duration = 0): void => {
    const entry = { name, entryType, startTime, duration, path: route() };
    entries.push(entry);
    const kept = [...new Set(entries.map(({ path }) => path))].slice(-pages);
    entries = entries.filter(({ path }) => kept.includes(path));
    for (const { types, callback } of observers)
      if (types.includes(entryType)) call(callback, undefined, [entry]);
  };
  phone.on("launch", () => add("appLaunch", "navigation", 0, performance.now()));
  phone.on("route", () => {
    const started = performance.now();
    // What the page draws first comes with the next frame but one.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => add("route", "navigation", started, performance.now() - started)),
    );
  });

  const tt = {
    now: () => performance.now(),
    getEntries: () => [...entries],
    getEntriesByName: (name: string, type?: string) =>
      entries.filter((each) => each.name === name && (type === undefined || each.entryType === type)),
    getEntriesByType: (type: string) => entries.filter((each) => each.entryType === type),
    getCurrentPageEntries: () => entries.filter((each) => each.path === route()),
    getEntriesByPage: (path: string) => entries.filter((each) => each.path === path),
    mark: (name: string) => {
      add(String(name), "mark", performance.now());
      return entries.filter((each) => each.entryType === "mark");
    },
    clearMarks: (name?: string) => {
      entries = entries.filter(
        (each) => each.entryType !== "mark" || (name !== undefined && each.name !== name),
      );
    },
    createObserver: (callback: unknown) => {
      const observer = { types: [] as string[], callback };
      return {
        observe: (first: unknown, second?: unknown) => {
          const wanted = [first, second, (first as { entryTypes?: unknown } | null)?.entryTypes].find(
            Array.isArray,
          );
          observer.types = (wanted as string[] | undefined) ?? [String(first)];
          observers.add(observer);
        },
        disconnect: () => void observers.delete(observer),
      };
    },
    setBufferSize: (size: number) => void (pages = Math.max(1, Number(size) || 1)),
  };
  api.value("performance", tt, MEMBERS);
  api.sync("getPerformance", MEMBERS, () => tt);
}
