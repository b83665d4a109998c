/**
 * `map`: a grid instead of streets, which need a service; on it all that the page puts there, in its
 * place. It moves under a finger and tells of taps as a map does.
 */
import type { QueryHooks } from ".";
import { builtIn } from "./support/builtin";
import { length, pixels } from "./support/css";
import { contextOf, drawing, h } from "./support/dom";
import { metresPerPixel, type Place, type Point, project, unproject } from "./support/mercator";

const list: unknown[] = [];
const defaults = {
  longitude: 0,
  latitude: 0,
  scale: 16,
  markers: list,
  circles: list,
  polyline: list,
  polygons: list,
  includePoints: list,
  showLocation: false,
  rotate: 0,
  skew: 0,
  showCompass: false,
  enableOverlooking: false,
  enableRotate: false,
  minScale: 3,
  maxScale: 19,
  showScale: false,
  enable3D: false,
  enable3d: false,
  enableSatellite: false,
  enableTraffic: false,
  enableZoom: true,
  enableScroll: true,
  enablePoi: true,
  enableBuilding: true,
};

/** What `MapContext` acts on. */
export interface MapView {
  centre: Place;
  scale: number;
  /** Where the centre stands in the map, in parts of its size. */
  offset: [x: number, y: number];
  /** In pixels from the map's corner, and back. */
  pointOf(place: Place): Point;
  placeAt(point: Point): Place;
  /** Shows the centre and the scale as they are now. */
  show(): void;
  /** Fits these places into the map, with so many pixels around them. */
  include(places: Place[], padding?: number[]): void;
  /** Moves a marker along places in so many milliseconds. */
  move(id: unknown, path: Place[], duration: number): Promise<void>;
  /** Pictures on the ground, by their id. */
  overlays: Map<unknown, GroundOverlay>;
  /** The picture at the user's own place; a dot without one. */
  here?: string;
}
export interface GroundOverlay {
  id: unknown;
  src: string;
  bounds: { southwest: Place; northeast: Place };
  visible?: boolean;
  zIndex?: number;
  opacity?: number;
}
export type MapElement = HTMLElement & { map?: MapView };

interface Bubble {
  content?: string;
  color?: string;
  fontSize?: number;
  bgColor?: string;
  padding?: number;
  borderRadius?: number;
  display?: "BYCLICK" | "ALWAYS";
}
interface Marker extends Place {
  id?: number;
  title?: string;
  iconPath?: string;
  width?: number | string;
  height?: number | string;
  rotate?: number;
  alpha?: number;
  zIndex?: number;
  anchor?: Point;
  callout?: Bubble;
  label?: Bubble;
}
interface Shape {
  points?: Place[];
  color?: string;
  fillColor?: string;
  strokeColor?: string;
  width?: number;
  strokeWidth?: number;
  dottedLine?: boolean;
  borderColor?: string;
  borderWidth?: number;
  radius?: number;
}

/** Pixels between two lines of the grid. */
const GRID = 64;
/** How far pictures on the ground lie beneath the markers. */
const GROUND = 10_000;
/** Pixels that a finger moves before it drags. */
const SLOP = 5;

