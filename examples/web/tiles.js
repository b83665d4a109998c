// The tiles of a call: one <rtc-room> for each picture, kept as long as the picture is wanted.

import { h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";
import { layout } from "./layout.js";
import { displayName, hue } from "./people.js";

/** Whether there is a call to show. */
export const isInCall = ({ phase }) => phase === "call" || phase === "leaving";

/** What to show for a page's data: shared screens first, then everybody in the room. */
export function tilesOf({ phase, userId, members, screenUsers }) {
  if (!isInCall({ phase })) return [];
  // The lists come just after the join; until then one is alone.
  const people = members.length > 0 ? members : [userId];
  return [
    // One's own screen is in sight already.
    ...screenUsers.filter((user) => user !== userId).map((user) => ({ user, mode: "screen" })),
    ...people.map((user) => ({ user, mode: user === userId ? "camera" : "video" })),
  ];
}

/** Keeps the children of `container` in step with the data; `onError(tile, detail)` hears failures. */
export function createTiles(container, onError) {
  const shown = new Map();
  let wanted = [];

  const arrange = () => {
    const screens = wanted.filter(({ mode }) => mode === "screen").length;
    const { clientWidth, clientHeight } = container;
    const places = layout(screens, wanted.length - screens, clientWidth, clientHeight);
    wanted.forEach((tile, index) => {
      const { x, y, width, height } = places[index];
      const { style } = shown.get(key(tile)).root;
      style.translate = `${x}px ${y}px`;
      style.width = `${width}px`;
      style.height = `${height}px`;
    });
  };
  new ResizeObserver(arrange).observe(container);

  return function update(data) {
    wanted = tilesOf(data);
    const keys = new Set(wanted.map(key));
    for (const [name, { root }] of shown) {
      if (keys.has(name)) continue;
      root.remove();
      shown.delete(name);
    }
    let after = null;
    for (const tile of wanted) {
      let parts = shown.get(key(tile));
      if (!parts) {
        parts = createTile(tile, data.userId, onError);
        shown.set(key(tile), parts);
      }
      // An element that is moved is taken out of the page for a moment: only where it must be.
      const place = after ? after.nextSibling : container.firstChild;
      if (parts.root !== place) container.insertBefore(parts.root, place);
      after = parts.root;
      updateTile(parts, tile, data);
    }
    arrange();
  };
}

const key = ({ user, mode }) => `${mode} ${user}`;

function createTile({ user, mode }, me, onError) {
  const picture = h("rtc-room", { "user-id": user, mode });
  const name = h("span", { class: "tile-name", text: displayName(user) });
  const micIcon = h("span", { class: "tile-mic" });
  const status = h("span", { class: "visually-hidden" });
  const root = h(
    "div",
    { class: "tile", role: "listitem", "data-testid": "tile", "data-user": user, "data-mode": mode },
    mode === "screen" ? null : avatar(user),
    picture,
    h(
      "div",
      { class: "tile-label" },
      mode === "screen" ? h("span", { class: "tile-mic", html: icon("share") }) : micIcon,
      name,
      status,
    ),
  );
  if (mode === "screen") setText(name, `${displayName(user)}’s screen`);
  else if (user === me) name.append(h("span", { class: "tile-you", text: "You" }));
  picture.addEventListener("error", ({ detail }) => onError({ user, mode }, detail));
  return { root, picture, micIcon, status };
}

function updateTile({ root, picture, micIcon, status }, { user, mode }, data) {
  if (mode === "screen") return;
  const camera = data.videoUsers.includes(user) ? "on" : "off";
  const mic = data.speakers.includes(user) ? "on" : "off";
  setAttribute(root, "data-camera", camera);
  if (root.getAttribute("data-mic") !== mic) {
    setAttribute(root, "data-mic", mic);
    micIcon.innerHTML = icon(mic === "on" ? "mic" : "mic-off");
  }
  setText(status, `camera ${camera}, microphone ${mic}`);
  if (mode === "camera") setAttribute(picture, "device-position", data.camera);
}

/** The circle with the first letter that stands where there is no picture. */
export function avatar(user) {
  const circle = h("div", { class: "avatar", "aria-hidden": "true", text: displayName(user).charAt(0) });
  circle.style.setProperty("--hue", hue(user));
  return circle;
}
