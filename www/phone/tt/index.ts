/**
 * `tt`: everything of it but the RTC API, which `call/` puts in, one file for each group of
 * functions. The runtime calls {@link createTt} once for each start of the mini-program, before
 * `app.js` runs. `createSelectorQuery` and `createIntersectionObserver` come from
 * `runtime/queries/`.
 *
 * - `api` is where the groups put their functions; `async` and `params` are how those behave.
 * - `store/` is what a phone keeps, `ui/` the dialogues it shows.
 * - `coverage` says which of the platform's functions cannot work here, and why.
 */
import type { Phone } from "../phone";
import { Api } from "./api";
import { canIUse } from "./can-i-use";
import { abilities } from "./groups/abilities";
import { account } from "./groups/account";
import { animation } from "./groups/animation";
import { app } from "./groups/app";
import { audio } from "./groups/audio";
import { bars } from "./groups/bars";
import { camera } from "./groups/camera";
import { canvas } from "./groups/canvas";
import { canvasData } from "./groups/canvas-data";
import { chooseMedia } from "./groups/choose-media";
import { device } from "./groups/device";
import { feedback } from "./groups/feedback";
import { files } from "./groups/files";
import { location } from "./groups/location";
import { map } from "./groups/map";
import { navigation } from "./groups/navigation";
import { performanceOf } from "./groups/performance";
import { pictures } from "./groups/pictures";
import { players } from "./groups/players";
import { preload } from "./groups/preload";
import { recorder } from "./groups/recorder";
import { request } from "./groups/request";
import { sensors } from "./groups/sensors";
import { setting } from "./groups/setting";
import { socket } from "./groups/socket";
import { storage } from "./groups/storage";
import { system } from "./groups/system";
import { transfer } from "./groups/transfer";
import { unsupportedFunctions } from "./groups/unsupported";
import { worker } from "./groups/worker";

export { openStore } from "./store";

const GROUPS = [
  app,
  system,
  feedback,
  bars,
  navigation,
  storage,
  request,
  transfer,
  socket,
  account,
  setting,
  device,
  sensors,
  location,
  pictures,
  chooseMedia,
  audio,
  recorder,
  players,
  camera,
  map,
  canvas,
  animation,
  files,
  performanceOf,
  worker,
  preload,
  canvasData,
  abilities,
  unsupportedFunctions,
  canIUse,
];

/** Makes the `tt` of a phone. */
export function createTt(phone: Phone): Record<string, unknown> {
  const api = new Api(phone);
  for (const put of GROUPS) put(api);
  return api.tt;
}
