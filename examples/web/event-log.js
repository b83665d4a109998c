// The drawer with the latest events of the context, as they came.

import { byId, h, setText } from "./dom.js";

const time = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 1,
  hourCycle: "h23",
});

/** Makes the drawer work; returns what brings it up to date. */
export function createEventLog() {
  const drawer = byId("log");
  const toggle = byId("log-toggle");
  const list = drawer.querySelector("ol");
  const empty = drawer.querySelector("p");
  let newest;

  const setOpen = (open) => {
    drawer.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    (open ? byId("log-close") : toggle).focus();
    list.scrollTop = list.scrollHeight;
  };
  toggle.addEventListener("click", () => setOpen(drawer.hidden));
  byId("log-close").addEventListener("click", () => setOpen(false));
  drawer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") setOpen(false);
  });

  return function update({ events }) {
    if (events.at(-1) === newest) return;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
    const fresh = events.slice(events.indexOf(newest) + 1);
    newest = events.at(-1);
    list.append(...fresh.map(entry));
    while (list.children.length > events.length) list.firstChild.remove();
    empty.hidden = true;
    if (atEnd) list.scrollTop = list.scrollHeight;
    setText(byId("log-count"), String(events.length));
  };
}

function entry({ time: at, name, text }) {
  return h(
    "li",
    { "data-event": name },
    h("time", { datetime: at.toISOString(), text: time.format(at) }),
    h("b", { text: name }),
    h("span", { text }),
  );
}
