/** `tt.createMapContext`: a map without tiles still has a centre and a scale, in Web Mercator. */
import { call } from "../../async";
import type { Api } from "../api";
import { overlays } from "./context-methods";
import { badParameter, Failure } from "../../failure";
import type { MapElement } from "../../components/map";
import type { Place } from "../../components/support/mercator";
import { findById, propertyOf } from "./elements";

interface Timed {
  markerId: number;
  duration?: number;
  animationEnd?: unknown;
}
const MEMBERS =
  "getCenterLocation getRegion moveToLocation getScale includePoints translateMarker moveAlong getRotate getSkew mapToScreen screenToMap addGroundOverlay updateGroundOverlay removeGroundOverlay setLocMarkerIcon setCenterOffset openMapApp";

export function map(api: Api): void {
  api.object("MapContext", MEMBERS);
  api.sync("createMapContext", MEMBERS, (id: string | HTMLElement, component?: unknown) => {
    const { phone } = api;
    const find = () => {
      const element = findById(phone, "map", id, component);
      if (!element) throw new Failure(`there is no map with the id "${String(id)}"`);
      const view = (element as MapElement).map;
      if (!view) throw new Failure(`there is no map with the id "${String(id)}"`);
      return { element, view, scale: view.scale, width: element.clientWidth, height: element.clientHeight };
    };
    /** The place at a point of the element, in pixels from its corner. */
    const placeAt = (x: number, y: number): Place => find().view.placeAt({ x, y });
    const move = (markerId: number, path: Place[], duration: number, animationEnd: unknown): void => {
      const { element, view } = find();
      const markers = propertyOf(element, "markers");
      if (!Array.isArray(markers) || !markers.some((each: { id?: number }) => each.id === markerId))
        throw badParameter(`there is no marker with the id ${markerId}`);
      void view.move(markerId, path, duration).then(() => call(animationEnd, undefined));
    };
    const place = { latitude: "number", longitude: "number" } as const;
    const timed = { markerId: "number", duration: "number?", autoRotate: "boolean?" } as const;
    return {
      getCenterLocation: api.method("getCenterLocation", {}, () => {
        const { view } = find();
        return { ...view.centre };
      }),
      getRegion: api.method("getRegion", {}, () => {
        const { width, height } = find();
        return { southwest: placeAt(0, height), northeast: placeAt(width, 0) };
      }),
      moveToLocation: api.method<Partial<Place>>(
        "moveToLocation",
        { latitude: "number?", longitude: "number?" },
        ({ latitude, longitude }) => {
          const here = phone.settings.location;
          const { view } = find();
          view.centre = { latitude: latitude ?? here.latitude, longitude: longitude ?? here.longitude };
          view.show();
        },
      ),
      getScale: api.method("getScale", {}, () => ({ scale: find().scale })),
      includePoints: api.method<{ points?: Place[]; point?: Place[]; padding?: number[] }>(
        "includePoints",
        { points: "array?", point: "array?", padding: "array?" },
        ({ points, point, padding = [] }) => {
          const all = points ?? point ?? [];
          if (all.length === 0) throw badParameter("params.points should not be empty");
          find().view.include(all, padding);
        },
      ),
      translateMarker: api.method<Timed & { destination: Place }>(
        "translateMarker",
        { ...timed, destination: "object", animationEnd: "any?" },
        ({ markerId, destination, duration = 1000, animationEnd }) =>
          move(markerId, [destination], duration, animationEnd),
      ),
      moveAlong: api.method<Timed & { path: Place[] }>(
        "moveAlong",
        { ...timed, path: "array" },
        ({ markerId, path, duration = 1000, animationEnd }) => move(markerId, path, duration, animationEnd),
      ),
      getRotate: api.method("getRotate", {}, () => ({
        rotate: Number(propertyOf(find().element, "rotate")) || 0,
      })),
      getSkew: api.method("getSkew", {}, () => ({ skew: Number(propertyOf(find().element, "skew")) || 0 })),
      mapToScreen: api.method<Place>("mapToScreen", place, (where) => {
        return find().view.pointOf(where);
      }),
      screenToMap: api.method<{ x: number; y: number }>(
        "screenToMap",
        { x: "number", y: "number" },
        ({ x, y }) => placeAt(x, y),
      ),
      ...overlays(api, () => find().view),
    };
  });
}
