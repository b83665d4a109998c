/**
 * Everything that can be done to a phone, or to all of them at once: the same form, whose fields
 * show what the phones have in common.
 */
import { html, type TemplateResult } from "lit-html";
import type { DeepPartial, DeviceState, Network, PhoneForDesk, PhoneSettings } from "../shared/bridge";
import type { Arguments } from "../shared/channel";
import type { Desk } from "./desk";
import { DEVICES, deviceOf } from "../shared/devices";
import { hasServer } from "../shared/secret";
import { icon } from "./icons";
import type { DeskPhone } from "./phone";
import { SCOPES } from "./settings";
import { check, field, iconButton, numberField, select } from "./ui";

const NETWORKS = ["wifi", "5g", "4g", "3g", "2g", "none"] as const;

/** The form for `phones`; `name` says whose it is. */
export function controls(desk: Desk, phones: readonly DeskPhone[], name: string): TemplateResult {
  const t = desk.view.texts;
  const apply = (change: DeepPartial<PhoneSettings>): void => desk.apply(phones, change);
  const common = <T>(read: (settings: PhoneSettings) => T): T | undefined => {
    const values = phones.map(({ settings }) => read(settings));
    return values.every((value) => value === values[0]) ? values[0] : undefined;
  };
  const only = phones.length === 1 ? phones[0] : undefined;
  const deviceStates = [
    ["ready", t.ready],
    ["unplugged", t.unplugged],
    ["busy", t.busy],
  ] as const;

  return html`<div class="controls" role="group" aria-label=${t.controlsOf(name)}>
    <fieldset>
      <legend>${t.app}</legend>
      <div class="row">
        ${action("back", t.back, () => desk.each(phones, "back"))}
        ${action("restart", t.restart, () => desk.restart(phones))}
        ${action("capture", t.capture, () => desk.each(phones, "captureScreen"))}
      </div>
      <div class="row">
        ${plain(t.lowMemory, "memoryWarning", 10)}
        ${plain(t.updateReady, "update", true)}
        ${plain(t.updateFails, "update", false)}
      </div>
      <form class="row open-page" @submit=${(event: SubmitEvent) => openPage(desk, phones, event)}>
        <label class="field grow"><span>${t.openPage}</span>
          <input name="path" list="desk-pages" placeholder=${t.openPageHint} autocomplete="off" spellcheck="false"></label>
        <button class="secondary">${t.open}</button>
      </form>
      ${check(t.background, invert(common((s) => s.foreground)), (background) => apply({ foreground: !background }))}
    </fieldset>

    ${hasServer() ? network() : ""}

    <fieldset>
      <legend>${t.devices}</legend>
      ${select<DeviceState>(
        t.camera,
        common((s) => s.camera),
        deviceStates,
        (camera) => apply({ camera }),
        t.mixed,
      )}
      ${select<DeviceState>(
        t.microphone,
        common((s) => s.microphone),
        deviceStates,
        (microphone) => apply({ microphone }),
        t.mixed,
      )}
      ${check(
        t.fakeDevices,
        common((s) => s.fakeDevices),
        (fakeDevices) => apply({ fakeDevices }),
      )}
    </fieldset>

    <fieldset>
      <legend>${t.permissions}</legend>
      ${SCOPES.map((scope) =>
        select(
          t.permission[scope] ?? scope,
          common((s) => s.permissions[scope] ?? "prompt"),
          [
            ["prompt", t.prompt],
            ["granted", t.granted],
            ["denied", t.denied],
          ] as const,
          (answer) => apply({ permissions: { [scope]: answer } }),
          t.mixed,
        ),
      )}
    </fieldset>

    <fieldset>
      <legend>${t.device}</legend>
      <div>${select(
        t.model,
        common((s) => s.device.model),
        DEVICES.map(({ model, width, height }) => [model, `${model} (${width} × ${height})`] as const),
        (model) => apply({ device: deviceOf(model) }),
        t.mixed,
      )}</div>
      ${check(
        t.landscape,
        common((s) => s.orientation === "landscape"),
        (on) => apply({ orientation: on ? "landscape" : "portrait" }),
      )}
      ${check(
        t.dark,
        common((s) => s.theme === "dark"),
        (on) => apply({ theme: on ? "dark" : "light" }),
      )}
      ${select<PhoneSettings["language"]>(
        t.language,
        common((s) => s.language),
        [
          ["en", "English"],
          ["zh_CN", "中文"],
        ] as const,
        (language) => apply({ language }),
        t.mixed,
      )}
      ${
        only
          ? html`<div class="pair">
            ${field(t.userId, only.settings.user.id, (id) => id && apply({ user: { id } }))}
            ${field(t.nickName, only.settings.user.nickName, (nickName) => apply({ user: { nickName } }))}
          </div>`
          : ""
      }
      <div class="pair">
        ${numberField(
          t.latitude,
          common((s) => s.location.latitude),
          [-90, 90, "any"],
          (latitude) => apply({ location: { latitude } }),
          t.mixed,
        )}
        ${numberField(
          t.longitude,
          common((s) => s.location.longitude),
          [-180, 180, "any"],
          (longitude) => apply({ location: { longitude } }),
          t.mixed,
        )}
      </div>
    </fieldset>
  </div>`;

  /** What the development server does to a phone's calls. */
  function network(): TemplateResult {
    return html`<fieldset>
      <legend>${t.network}</legend>
      ${check(
        t.offline,
        common((s) => s.network.type === "none"),
        (offline) => desk.apply(phones, (phone) => phone.setOffline(offline)),
      )}
      ${check(t.cutSignaling, invert(common((s) => s.network.signaling)), (cut) => apply({ network: { signaling: !cut } }))}
      ${check(t.cutMedia, invert(common((s) => s.network.media)), (cut) => apply({ network: { media: !cut } }))}
      ${select<Network["type"]>(
        t.networkType,
        common((s) => s.network.type),
        NETWORKS.map((type) => [type, type] as const),
        (type) => apply({ network: { type } }),
        t.mixed,
      )}
      <div class="pair">
        ${numberField(
          t.delay,
          common((s) => s.network.delay),
          [0, 60_000, 10],
          (delay) => apply({ network: { delay } }),
          t.mixed,
        )}
        ${numberField(
          t.loss,
          common((s) => Math.round(s.network.loss * 1000) / 10),
          [0, 100, "any"],
          (loss) => apply({ network: { loss: loss / 100 } }),
          t.mixed,
        )}
      </div>
    </fieldset>`;
  }
  function plain<K extends keyof PhoneForDesk>(
    label: string,
    name: K,
    ...args: Arguments<PhoneForDesk, K>
  ): TemplateResult {
    return html`<button type="button" class="secondary" @click=${() => desk.each(phones, name, ...args)}>${label}</button>`;
  }
  function action(name: "back" | "restart" | "capture", label: string, act: () => void): TemplateResult {
    return html`<button type="button" class="secondary" @click=${act}>${icon(name)}${label}</button>`;
  }
}

