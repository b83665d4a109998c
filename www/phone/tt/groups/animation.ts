/** `tt.createAnimation`: steps that a page exports and gives a component as `animation`. */
import type { Api } from "../api";

export interface Timing {
  /** In milliseconds. */
  duration?: number;
  timingFunction?: string;
  delay?: number;
  transformOrigin?: string;
}
/** What a component is given. */
export interface ExportedAnimation {
  actions: {
    animates?: { type: string; args: unknown[] }[];
    option?: { transformOrigin: string; transition: { duration: number; timingFunction: string; delay: number } };
  }[];
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
          args: [type.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), isLength ? `${value}px` : value],
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

/** Numbers mean degrees in a rotation and pixels in a translation. */
function transformOf({ type, args }: { type: string; args: unknown[] }): string {
  const last = args.length - 1;
  const values = args.map((value, index) => {
    if (typeof value !== "number") return String(value);
    if (type.startsWith("translate")) return `${value}px`;
    if (type.startsWith("skew") || (type.startsWith("rotate") && (type !== "rotate3d" || index === last)))
      return `${value}deg`;
    return String(value);
  });
  return `${type}(${values.join()})`;
}

/** The plays under way, by element: a new one replaces the old. */
const plays = new WeakMap<HTMLElement, () => void>();

/** Plays an exported animation on an element; each step goes on from where the one before ended. */
export function play(element: HTMLElement, { actions }: ExportedAnimation): void {
  plays.get(element)?.();
  let timer: ReturnType<typeof setTimeout> | undefined;
  plays.set(element, () => clearTimeout(timer));
  const step = (index: number): void => {
    const action = actions[index];
    // An animation that was not exported, as component sets begin with one, moves nothing.
    if (!action?.option || !action.animates) return;
    const { transformOrigin, transition } = action.option;
    const { style } = element;
    // The style as it stands must have been drawn, or there is nothing to go from.
    void element.offsetWidth;
    style.transition = `all ${transition.duration}ms ${transition.timingFunction} ${transition.delay}ms`;
    style.transformOrigin = transformOrigin;
    const transforms = action.animates.filter(({ type }) => type !== "style").map(transformOf);
    if (transforms.length > 0) style.transform = transforms.join(" ");
    for (const { type, args } of action.animates)
      if (type === "style") style.setProperty(String(args[0]), String(args[1]));
    timer = setTimeout(() => step(index + 1), transition.duration + transition.delay);
  };
  step(0);
}
