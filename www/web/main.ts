/**
 * The web participant: somebody from another platform, who joins a room of the phones and can
 * share a screen. On the desk it proposes the rooms that phones are in; alone it takes `app`,
 * `room`, `user`, `token` and `signaling` from its address.
 */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { icon, type IconName } from "../desk/icons";
import { TEXTS } from "../desk/texts";
import { avatar } from "../desk/ui";
import { installNetwork } from "../phone/network";
import type { DeskForGuest, GuestSettings, LiveRoom, PhoneRecord } from "../shared/bridge";
import { meetDesk } from "../shared/hello";
import { fetchWithSecret, hasServer } from "../shared/secret";
import { sendable } from "../shared/shown";
import { Call, type CallState } from "./call";

const query = new URLSearchParams(location.search);
const started = Promise.withResolvers<void>();
/** The desk says when its language or theme is another one. */
const met = await meetDesk<GuestSettings, DeskForGuest>(async (_, [changed]) => {
  await started.promise;
  settings = changed as GuestSettings;
  draw();
});
const desk = met?.channel;
let settings: GuestSettings = met?.settings ?? {
  signaling: hasServer() ? "/rtc" : "local",
  apps: [],
  fakeDevices: query.get("fake") === "1",
  language: navigator.language.startsWith("zh") ? "zh" : "en",
  theme: "auto",
};
// Nothing is wrong with this network; but what comes to a phone must come through the phone's own.
const healthy = { type: "wifi", signaling: true, media: true, delay: 0, loss: 0 } as const;
if (hasServer()) installNetwork({ settings: { network: healthy }, on: () => {} });
const call = new Call(draw, (record) =>
  desk?.tell("report", sendable({ time: Date.now(), ...record } as PhoneRecord)),
);
let rooms: LiveRoom[] = [];
/** The room that the fields propose; not another one while somebody fills them in. */
let proposed: LiveRoom | undefined;
let tokenTrouble = "";

function draw(): void {
  const { language, theme } = settings;
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.theme = theme;
  const root = document.getElementById("page");
  if (root) render(call.state.phase === "in" ? callView(call.state) : lobby(call.state), root);
}

function texts() {
  return TEXTS[settings.language];
}

function lobby({ phase, trouble }: CallState): TemplateResult {
  const t = texts();
  if (!document.activeElement?.closest("form")) [proposed] = rooms;
  const room = proposed;
  const joining = phase === "joining";
  return html`<form class="lobby" aria-busy=${joining} @submit=${(event: SubmitEvent) => void join(event)}>
    <p class="soft">${t.joinHint}</p>
    <label class="field"><span>${t.room}</span>
      <input name="room" required list="rooms" autocomplete="off" spellcheck="false" value=${query.get("room") ?? room?.roomId ?? ""}></label>
    <datalist id="rooms">${rooms.map(({ roomId, members }) => html`<option value=${roomId}>${members.join(", ")}</option>`)}</datalist>
    <label class="field"><span>${t.appId}</span>
      <input name="app" autocomplete="off" spellcheck="false" value=${query.get("app") ?? room?.appId ?? ""}></label>
    <label class="field"><span>${t.userId}</span>
      <input name="user" required autocomplete="off" spellcheck="false" value=${query.get("user") ?? "web"}></label>
    <label class="field"><span>${t.token}</span>
      <input name="token" autocomplete="off" spellcheck="false" value=${query.get("token") ?? ""}></label>
    <label class="check"><input type="checkbox" name="made" ?checked=${settings.fakeDevices}> ${t.fakeDevices}</label>
    ${trouble || tokenTrouble ? html`<p class="failure" role="alert">${trouble || tokenTrouble}</p>` : nothing}
    <button class="primary" ?disabled=${joining}>${joining ? t.joining : t.join}</button>
  </form>`;
}

