/** `tt.createMapContext`: a map without tiles still has a centre and a scale, in Web Mercator. */
import type { Api } from "../api";
import { overlays } from "./context-methods";
import { badParameter, Failure } from "../params";
import { findById, propertyOf } from "./elements";

interface Place {
  latitude: number;
  longitude: number;
}
/** What a context changed, by the map's element. */
interface View {
  centre?: Place;
  scale?: number;
}
const views = new WeakMap<Element, View>();
const MEMBERS =
  "getCenterLocation getRegion moveToLocation getScale includePoints translateMarker moveAlong getRotate getSkew mapToScreen screenToMap addGroundOverlay updateGroundOverlay removeGroundOverlay setLocMarkerIcon setCenterOffset openMapApp";

export function map(api: Api): void {
  api.object("MapContext", MEMBERS);
  api.sync("createMapContext", MEMBERS, (id: string, component?: unknown) => {
    const { phone } = api;
    const find = () => {
      const element = findById(phone, "map", id, component);
      if (!element) throw new Failure(`there is no map with the id "${id}"`);
      const view = views.get(element) ?? {};
      views.set(element, view);
      const number = (name: string, otherwise: number) => Number(propertyOf(element, name) ?? otherwise) || otherwise;
      const centre = view.centre ?? { latitude: number("latitude", 0), longitude: number("longitude", 0) };
      const scale = view.scale ?? number("scale", 16);
      return {
        element,
        view,
        scale,
        centre: project(centre, scale),
        width: element.clientWidth,
        height: element.clientHeight,
      };
    };
    /** The place at a point of the element, in pixels from its corner. */
    const placeAt = (x: number, y: number): Place => {
      const { centre, scale, width, height } = find();
      return unproject({ x: centre.x + x - width / 2, y: centre.y + y - height / 2 }, scale);
    };
    /** A marker moves in the page's own data; here only its end is told. */
    const moved = ({
      markerId,
      duration = 1000,
      animationEnd,
    }: {
      markerId: number;
      duration?: number;
      animationEnd?: () => void;
    }): void => {
      const markers = propertyOf(find().element, "markers");
      if (!Array.isArray(markers) || !markers.some((each: { id?: number }) => each.id === markerId))
        throw badParameter(`there is no marker with the id ${markerId}`);
      if (typeof animationEnd === "function") setTimeout(animationEnd, duration);
    };
    const place = { latitude: "number", longitude: "number" } as const;
    const timed = { markerId: "number", duration: "number?", autoRotate: "boolean?" } as const;
    return {
      getCenterLocation: api.method("getCenterLocation", {}, () => {
        const { centre, scale } = find();
        return unproject(centre, scale);
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
          find().view.centre = { latitude: latitude ?? here.latitude, longitude: longitude ?? here.longitude };
        },
      ),
      getScale: api.method("getScale", {}, () => ({ scale: find().scale })),
      includePoints: api.method<{ points?: Place[]; point?: Place[]; padding?: number[] }>(
        "includePoints",
        { points: "array?", point: "array?", padding: "array?" },
        ({ points, point, padding = [] }) => {
          const all = points ?? point ?? [];
          if (all.length === 0) throw badParameter("params.points should not be empty");
          const { view, width, height } = find();
          const [top = 0, right = 0, bottom = 0, left = 0] = padding;
          const at = all.map((each) => project(each, 0));
          const [xs, ys] = [at.map(({ x }) => x), at.map(({ y }) => y)];
          const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
          const fits = Math.min(
            (width - left - right) / (east - west || 1e-9),
            (height - top - bottom) / (south - north || 1e-9),
          );
          view.scale = Math.min(20, Math.max(3, Math.floor(Math.log2(Math.max(fits, 1)))));
          view.centre = unproject({ x: (west + east) / 2, y: (north + south) / 2 }, 0);
        },
      ),
      translateMarker: api.method("translateMarker", { ...timed, destination: "object" }, moved as never),
      moveAlong: api.method("moveAlong", { ...timed, path: "array" }, moved as never),
      getRotate: api.method("getRotate", {}, () => ({ rotate: Number(propertyOf(find().element, "rotate")) || 0 })),
      getSkew: api.method("getSkew", {}, () => ({ skew: Number(propertyOf(find().element, "skew")) || 0 })),
      mapToScreen: api.method<Place>("mapToScreen", place, (where) => {
        const { centre, scale, width, height } = find();
        const { x, y } = project(where, scale);
        return { x: x - centre.x + width / 2, y: y - centre.y + height / 2 };
      }),
      screenToMap: api.method<{ x: number; y: number }>("screenToMap", { x: "number", y: "number" }, ({ x, y }) =>
        placeAt(x, y),
      ),
      ...overlays(api),
    };
  });
}

/** Pixels from the north-west corner of the world, whose side is 256 px at scale 0. */
function project({ latitude, longitude }: Place, scale: number): { x: number; y: number } {
  const side = 256 * 2 ** scale;
  const sine = Math.min(0.9999, Math.max(-0.9999, Math.sin((latitude * Math.PI) / 180)));
  return { x: ((longitude + 180) / 360) * side, y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * side };
}

function unproject({ x, y }: { x: number; y: number }, scale: number): Place {
  const side = 256 * 2 ** scale;
  return {
    longitude: (x / side) * 360 - 180,
    latitude: (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / side))) * 180) / Math.PI,
  };
}
