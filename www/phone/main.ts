/**
 * A phone: the page `/phone/?id=…&user=…&path=…` that runs a mini-program. On a desk its settings
 * come from there; alone, from its address: `user`, `device` (a model's name), `language` (`en`,
 * `zh_CN`), `theme` (`light`, `dark`), `fake=1` for a made camera and microphone.
 */
import type { PhoneControl, PhoneRecord } from "../shared/bridge";
import { startCall } from "./call";
import { installNetwork } from "./network";
import { commandsOf, controlOf, keep } from "./runtime/control";
import { deskAround } from "./runtime/desk";
import { keepFramesComing } from "./runtime/frames";
import { PhoneHost } from "./runtime/host";
import { followMedia } from "./requests";
import { fetchManifest, followChanges } from "./runtime/reload";
import { ownSettings } from "./runtime/settings";
import { createTt, openStore } from "./tt";
import { hasServer } from "../shared/secret";

declare global {
  interface Window {
    /** The phone, from when it has its settings. */
    phone?: PhoneControl;
  }
}

keepFramesComing();
const query = new URLSearchParams(location.search);
const desk = await deskAround();
const settings = desk?.settings ?? ownSettings(query);
const manifest = await fetchManifest();
const store = await openStore(`${manifest.project} ${settings.id}`);
// Tests are told what happened, wherever the phone is.
const report = navigator.webdriver
  ? (record: PhoneRecord) => (keep(record), desk?.report(record))
  : desk?.report;
const host = new PhoneHost(settings, manifest, store, report);
window.phone = controlOf(host);
desk?.serve(commandsOf(host, window.phone));
if (hasServer()) installNetwork(host);
followMedia(host);
followChanges(host);
await host
  .start({ createTt, startCall }, query.get("path") ?? "")
  .catch((error: unknown) => host.failed(error, "start"));
