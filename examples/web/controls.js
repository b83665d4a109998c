// The bar of buttons under a call.

import { h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";

/**
 * The buttons: which member of the page they call, whether they are on (`undefined`: not a
 * switch), and where they are shown. A switch keeps its label and changes aria-pressed.
 */
const buttons = [
  {
    id: "mic",
    label: "Microphone",
    short: "Mic",
    action: "toggleMic",
    pressed: ({ micOn }) => micOn,
    icon: ({ micOn }) => (micOn ? "mic" : "mic-off"),
  },
  {
    id: "camera",
    label: "Camera",
    short: "Camera",
    action: "toggleCamera",
    pressed: ({ cameraOn }) => cameraOn,
    icon: ({ cameraOn }) => (cameraOn ? "camera" : "camera-off"),
  },
  {
    id: "switch-camera",
    label: ({ camera }) => `Switch to the ${camera === "front" ? "back" : "front"} camera`,
    short: ({ camera }) => (camera === "front" ? "Front" : "Back"),
    action: "toggleCameraPosition",
    icon: () => "switch-camera",
    hidden: ({ phase }) => phase === "lobby" || phase === "joining",
    disabled: ({ cameraOn }) => !cameraOn,
  },
  {
    id: "speaker",
    label: "Loudspeaker",
    short: ({ sound }) => (sound === "speakerphone" ? "Speaker" : "Earpiece"),
    action: "toggleSound",
    pressed: ({ sound }) => sound === "speakerphone",
    quiet: true,
    icon: ({ sound }) => (sound === "speakerphone" ? "speaker" : "earpiece"),
  },
  {
    id: "share",
    label: "Share a screen",
    short: ({ screenUsers, userId }) => (screenUsers.includes(userId) ? "Sharing" : "Share"),
    action: "toggleShare",
    pressed: ({ screenUsers, userId }) => screenUsers.includes(userId),
    quiet: true,
    accent: true,
    icon: () => "share",
    hidden: ({ canShare, phase }) => !canShare || phase === "lobby" || phase === "joining",
  },
];

/** Fills `bar` with the buttons of `page`; returns what brings them up to date. */
export function createControls(bar, page) {
  const made = buttons.map((button) => {
    const symbol = h("span", { class: "control-icon" });
    const caption = h("span", { class: "control-caption", "aria-hidden": "true" });
    const element = h(
      "button",
      {
        type: "button",
        class: ["control", button.quiet && "quiet", button.accent && "accent"].filter(Boolean).join(" "),
        "data-testid": button.id,
        onclick: () => page[button.action](),
      },
      symbol,
      caption,
    );
    return { ...button, element, symbol, caption };
  });

  const join = h("button", {
    type: "button",
    class: "primary join",
    "data-testid": "join",
    onclick: () => page.handleJoin(),
  });
  const leave = h(
    "button",
    {
      type: "button",
      class: "leave",
      "data-testid": "leave",
      "aria-label": "Leave the call",
      title: "Leave the call",
      onclick: () => page.handleLeave(),
    },
    h("span", { class: "control-icon", html: icon("leave") }),
    h("span", { class: "control-caption", "aria-hidden": "true", text: "Leave" }),
  );
  bar.append(...made.map(({ element }) => element), join, leave);

  return function update(data) {
    for (const { element, symbol, caption, ...button } of made) {
      const label = valueOf(button.label, data);
      element.hidden = button.hidden?.(data) ?? false;
      element.disabled = button.disabled?.(data) ?? false;
      setAttribute(element, "aria-label", label);
      setAttribute(element, "title", label);
      setAttribute(element, "aria-pressed", button.pressed ? String(button.pressed(data)) : null);
      setAttribute(element, "aria-busy", data.pending.includes(button.id) ? "true" : null);
      setText(caption, valueOf(button.short, data));
      const name = button.icon(data);
      if (symbol.dataset.icon !== name) {
        symbol.dataset.icon = name;
        symbol.innerHTML = icon(name);
      }
    }

    const before = data.phase === "lobby" || data.phase === "joining";
    const focused = document.activeElement === join || document.activeElement === leave;
    join.hidden = !before;
    leave.hidden = before;
    // Not `disabled`, which would take the focus away; the page ignores what comes too early.
    setAttribute(join, "aria-disabled", data.phase === "joining" ? "true" : null);
    setAttribute(leave, "aria-disabled", data.phase === "leaving" ? "true" : null);
    setText(join, data.phase === "joining" ? "Joining…" : data.notice ? "Join again" : "Join");
    // Whoever pressed the one goes on at the other.
    if (focused) (before ? join : leave).focus();
  };
}

const valueOf = (value, data) => (typeof value === "function" ? value(data) : value);