/** What one wants at hand all the time. */
export function quickControls(desk: Desk, phone: DeskPhone): TemplateResult {
  const t = desk.view.texts;
  const { settings } = phone;
  const { orientation } = settings;
  return html`
    ${iconButton("back", t.back, () => desk.each([phone], "back"))}
    ${iconButton("restart", t.restart, () => desk.restart([phone]))}
    ${iconButton("rotate", t.rotate, () => desk.apply([phone], { orientation: orientation === "portrait" ? "landscape" : "portrait" }), { pressed: orientation === "landscape" })}
    ${iconButton("moon", t.dark, () => desk.apply([phone], { theme: settings.theme === "dark" ? "light" : "dark" }), { pressed: settings.theme === "dark" })}
    ${iconButton("background", t.background, () => desk.apply([phone], { foreground: !settings.foreground }), { pressed: !settings.foreground })}
    ${hasServer() ? iconButton("offline", t.offline, () => desk.apply([phone], phone.setOffline(!phone.offline)), { pressed: phone.offline, tone: "alarm" }) : ""}
    ${iconButton("capture", t.capture, () => desk.each([phone], "captureScreen"))}
  `;
}

/** The pages that can be opened, for the fields that ask for one. */
export function pageList(desk: Desk): TemplateResult {
  return html`<datalist id="desk-pages">${desk.server.manifest?.pages.map((page) => html`<option value=${page}></option>`)}</datalist>`;
}

function openPage(desk: Desk, phones: readonly DeskPhone[], event: SubmitEvent): void {
  event.preventDefault();
  const path = new FormData(event.target as HTMLFormElement).get("path");
  if (typeof path !== "string" || path.trim() === "") return;
  desk.each(phones, "open", path.trim());
}

function invert(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
