/** All that is known of the calls as one JSON file, for a report or to look at it later. */
import type { Desk } from "../desk";
import { connectionsOf } from "./recovery";

/** Offers the file to the user. */
export async function saveCall(desk: Desk): Promise<void> {
  const text = JSON.stringify(await callReport(desk), null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `call-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-")}.json`;
  link.click();
  // The browser has to have begun with it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Values that the phones gave are made safe for JSON; all times are milliseconds since 1970. */
export async function callReport(desk: Desk): Promise<unknown> {
  const { log, calls, server } = desk;
  await Promise.all(desk.phones.map(({ pages }) => pages.refresh()));
  return {
    saved: new Date().toISOString(),
    browser: navigator.userAgent,
    folder: server.settings.folder ?? null,
    phones: desk.phones.map((phone) => ({
      settings: phone.settings,
      pages: plain(phone.pages.value),
      call: calls.stats.get(phone.id) ?? null,
    })),
    guests: desk.guests.map(({ id, user }) => ({ id, user })),
    rooms: calls.rooms().map(({ appId, roomId, members }) => ({ appId, roomId, members })),
    flows: [...calls.flows.values()].map(({ from, to, source, samples }) => ({ from, to, source, samples })),
    ...connectionsOf(log.steps),
    steps: log.steps.map(({ phone, record }) => ({
      phone,
      user: desk.nameOf(phone),
      ...(plain(record) as object),
    })),
    console: log.console.map(({ phone, record }) => ({
      phone,
      user: desk.nameOf(phone),
      ...(plain(record) as object),
    })),
    requests: log.requests.map(({ phone, record }) => ({ phone, user: desk.nameOf(phone), ...record })),
    problems: [...(server.manifest?.problems ?? []), ...log.problems.map(({ record }) => record)],
  };
}

/** What JSON can say of a value that `shown.ts` made: functions and errors in words, depth and length bounded. */
function plain(value: unknown, depth = 8): unknown {
  if (typeof value === "function") return `function ${value.name}()`;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "(too deep)";
  if (Array.isArray(value)) return value.slice(0, 1000).map((item) => plain(item, depth - 1));
  if (value instanceof Error) {
    const { name, message, stack } = value;
    return { name, message, stack };
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 1000)
      .map(([key, part]) => [key, plain(part, depth - 1)]),
  );
}
