/** Methods of contexts that the documentation has and the typings have not. */
import type { Api } from "../api";
import { badParameter } from "../params";
import { notice, say } from "../ui";

/** Of `VideoContext`; `on` acts on the video where there is one. */
export function volume(api: Api, on: (act: (video: HTMLVideoElement) => void) => void) {
  return {
    setMediaVolume: api.method<{ value: number }>("setMediaVolume", { value: "number" }, ({ value }) => {
      if (!(value >= 0 && value <= 1)) throw badParameter(`params.value should be 0 to 1, but got ${value}`);
      on((video) => void (video.volume = value));
    }),
    getMediaVolume: api.method("getMediaVolume", {}, () => {
      let value = 1;
      on((video) => void (value = video.volume));
      return { value };
    }),
  };
}

/** Of `VideoContext` and `LivePlayerContext`: nothing is drawn over the picture. */
export const waterMark = (api: Api) => ({
  setWaterMark: api.method("setWaterMark", { enable: "boolean?", color: "string?", content: "any?" }, () => {}),
});

/** Of `MapContext`: a map without tiles has nothing under these, so they are checked and not drawn. */
export function overlays(api: Api) {
  const { phone } = api;
  const known = new Set<unknown>();
  const existing = (id: unknown): void => {
    if (!known.has(id)) throw badParameter(`there is no ground overlay with the id "${String(id)}"`);
  };
  const overlay = { id: "any", src: "string", bounds: "object", visible: "boolean?", zIndex: "number?", opacity: "number?" } as const;
  return {
    addGroundOverlay: api.method<{ id: unknown }>("addGroundOverlay", overlay, ({ id }) => void known.add(id)),
    updateGroundOverlay: api.method<{ id: unknown }>(
      "updateGroundOverlay",
      { ...overlay, src: "string?", bounds: "object?" },
      ({ id }) => existing(id),
    ),
    removeGroundOverlay: api.method<{ id: unknown }>("removeGroundOverlay", { id: "any" }, ({ id }) => {
      existing(id);
      known.delete(id);
    }),
    setLocMarkerIcon: api.method("setLocMarkerIcon", { iconPath: "string" }, () => {}),
    setCenterOffset: api.method("setCenterOffset", { offset: "array" }, () => {}),
    openMapApp: api.method<{ latitude: number; longitude: number; destination?: string }>(
      "openMapApp",
      { latitude: "number", longitude: "number", destination: "string?" },
      ({ latitude, longitude, destination = "" }) => {
        const title = destination || say(phone, "A map app opens here", "即将打开地图应用");
        void notice(phone, title, `${latitude}, ${longitude}`);
      },
    ),
  };
}