function callView(state: CallState): TemplateResult {
  const t = texts();
  const members = state.members.length > 0 ? state.members : [state.user];
  const tiles = [
    // One's own screen is in sight already.
    ...state.screens.filter((user) => user !== state.user).map((user) => ({ user, mode: "screen" })),
    ...members.map((user) => ({ user, mode: user === state.user ? "camera" : "video" })),
  ];
  return html`
    <p class="status" role="status">${t.inRoom(state.room)}${state.screen ? html` · ${t.sharing}` : nothing}</p>
    ${state.trouble ? html`<p class="failure" role="alert">${state.trouble}</p>` : nothing}
    <div class="tiles" role="list" aria-label=${t.people}>
      ${repeat(
        tiles,
        ({ user, mode }) => `${mode} ${user}`,
        (tile) => tileView(tile, state),
      )}
    </div>
    <div class="bar" role="group" aria-label=${t.call}>
      ${toggle("mic", t.mic, state.mic, (on) => call.setMic(on))}
      ${toggle("camera", t.camera, state.camera, (on) => call.setCamera(on))}
      ${toggle("screen", t.shareScreen, state.screen, (on) => call.setScreen(on))}
      <button type="button" class="secondary leave" @click=${() => void call.leave()}>${t.leave}</button>
    </div>`;
}

function tileView({ user, mode }: { user: string; mode: string }, state: CallState): TemplateResult {
  const t = texts();
  const name = mode === "screen" ? t.screenOf(user) : user === state.user ? t.you(user) : user;
  const camera = mode === "screen" || state.cameras.includes(user);
  const mic = state.speakers.includes(user);
  const label =
    mode === "screen"
      ? name
      : `${name}, ${t.camera}: ${camera ? t.on : t.off}, ${t.mic}: ${mic ? t.on : t.off}`;
  return html`<div class="tile ${mode}" role="listitem" aria-label=${label} data-user=${user} data-mode=${mode} data-camera=${camera ? "on" : "off"} data-mic=${mic ? "on" : "off"}>
    ${mode === "screen" ? nothing : avatar(user)}
    <rtc-room user-id=${user} mode=${mode}></rtc-room>
    <span class="tile-name">${icon(mode === "screen" ? "screen" : "mic")}${name}</span>
  </div>`;
}

function toggle(
  name: IconName,
  label: string,
  on: boolean,
  set: (on: boolean) => Promise<void>,
): TemplateResult {
  // A failure is in the state, which says it.
  return html`<button type="button" class="secondary" aria-pressed=${on} @click=${() => void set(!on).catch(() => undefined)}>${icon(name)}${label}</button>`;
}

async function join(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const data = new FormData(event.target as HTMLFormElement);
  const text = (name: string): string => String(data.get(name) ?? "").trim();
  const [roomId, userId] = [text("room"), text("user")];
  tokenTrouble = "";
  // A room is one of an app: whoever joins before its app was looked up would be alone.
  await lookedUp;
  const appId = text("app") || (rooms.find((room) => room.roomId === roomId)?.appId ?? "");
  let token = text("token");
  try {
    if (!token && settings.apps.includes(appId)) token = await sign(appId, roomId, userId);
  } catch (error) {
    tokenTrouble = error instanceof Error ? error.message : String(error);
    draw();
    return;
  }
  desk?.tell("name", userId);
  // Without a key of the app, any token will do.
  const options = { appId, roomId, userId, token: token || "no-token", made: data.has("made") };
  await call.join({ ...options, signaling: query.get("signaling") ?? settings.signaling });
}

/** A token of the server, which has the key of the app. */
async function sign(app: string, room: string, user: string): Promise<string> {
  const response = await fetchWithSecret(`/token?${new URLSearchParams({ app, room, user })}`);
  const text = (await response.text()).trim();
  if (!response.ok) throw new Error(text || `${response.status} ${response.statusText}`);
  try {
    return (JSON.parse(text) as { token: string }).token;
  } catch {
    return text;
  }
}

/** Until one has joined, the rooms of the phones are looked up again and again. */
async function follow(): Promise<void> {
  if (call.state.phase === "out") await lookUp();
  setTimeout(() => void follow(), 1500);
}

async function lookUp(): Promise<void> {
  if (!desk) return;
  rooms = (await desk.ask("rooms", []).catch(() => rooms)) as LiveRoom[];
  draw();
}

addEventListener("pagehide", () => void call.leave());
draw();
started.resolve();
const lookedUp = lookUp();
void lookedUp.then(follow);
document.documentElement.dataset.ready = "";
