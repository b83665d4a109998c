/** Methods of contexts that the documentation has and the typings have not. */
import type { Api } from "../api";
import type { GroundOverlay, MapView } from "../../components/map";
import { badParameter } from "../../failure";
import { notice, say } from "../../ui";

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

/** Of `VideoContext` and `LivePlayerContext`: a text over the picture. */
export const waterMark = (api: Api, on: (act: (video: HTMLVideoElement) => void) => void) => ({
  setWaterMark: api.method<{ enable?: boolean; color?: string; content?: unknown }>(
    "setWaterMark",
    { enable: "boolean?", color: "string?", content: "any?" },
    ({ enable = true, color = "", content = "" }) =>
      on((video) => {
        const host = video.parentElement;
        const mark = host?.querySelector(":scope > s") ?? document.createElement("s");
        mark.setAttribute("style", `color:${color}`);
        mark.textContent = enable ? String(content) : "";
        host?.append(mark);
      }),
  ),
});

/** Of `MapContext`: what lies on the map without being an attribute of it. */
export function overlays(api: Api, view: () => MapView) {
  const { phone } = api;
  const overlay = {
    id: "string|number",
    src: "string",
    bounds: "object",
    visible: "boolean?",
    zIndex: "number?",
    opacity: "number?",
  } as const;
  const checked = ({ bounds }: GroundOverlay): void => {
    if (!bounds.southwest || !bounds.northeast)
      throw badParameter("params.bounds should have southwest and northeast");
  };
  const change = (id: unknown, act: (all: MapView["overlays"]) => void): void => {
    const shown = view();
    if (!shown.overlays.has(id)) throw badParameter(`there is no ground overlay with the id "${String(id)}"`);
    act(shown.overlays);
    shown.show();
  };
  return {
    addGroundOverlay: api.method<GroundOverlay>("addGroundOverlay", overlay, (added) => {
      checked(added);
      const shown = view();
      shown.overlays.set(added.id, added);
      shown.show();
    }),
    updateGroundOverlay: api.method<GroundOverlay>(
      "updateGroundOverlay",
      { ...overlay, src: "string?", bounds: "object?" },
      (news) => {
        if (news.bounds) checked(news);
        change(news.id, (all) => all.set(news.id, { ...all.get(news.id), ...news }));
      },
    ),
    removeGroundOverlay: api.method<GroundOverlay>("removeGroundOverlay", { id: "string|number" }, ({ id }) =>
      change(id, (all) => all.delete(id)),
    ),
    setLocMarkerIcon: api.method<{ iconPath: string }>(
      "setLocMarkerIcon",
      { iconPath: "string" },
      ({ iconPath }) => {
        const shown = view();
        shown.here = iconPath;
        shown.show();
      },
    ),
    setCenterOffset: api.method<{ offset: [number, number] }>(
      "setCenterOffset",
      { offset: "array" },
      ({ offset: [x, y] }) => {
        const shown = view();
        // Elsewhere it would be too near an edge to be seen.
        const within = (part: number): number => Math.min(0.75, Math.max(0.25, Number(part) || 0.5));
        shown.offset = [within(x), within(y)];
        shown.show();
      },
    ),
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
