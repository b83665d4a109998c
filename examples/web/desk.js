// Several people side by side, each in a frame of their own: a room on one screen.
//
// ?room=demo     the room
// &users=a,b     who is there at first
// &web=1         with one more, who joins from the web and can share a screen
// Whatever else is in the address is handed to the participants.

import { byId, h } from "./dom.js";
import { fillIcons, icon } from "./icons.js";
import { displayName } from "./people.js";

const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"];
const query = new URLSearchParams(location.search);
const room = query.get("room") || "demo";
const users = (query.get("users") ?? "alice,bob")
  .split(",")
  .map((user) => user.trim())
  .filter(Boolean);

const seats = byId("seats");

/** The address of a participant's page, which works alone, too. */
function participantUrl(user, web) {
  const parameters = new URLSearchParams(query);
  for (const ours of ["users", "web"]) parameters.delete(ours);
  parameters.set("user", user);
  parameters.set("room", room);
  if (web) parameters.set("web", "1");
  return `participant.html?${parameters}`;
}

function addSeat(user, web = false) {
  const url = participantUrl(user, web);
  const name = displayName(user);
  const seat = h(
    "section",
    { class: "seat", "aria-label": name, "data-testid": "seat", "data-user": user },
    h("iframe", {
      src: url,
      title: `${name}’s side of the call`,
      allow: "camera; microphone; display-capture; autoplay; speaker-selection",
    }),
    h(
      "div",
      { class: "seat-actions" },
      h("a", {
        class: "ghost",
        href: url,
        target: "_blank",
        title: "Open alone",
        "aria-label": `Open ${name} alone`,
        html: icon("open"),
        // Two pages of one person in one room would throw each other out.
        onclick: () => seat.remove(),
      }),
      h("button", {
        class: "ghost",
        type: "button",
        title: "Remove",
        "aria-label": `Remove ${name}`,
        "data-testid": "remove",
        html: icon("close"),
        onclick: () => {
          const next = seat.nextElementSibling ?? seat.previousElementSibling;
          seat.remove();
          (next?.querySelector("[data-testid=remove]") ?? byId("add-person")).focus();
        },
      }),
    ),
  );
  seats.append(seat);
  return seat;
}

/** The first name nobody here has. */
function freeName() {
  const taken = new Set([...seats.children].map((seat) => seat.dataset.user));
  const free = names.find((name) => !taken.has(name));
  if (free) return free;
  for (let number = 1; ; number++) {
    if (!taken.has(`guest-${number}`)) return `guest-${number}`;
  }
}

byId("add-person").addEventListener("click", () => addSeat(freeName()).scrollIntoView());
byId("add-web").addEventListener("click", () => addSeat(freeName(), true).scrollIntoView());
byId("join-all").addEventListener("click", () => {
  for (const frame of seats.querySelectorAll("iframe")) {
    frame.contentWindow.postMessage({ type: "join" }, location.origin);
  }
});

const count = () => {
  byId("empty").hidden = seats.childElementCount > 0;
  byId("join-all").disabled = seats.childElementCount === 0;
};
new MutationObserver(count).observe(seats, { childList: true });

fillIcons();
byId("room-name").textContent = room;
document.title = `${room} · tt-rtc`;
for (const user of users) addSeat(user);
if (query.get("web") === "1") addSeat(freeName(), true);
count();
