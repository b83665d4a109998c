import { enter } from "./call.js";

void enter(({ me, users }) => {
  for (const id of users) {
    if (document.querySelector(`rtc-room[user-id="${id}"]`)) continue;
    const tile = document.createElement("rtc-room");
    tile.setAttribute("user-id", id);
    tile.setAttribute("mode", id === me ? "camera" : "video");
    document.body.append(tile);
  }
});
