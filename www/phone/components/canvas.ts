/**
 * `canvas`, of both kinds: with `canvas-id` for `tt.createCanvasContext`, with `type` for the node
 * that a selector query gives. The drawing buffer starts at the size of the element in CSS pixels.
 */
import { builtIn } from "./support/builtin";
import { CanvasNode } from "./support/canvas-node";
import { h } from "./support/dom";
import type { QueryHooks } from ".";

const defaults = { canvasId: "", type: "", disableScroll: false };

/** The size that a browser gives a canvas of which nobody said any. */
const UNSET = { width: 300, height: 150 };

export const canvas = builtIn("canvas", defaults, (self) => {
  const { host, props, component, phone } = self;
  const surface = h("canvas");
  const over = h("div");
  host.append(surface, over);
  (host as HTMLElement & { query?: QueryHooks }).query = { node: new CanvasNode(phone, surface) };
  let sized = false;

  for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"]) {
    component.addListener(
      type,
      (event) => {
        const native = event.getOriginalEvent();
        if (native instanceof UIEvent) addPlaces(event as unknown as Touches, native, surface);
      },
      { capture: true },
    );
  }

  function fit(): void {
    const { clientWidth, clientHeight } = host;
    if (clientWidth === 0 || clientHeight === 0) return;
    const untouched = surface.width === UNSET.width && surface.height === UNSET.height;
    // A page that draws by node says itself what its buffer is, from its first line on.
    if (props.type ? sized || !untouched : surface.width === clientWidth && surface.height === clientHeight)
      return;
    sized = true;
    surface.width = clientWidth;
    surface.height = clientHeight;
  }
  const observer = new ResizeObserver(fit);

  return {
    slot: over,
    update() {
      surface.dataset["canvasId"] = props.canvasId;
      host.toggleAttribute("still", props.disableScroll);
    },
    attached() {
      fit();
      observer.observe(host);
    },
    detached: () => observer.disconnect(),
  };
});

/** Of a touch event: fingers, to which a canvas adds where on it they are. */
interface Touches {
  touches?: Finger[];
  changedTouches?: Finger[];
}
interface Finger {
  identifier: number;
  x?: number;
  y?: number;
}

/** Gives the fingers of an event their places on the canvas, from those of the browser's event. */
function addPlaces(event: Touches, native: UIEvent, surface: HTMLElement): void {
  const { left, top } = surface.getBoundingClientRect();
  const fingers =
    native instanceof MouseEvent
      ? [{ identifier: 0, clientX: native.clientX, clientY: native.clientY }]
      : [...(native as TouchEvent).touches, ...(native as TouchEvent).changedTouches];
  for (const finger of [...(event.touches ?? []), ...(event.changedTouches ?? [])]) {
    const found = fingers.find(({ identifier }) => identifier === finger.identifier);
    if (found) Object.assign(finger, { x: found.clientX - left, y: found.clientY - top });
  }
}
