// Draws the call page's data: the one place that joins the parts of the document.

import { createControls } from "./controls.js";
import { byId, setAttribute, setText } from "./dom.js";
import { createEventLog } from "./event-log.js";
import { fillIcons } from "./icons.js";
import { displayName } from "./people.js";
import { avatar, createTiles, isInCall } from "./tiles.js";

/** Connects `page` to the document; returns what draws it. */
export function createView(page, { web }) {
  const room = document.querySelector(".room");
  const lobby = byId("lobby");
  const tiles = byId("tiles");
  const timer = byId("timer");
  const people = byId("people");
  const announcer = byId("announcer");
  byId("kind").hidden = !web;
  fillIcons();

  const updateControls = createControls(byId("controls"), page);
  const updateTiles = createTiles(tiles, ({ user, mode }, { errNo, errMsg }) => {
    page.log("rtc-room", `${user} ${mode}: ${errNo} ${errMsg}`);
    tt.showToast({ title: `${displayName(user)} cannot be shown (${errMsg}).`, icon: "fail" });
  });
  const updateLog = createEventLog();
  const announce = createAnnouncer(announcer);

  const tick = () => setText(timer, duration(page.data.since));
  setInterval(tick, 1000);

  return function render({ data }) {
    const inCall = isInCall(data);
    setAttribute(room, "data-phase", data.phase);
    setText(byId("room-name"), data.roomId);
    setText(byId("name"), displayName(data.userId));
    setText(byId("lobby-text"), lobbyText(data));
    setAttribute(lobby, "data-notice", data.notice ? true : null);
    if (!lobby.querySelector(".avatar") && data.userId) lobby.prepend(avatar(data.userId));
    lobby.hidden = inCall;
    tiles.hidden = !inCall;
    timer.hidden = !inCall;
    people.hidden = !inCall;
    setText(byId("people-count"), String(Math.max(1, data.members.length)));
    setAttribute(people, "aria-label", `${Math.max(1, data.members.length)} in the call`);
    tick();
    updateTiles(data);
    updateControls(data);
    updateLog(data);
    announce(data);
  };
}

function lobbyText({ phase, notice, micOn, cameraOn }) {
  if (phase === "joining") return "Joining…";
  if (notice) return notice;
  if (micOn && cameraOn) return "Camera and microphone start when you join.";
  if (cameraOn) return "You join with your camera, and muted.";
  if (micOn) return "You join with your microphone, unseen.";
  return "You join unseen and muted.";
}

function duration(since) {
  const seconds = since ? Math.floor((performance.now() - since) / 1000) : 0;
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return [hours || null, two(Math.floor(seconds / 60) % 60), two(seconds % 60)]
    .filter((part) => part !== null)
    .join(":");
}

/** Tells a screen reader who came and went. */
function createAnnouncer(element) {
  let before = { members: [], screenUsers: [] };
  return ({ userId, members, screenUsers }) => {
    const others = (list, than) => list.filter((user) => user !== userId && !than.includes(user));
    const sentences = [
      ...others(members, before.members).map((user) => `${displayName(user)} is here.`),
      ...others(before.members, members).map((user) => `${displayName(user)} has left.`),
      ...others(screenUsers, before.screenUsers).map((user) => `${displayName(user)} shares a screen.`),
    ];
    before = { members, screenUsers };
    if (sentences.length > 0) setText(element, sentences.join(" "));
  };
}
