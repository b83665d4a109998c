/**
 * `canvas`, of both kinds: with `canvas-id` for `tt.createCanvasContext`, with `type` for the node
 * that a selector query gives. The drawing buffer starts at the size of the element in CSS pixels.
 */
import { builtIn } from "./support/builtin";
import { h } from "./support/dom";
import type { QueryHooks } from ".";

const defaults = { canvasId: "", type: "", disableScroll: false };

/** The size that a browser gives a canvas of which nobody said any. */
const UNSET = { width: 300, height: 150 };

export const canvas = builtIn("canvas", defaults, (self) => {
  const { host, props } = self;
  const surface = h("canvas");
  const over = h("div");
  host.append(surface, over);
  (host as HTMLElement & { query?: QueryHooks }).query = { node: surface };
  let sized = false;

  function fit(): void {
    const { clientWidth, clientHeight } = host;
    if (clientWidth === 0 || clientHeight === 0) return;
    const untouched = surface.width === UNSET.width && surface.height === UNSET.height;
    // A page that draws by node says itself what its buffer is, from its first line on.
    if (props.type ? sized || !untouched : surface.width === clientWidth && surface.height === clientHeight) return;
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
