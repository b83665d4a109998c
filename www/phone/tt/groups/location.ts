/** Where the phone is: as the desk says. */
import type { Api } from "../api";
import { cancelled, refused } from "../../failure";
import { ask, notice, say } from "../../ui";
import { toGcj02 } from "./gcj02";

export function location(api: Api): void {
  const { phone } = api;
  const fields = "latitude longitude altitude accuracy verticalAccuracy horizontalAccuracy speed city";
  const whereabouts = (type: string | undefined) => {
    const { accuracy, ...here } = phone.settings.location;
    const place = type === "gcj02" ? toGcj02(here) : here;
    return {
      ...place,
      altitude: 0,
      accuracy,
      verticalAccuracy: accuracy,
      horizontalAccuracy: accuracy,
      speed: 0,
      city: "",
    };
  };
  api.async<{ type?: string }>(
    "getLocation",
    { type: ["wgs84", "gcj02"], isHighAccuracy: "boolean?" },
    fields,
    async ({ type }) => {
      if (!(await phone.authorize("scope.userLocation"))) throw refused();
      return whereabouts(type);
    },
  );
  updates(api, fields, whereabouts);
  api.async<{ latitude?: number; longitude?: number }>(
    "chooseLocation",
    { latitude: "number?", longitude: "number?" },
    "name address latitude longitude",
    async (near) => {
      const here = { ...toGcj02(phone.settings.location), ...near };
      const labels = [
        say(phone, "Name", "名称"),
        say(phone, "Address", "地址"),
        say(phone, "Latitude", "纬度"),
        say(phone, "Longitude", "经度"),
      ] as const;
      const values = [say(phone, "A place", "某地"), "", String(here.latitude), String(here.longitude)];
      const answer = await ask(phone, {
        title: say(phone, "Choose a place", "选择位置"),
        fields: Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ""])),
      });
      if (!answer) throw cancelled();
      const [name, address, latitude, longitude] = answer;
      return { name, address, latitude: Number(latitude), longitude: Number(longitude) };
    },
  );
  api.async<{ latitude: number; longitude: number; name?: string; address?: string }>(
    "openLocation",
    { latitude: "number", longitude: "number", scale: "number?", name: "string?", address: "string?" },
    "",
    async ({ latitude, longitude, name = "", address = "" }) => {
      void notice(
        phone,
        name || say(phone, "A map is shown here", "此处展示地图"),
        `${address}\n${latitude}, ${longitude}`.trim(),
      );
    },
  );
}

/** Positions while the app asks for them: one at the start, and one for each that the desk sets. */
function updates(api: Api, fields: string, whereabouts: (type: string | undefined) => object): void {
  const { phone } = api;
  const changed = api.event("LocationChange", fields);
  const failed = api.event("LocationChangeError", "errMsg errCode");
  let type: string | undefined;
  let updating = false;
  const tell = (): void => {
    if (!updating) return;
    if (phone.settings.permissions["scope.userLocation"] === "denied")
      failed.emit({ errMsg: "auth deny", errCode: 10200 });
    else changed.emit(whereabouts(type));
  };
  phone.on("settings", (change) => (change.location || change.permissions) && tell());
  api.async<{ type?: string }>("startLocationUpdate", { type: ["gcj02", "wgs84"] }, "", async (options) => {
    if (!(await phone.authorize("scope.userLocation"))) throw refused();
    type = options.type ?? "gcj02";
    updating = true;
    setTimeout(tell);
  });
  api.async("stopLocationUpdate", {}, "", () => void (updating = false));
}
