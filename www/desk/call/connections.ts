/** The connections of all phones as they are, and what was lost, how it came back, and when. */
import { html, type TemplateResult } from "lit-html";
import type { Desk } from "../desk";
import { chip, clock, span } from "../ui";
import { connectionsOf, isGood, type Connection, type Outage } from "./recovery";

export function connectionsView(desk: Desk): TemplateResult {
  const t = desk.view.texts;
  const { connections, outages } = connectionsOf(desk.log.steps);
  const target = ({ what, peer, phone }: Connection | Outage): TemplateResult =>
    what === "peer"
      ? html`→ ${chip(peer, desk.calls.peerOf(phone, peer))}`
      : html`${what === "call" ? t.call : t.toHub}`;
  return html`<div class="scroll">
    ${
      connections.length === 0
        ? html`<p class="hint">${t.noConnections}</p>`
        : html`<table class="connections">
          <caption>${t.connections}</caption>
          <thead><tr><th scope="col">${t.phones}</th><th scope="col">${t.connections}</th><th scope="col">${t.state}</th><th scope="col">${t.since}</th></tr></thead>
          <tbody>${connections.map(
            (connection) => html`<tr>
              <td>${chip(desk.nameOf(connection.phone))}</td><td>${target(connection)}</td>
              <td><span class="state ${isGood(connection.state) ? "good" : "bad"}">${connection.state}</span></td><td>${clock(connection.since)}</td></tr>`,
          )}</tbody>
        </table>`
    }
    <table class="outages">
      <caption>${t.recovery}</caption>
      ${
        outages.length === 0
          ? html`<tbody><tr><td class="soft">${t.noOutages}</td></tr></tbody>`
          : html`<thead><tr><th scope="col">${t.time}</th><th scope="col">${t.phones}</th><th scope="col">${t.connections}</th><th scope="col">${t.lasted}</th><th scope="col">${t.passed}</th></tr></thead>
            <tbody>${[...outages].reverse().map(
              (outage) => html`<tr data-outcome=${outage.outcome ?? "open"}>
                <td>${clock(outage.start)}</td><td>${chip(desk.nameOf(outage.phone))}</td><td>${target(outage)}</td>
                <td>${took(desk, outage)}</td>
                <td class="states">${outage.states.map(({ state, time }) => html`<span class="state ${isGood(state) ? "good" : ""}" title=${clock(time)}>${state} <span class="soft">+${span(time - outage.start)}</span></span>`)}</td></tr>`,
            )}</tbody>`
      }
    </table>
  </div>`;
}

function took(desk: Desk, { start, end, outcome }: Outage): TemplateResult {
  const t = desk.view.texts;
  if (end === null) return html`<span class="state bad">${t.lasts}</span>`;
  return html`<b>${span(end - start)}</b> <span class="soft">${outcome === "back" ? t.cameBack : t.wasClosed}</span>`;
}
