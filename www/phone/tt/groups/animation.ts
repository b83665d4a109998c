/** `tt.createAnimation`: steps that a page exports and gives a component as `animation`. */
import type { ExportedAnimation } from "../../components/support/animation";
import type { Api } from "../api";

export interface Timing {
  /** In milliseconds. */
  duration?: number;
  timingFunction?: string;
  delay?: number;
  transformOrigin?: string;
}
/** What can be animated: properties, and functions of `transform`. */
const PROPERTIES = ["opacity", "backgroundColor", "width", "height", "top", "bottom", "left", "right"];
const TRANSFORMS =
  "rotate rotateX rotateY rotateZ rotate3d scale scaleX scaleY scaleZ scale3d translate translateX translateY translateZ translate3d skew skewX skewY matrix matrix3d".split(
    " ",
  );

export function animation(api: Api): void {
  const members = [...PROPERTIES, ...TRANSFORMS, "step", "export"].join(" ");
  api.object("Animation", members);
  api.sync("createAnimation", members, (defaults: Timing = {}) => {
    /** All that was animated so far, by function or property: each step says it again, as it is the whole `transform`. */
    const animates = new Map<string, { type: string; args: unknown[] }>();
    let actions: ExportedAnimation["actions"] = [];
    const made: Record<string, unknown> = {
      step(timing: Timing = {}) {
        const {
          duration = 400,
          timingFunction = "linear",
          delay = 0,
          transformOrigin = "50% 50% 0",
        } = { ...defaults, ...timing };
        // A phone draws what it does not understand without a rhythm of its own.
        if (!CSS.supports("transition-timing-function", timingFunction))
          console.warn(`createAnimation: "${timingFunction}" is no CSS timing function`);
        const option = { transformOrigin, transition: { duration, timingFunction, delay } };
        actions.push({ animates: [...animates.values()], option });
        return made;
      },
      export(): ExportedAnimation {
        const exported = { actions };
        actions = [];
        return exported;
      },
    };
    for (const type of PROPERTIES) {
      made[type] = (value: unknown) => {
        const isLength = type !== "opacity" && type !== "backgroundColor" && typeof value === "number";
        animates.set(type, {
          type: "style",
          args: [
            type.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
            isLength ? `${value}px` : value,
          ],
        });
        return made;
      };
    }
    for (const type of TRANSFORMS) {
      made[type] = (...args: unknown[]) => {
        animates.set(type, { type, args });
        return made;
      };
    }
    return made;
  });
}
