// One person's side of the call: loads the library, launches the app, opens the call page.

import { app } from "./app.js";
import { loadLibrary, showFailure } from "./load.js";
import { createPage } from "./page.js";
import { guest } from "./people.js";
import { roomPage } from "./room-page.js";
import { showToast } from "./toast.js";
import { createView } from "./view.js";

const query = new URLSearchParams(location.search);
const options = {
  userId: query.get("user") ?? guest(),
  roomId: query.get("room") ?? "demo",
  // Without an app key, any token will do; see `appKeys` of install().
  token: encodeURIComponent(query.get("token") ?? "no-token"),
};
const web = query.get("web") === "1";
// Inside the desk, which has buttons of its own in the corner.
if (parent !== window) document.documentElement.dataset.embedded = "";
document.title = `${options.userId} · ${options.roomId}`;

// What else of `tt` the call page uses; install() adds createRtcRoomContext to it.
window.tt = {
  showToast,
  getSystemInfoSync: () => ({ screenWidth: innerWidth, screenHeight: innerHeight }),
};
window.app = app;

const { install, createWebRoomContext } = await loadLibrary();
try {
  install(query.has("signaling") ? { signaling: query.get("signaling") } : {});
  app.onLaunch({ createContext: web ? createWebRoomContext : tt.createRtcRoomContext });
} catch (error) {
  showFailure("The call cannot start", "The library was loaded, but it cannot run here.", error);
  throw error;
}

let render = () => {};
const page = createPage(roomPage, (page) => render(page));
render = createView(page, { web });
page.onLoad(options);
document.querySelector(".room").hidden = false;

// The page that shows several people side by side starts the call for all of them.
addEventListener("message", ({ origin, data }) => {
  if (origin === location.origin && data?.type === "join") page.handleJoin();
});
addEventListener("pagehide", () => page.onUnload());
document.documentElement.dataset.ready = "";