export const map = builtIn("map", defaults, (self) => {
  const { host, props, phone } = self;
  const surface = h("canvas");
  const pins = h("div");
  const note = h("small", {}, "");
  const over = h("div");
  host.append(surface, pins, note, over);
  /** Where markers are that were moved by their page's context. */
  const moved = new Map<unknown, Place>();
  /** The marker whose callout the user opened. */
  let opened: unknown;

  const view: MapView = {
    centre: { latitude: 0, longitude: 0 },
    scale: 16,
    offset: [0.5, 0.5],
    pointOf,
    placeAt,
    show,
    include,
    move,
    overlays: new Map(),
  };
  (host as MapElement).map = view;
  (host as HTMLElement & { query?: QueryHooks }).query = contextOf(host, "createMapContext");

  /** What the map's corner is, in the projection's pixels. */
  function corner(): Point {
    const { x, y } = project(view.centre, view.scale);
    return { x: x - host.clientWidth * view.offset[0], y: y - host.clientHeight * view.offset[1] };
  }
  function pointOf(place: Place): Point {
    const [at, from] = [project(place, view.scale), corner()];
    return { x: at.x - from.x, y: at.y - from.y };
  }
  function placeAt({ x, y }: Point): Place {
    const from = corner();
    return unproject({ x: from.x + x, y: from.y + y }, view.scale);
  }

  function show(): void {
    const { clientWidth, clientHeight } = host;
    view.scale = Math.min(props.maxScale, Math.max(props.minScale, view.scale));
    const ratio = devicePixelRatio;
    surface.width = clientWidth * ratio;
    surface.height = clientHeight * ratio;
    const pen = surface.getContext("2d");
    if (!pen || clientWidth === 0) return;
    pen.scale(ratio, ratio);
    grid(pen);
    for (const polygon of shapes(props.polygons)) draw(pen, polygon, true);
    for (const circle of shapes(props.circles)) ring(pen, circle);
    for (const line of shapes(props.polyline)) draw(pen, line, false);
    if (props.showLocation && view.here === undefined) {
      const { x, y } = pointOf(phone.settings.location);
      pen.fillStyle = "#2a7de1";
      dot(pen, x, y, 7);
      pen.fill();
    }
    const own = pin({ ...phone.settings.location, iconPath: view.here ?? "", anchor: { x: 0.5, y: 0.5 } });
    own.style.pointerEvents = "none";
    pins.replaceChildren(
      ...[...view.overlays.values()].flatMap(ground),
      ...(props.showLocation && view.here !== undefined ? [own] : []),
      ...(shapes(props.markers) as unknown as Marker[]).map(pin),
    );
    const { latitude, longitude } = view.centre;
    note.textContent = `no map in the simulator · ${latitude.toFixed(4)}, ${longitude.toFixed(4)} · scale ${view.scale}`;
  }

  function grid(pen: CanvasRenderingContext2D): void {
    const { x, y } = corner();
    pen.strokeStyle = "#dcdce4";
    pen.beginPath();
    for (let at = GRID - (x % GRID); at < host.clientWidth; at += GRID) {
      pen.moveTo(at, 0);
      pen.lineTo(at, host.clientHeight);
    }
    for (let at = GRID - (y % GRID); at < host.clientHeight; at += GRID) {
      pen.moveTo(0, at);
      pen.lineTo(host.clientWidth, at);
    }
    pen.stroke();
  }
  function draw(pen: CanvasRenderingContext2D, shape: Shape, closed: boolean): void {
    pen.beginPath();
    for (const place of shapes(shape.points) as unknown as Place[]) {
      const { x, y } = pointOf(place);
      pen.lineTo(x, y);
    }
    if (closed) pen.closePath();
    paint(pen, shape, closed);
  }
  function ring(pen: CanvasRenderingContext2D, circle: Shape): void {
    const place = circle as unknown as Place;
    const { x, y } = pointOf(place);
    dot(pen, x, y, (circle.radius ?? 0) / metresPerPixel(place.latitude, view.scale));
    paint(pen, circle, true);
  }

  /** A picture on the ground; it lies beneath all markers. */
  function ground({ src, bounds, visible = true, zIndex = 0, opacity = 1 }: GroundOverlay): HTMLElement[] {
    if (!visible) return [];
    const [from, to] = [pointOf(bounds.southwest), pointOf(bounds.northeast)];
    const image = h("img", { src: self.url(src), alt: "" });
    const place = `left:${from.x}px;top:${to.y}px;width:${to.x - from.x}px;height:${from.y - to.y}px`;
    image.style.cssText = `position:absolute;pointer-events:none;${place};opacity:${opacity};z-index:${zIndex - GROUND}`;
    return [image];
  }

  function pin(marker: Marker): HTMLElement {
    const {
      id,
      iconPath,
      width,
      height,
      rotate = 0,
      alpha = 1,
      zIndex = 0,
      anchor = { x: 0.5, y: 1 },
    } = marker;
    const icon = iconPath
      ? h("img", { src: self.url(iconPath), alt: "" })
      : drawing("M12 1a8 8 0 0 0-8 8c0 5 8 14 8 14s8-9 8-14a8 8 0 0 0-8-8z");
    const { x, y } = pointOf(moved.get(id) ?? marker);
    const element = h(
      "div",
      { role: "button", "aria-label": marker.title ?? marker.callout?.content ?? "marker" },
      icon,
    );
    element.style.cssText = `left:${x}px;top:${y}px;z-index:${zIndex};opacity:${alpha};translate:${-100 * anchor.x}% ${-100 * anchor.y}%`;
    icon.style.cssText = `rotate:${rotate}deg;${width ? `width:${length(width)};` : ""}${height ? `height:${length(height)}` : ""}`;
    const callout = marker.callout ?? (marker.title ? { content: marker.title } : undefined);
    if (callout && (callout.display === "ALWAYS" || opened === id))
      element.append(bubble(callout, "callouttap", marker));
    if (marker.label?.content) element.append(bubble(marker.label, "labeltap", marker));
    element.addEventListener("click", () => {
      opened = id;
      self.emit("markertap", { markerId: id, latitude: marker.latitude, longitude: marker.longitude });
      show();
    });
    return element;
  }
  function bubble(
    { content = "", color, fontSize, bgColor, padding, borderRadius }: Bubble,
    event: string,
    { id }: Marker,
  ): HTMLElement {
    const element = h("span", { kind: event }, content);
    Object.assign(element.style, {
      color: color ?? "",
      background: bgColor ?? "",
      ...(fontSize ? { fontSize: `${pixels(fontSize)}px` } : {}),
      ...(padding ? { padding: `${pixels(padding)}px` } : {}),
      ...(borderRadius ? { borderRadius: `${pixels(borderRadius)}px` } : {}),
    });
    element.addEventListener("click", (tap) => {
      tap.stopPropagation();
      self.emit(event, { markerId: id });
    });
    return element;
  }

  function include(given: Place[], [top = 0, right = 0, bottom = 0, left = 0]: number[] = []): void {
    const places = shapes(given) as unknown as Place[];
    if (places.length === 0) return;
    const at = places.map((each) => project(each, 0));
    const [xs, ys] = [at.map(({ x }) => x), at.map(({ y }) => y)];
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const fits = Math.min(
      (host.clientWidth - left - right) / (east - west || 1e-9),
      (host.clientHeight - top - bottom) / (south - north || 1e-9),
    );
    view.scale = Math.floor(Math.log2(Math.max(fits, 1)));
    view.centre = unproject({ x: (west + east) / 2, y: (north + south) / 2 }, 0);
    show();
  }

  async function move(id: unknown, path: Place[], duration: number): Promise<void> {
    const marker = (shapes(props.markers) as unknown as Marker[]).find((each) => each.id === id);
    if (!marker) return;
    const stops = [moved.get(id) ?? { latitude: marker.latitude, longitude: marker.longitude }, ...path];
    const start = performance.now();
    for (let part = 0; part < 1 && host.isConnected;) {
      await new Promise(requestAnimationFrame);
      part = duration > 0 ? Math.min(1, (performance.now() - start) / duration) : 1;
      const along = part * (stops.length - 1);
      const from = stops[Math.min(Math.floor(along), stops.length - 2)] as Place;
      const to = stops[Math.min(Math.floor(along) + 1, stops.length - 1)] as Place;
      const rest = along - Math.min(Math.floor(along), stops.length - 2);
      moved.set(id, {
        latitude: from.latitude + (to.latitude - from.latitude) * rest,
        longitude: from.longitude + (to.longitude - from.longitude) * rest,
      });
      show();
    }
  }

  const region = (type: "begin" | "end", causedBy: string): void => {
    self.emit("regionchange", { type, causedBy, scale: view.scale, centerLocation: { ...view.centre } });
  };
  host.addEventListener("pointerdown", (press) => {
    if (!props.enableScroll || !press.isPrimary) return;
    const from = project(view.centre, view.scale);
    const watch = new AbortController();
    const { signal } = watch;
    let dragging = false;
    addEventListener(
      "pointermove",
      (event) => {
        const [dx, dy] = [event.clientX - press.clientX, event.clientY - press.clientY];
        if (!dragging && Math.hypot(dx, dy) < SLOP) return;
        if (!dragging) region("begin", "gesture");
        dragging = true;
        view.centre = unproject({ x: from.x - dx, y: from.y - dy }, view.scale);
        show();
      },
      { signal },
    );
    const end = (): void => {
      watch.abort();
      if (dragging) region("end", "drag");
    };
    addEventListener("pointerup", end, { signal });
    addEventListener("pointercancel", end, { signal });
  });
  host.addEventListener(
    "wheel",
    (event) => {
      if (!props.enableZoom) return;
      event.preventDefault();
      region("begin", "gesture");
      view.scale -= Math.sign(event.deltaY);
      show();
      region("end", "scale");
    },
    { passive: false },
  );
  self.component.addListener(
    "tap",
    (event) => {
      // A tap on a marker is none on the map beneath it.
      const native = event.getOriginalEvent() as (MouseEvent & Partial<TouchEvent>) | undefined;
      if (pins.contains((native?.target ?? null) as Node | null)) return false;
      const at = native?.changedTouches?.[0] ?? native;
      if (at?.clientX === undefined) return undefined;
      const { clientX, clientY } = at;
      const { left, top } = host.getBoundingClientRect();
      Object.assign(event.detail as object, placeAt({ x: clientX - left, y: clientY - top }));
      return undefined;
    },
    { capture: true },
  );

  const sizes = new ResizeObserver(() => requestAnimationFrame(show));
  return {
    slot: over,
    update(changed) {
      if (changed.has("longitude") || changed.has("latitude")) {
        view.centre = { longitude: props.longitude, latitude: props.latitude };
      }
      if (changed.has("scale")) view.scale = props.scale;
      if (changed.has("markers")) moved.clear();
      if (!host.isConnected) return;
      show();
      if (changed.has("includePoints")) include(props.includePoints as Place[]);
    },
    attached() {
      include(props.includePoints as Place[]);
      sizes.observe(host);
      queueMicrotask(() => self.emit("updated"));
    },
    detached: () => sizes.disconnect(),
  };
});

/** The objects of a list that a page gave. */
function shapes(given: unknown): Shape[] {
  return Array.isArray(given) ? given.filter((each) => typeof each === "object" && each !== null) : [];
}

function dot(pen: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, Math.max(0, radius) || 0, 0, 2 * Math.PI);
}

/** Fills and strokes the path with the colours of a shape, which may end in their alpha. */
function paint(pen: CanvasRenderingContext2D, shape: Shape, filled: boolean): void {
  const { color, fillColor, strokeColor, width, strokeWidth, dottedLine, borderColor, borderWidth } = shape;
  pen.fillStyle = fillColor ?? "#2a7de133";
  pen.strokeStyle = strokeColor ?? color ?? "#2a7de1";
  pen.lineWidth = strokeWidth ?? width ?? 2;
  pen.setLineDash(dottedLine ? [8, 6] : []);
  if (filled) pen.fill();
  if (borderWidth && !filled) {
    pen.save();
    pen.strokeStyle = borderColor ?? "transparent";
    pen.lineWidth += 2 * borderWidth;
    pen.stroke();
    pen.restore();
  }
  pen.stroke();
}
