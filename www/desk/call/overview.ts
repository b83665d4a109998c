/** The rooms, who sends what to whom in them, and each flow over the last minute. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Desk } from "../desk";
import { icon, type IconName } from "../icons";
import { chip, rate } from "../ui";
import type { Flow, Room, Source } from "./monitor";
import { sparkline } from "./sparkline";

const ICONS: Record<Source, IconName> = {
  microphone: "mic",
  camera: "camera",
  screen: "screen",
  screenAudio: "sound",
};
const LISTS = ["chat", "video", "speakers", "screen"] as const;

export function overview(desk: Desk): TemplateResult {
  const t = desk.view.texts;
  const rooms = desk.calls.rooms();
  return html`<div class="scroll overview">
    ${[...desk.calls.troubles].map(([phone, trouble]) => html`<p class="failure">${t.noStats(desk.nameOf(phone))} ${trouble}</p>`)}
    ${rooms.length === 0 ? html`<p class="hint">${t.noRoom}</p>` : nothing}
    ${repeat(
      rooms,
      ({ key }) => key,
      (room) => roomView(desk, room),
    )}
  </div>`;
}

function roomView(desk: Desk, room: Room): TemplateResult {
  const t = desk.view.texts;
  const flows = [...desk.calls.flows.values()].filter((flow) => flow.room === room.key);
  return html`<section class="room" aria-label="${t.room} ${room.roomId}">
    <h3>${t.room} <b>${room.roomId}</b>
      ${room.appId ? html`<span class="soft">${t.appId} ${room.appId}</span>` : nothing}
      <span class="spacer"></span>${room.members.map((user) => chip(user, desk.calls.phoneOf(room.key, user)))}</h3>
    ${matrix(desk, room, flows)}
    ${lists(desk, room)}
    ${flows.length > 0 ? flowTable(desk, flows) : nothing}
  </section>`;
}

function matrix(desk: Desk, { key, members }: Room, flows: readonly Flow[]): TemplateResult {
  const t = desk.view.texts;
  const member = (user: string): TemplateResult => chip(user, desk.calls.phoneOf(key, user));
  return html`<table class="matrix">
    <caption>${t.matrix}</caption>
    <thead><tr><td class="soft">${t.matrixCorner}</td>${members.map((to) => html`<th scope="col">${member(to)}</th>`)}</tr></thead>
    <tbody>${members.map(
      (from) =>
        html`<tr><th scope="row">${member(from)}</th>${members.map((to) => {
          if (from === to) return html`<td class="self"></td>`;
          const own = flows.filter((flow) => flow.from === from && flow.to === to);
          return html`<td>${
            own.length === 0
              ? html`<span class="soft">${t.nothingFlows}</span>`
              : own.map((flow) => {
                  const bitsPerSecond = flow.samples.at(-1)?.bitsPerSecond ?? null;
                  const idle = (bitsPerSecond ?? 0) < 500;
                  return html`<span class="cell ${flow.source} ${idle ? "idle" : ""}" title=${t.sources[flow.source]}>
                ${icon(ICONS[flow.source])}<span class="visually-hidden">${t.sources[flow.source]}: </span>${bitsPerSecond === null ? "–" : rate(bitsPerSecond)}
              </span>`;
                })
          }</td>`;
        })}</tr>`,
    )}</tbody>
  </table>`;
}

function lists(desk: Desk, room: Room): TemplateResult {
  const t = desk.view.texts;
  const told = [...desk.calls.stats].filter(
    ([, stats]) => stats.roomId === room.roomId && (stats.appId ?? "") === room.appId,
  );
  return html`<table class="lists">
    <caption>${t.listsTitle}</caption>
    <thead><tr><td></td>${LISTS.map((list) => html`<th scope="col">${t.lists[list]}</th>`)}</tr></thead>
    <tbody>${told.map(
      ([phone, stats]) => html`<tr><th scope="row">${chip(desk.nameOf(phone))}</th>
        ${LISTS.map((list) => html`<td>${stats.lists[list].length === 0 ? html`<span class="soft">–</span>` : stats.lists[list].join(", ")}</td>`)}</tr>`,
    )}</tbody>
  </table>`;
}

function flowTable(desk: Desk, flows: readonly Flow[]): TemplateResult {
  const t = desk.view.texts;
  const percent = (value: number): string => `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
  return html`<table class="flows">
    <caption>${t.flows}</caption>
    <thead><tr><th scope="col">${t.flow}</th><th scope="col">${t.bitrate}</th><th scope="col">${t.frameRate}</th><th scope="col">${t.lossRate}</th><th scope="col">${t.roundTrip}</th></tr></thead>
    <tbody>${repeat(
      flows,
      ({ key }) => key,
      ({ room, from, to, source, samples }) => {
        const member = (user: string): TemplateResult => chip(user, desk.calls.phoneOf(room, user));
        const last = samples.at(-1);
        return html`<tr data-from=${from} data-to=${to} data-source=${source}>
        <th scope="row">${member(from)} → ${member(to)}
          <span class="medium"><span class="cell ${source}">${icon(ICONS[source])}${t.sources[source]}</span>
            ${last?.width ? html`<span class="soft">${last.width} × ${last.height}</span>` : nothing}</span></th>
        <td>${sparkline(
          t.bitrate,
          samples.map(({ bitsPerSecond }) => bitsPerSecond),
          rate,
          20_000,
        )}</td>
        <td>${sparkline(
          t.frameRate,
          samples.map(({ framesPerSecond }) => framesPerSecond),
          (value) => `${Math.round(value)} fps`,
          30,
        )}</td>
        <td>${sparkline(
          t.lossRate,
          samples.map(({ loss }) => loss),
          percent,
          0.1,
        )}</td>
        <td>${sparkline(
          t.roundTrip,
          samples.map(({ roundTrip }) => roundTrip),
          (value) => `${Math.round(value)} ms`,
          20,
        )}</td>
      </tr>`;
      },
    )}</tbody>
  </table>`;
}
